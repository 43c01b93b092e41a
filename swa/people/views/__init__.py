"""Pages about people: sign-in, account, registration, organisations, import."""

from flask import Blueprint

bp = Blueprint("people", __name__)

# The pages join the blueprint when they are imported.
from swa.people.views import (  # noqa: E402, F401
    account,
    choices,
    demo,
    directory,
    importing,
    messages,
    organisations,
    registration,
    roles,
    sign_in,
    stopping,
)
