"""Pages of mail: the mailbox of the demonstration, and what staff see of the outbox."""

from flask import Blueprint

bp = Blueprint("messaging", __name__)

from swa.messaging.views import mailbox, outbox  # noqa: E402, F401 - they add their pages to bp
