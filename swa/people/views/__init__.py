"""Pages about people: sign-in, account, registration, organisations, import."""

from flask import Blueprint

bp = Blueprint("people", __name__)

from swa.people.views import sign_in  # noqa: E402, F401 - its pages join the blueprint
