"""Pages about people: sign-in, account, registration, organisations, import."""

from flask import Blueprint

bp = Blueprint("people", __name__)

# The pages join the blueprint when they are imported.
from swa.people.views import account, demo, registration, sign_in  # noqa: E402, F401
from swa.people.views import directory, importing, organisations, roles  # noqa: E402, F401
