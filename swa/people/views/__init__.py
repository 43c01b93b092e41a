"""Pages about people: sign-in, account, registration, organisations, import."""

from flask import Blueprint

bp = Blueprint("people", __name__)
