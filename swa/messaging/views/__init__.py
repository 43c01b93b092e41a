"""Pages of mail: the mailbox of the demonstration, and what staff see of the outbox."""

from flask import Blueprint

bp = Blueprint("messaging", __name__)

from swa.messaging.views import (  # noqa: E402 - they add their pages to bp
    addresses,  # noqa: F401 - the same
    mailbox,  # noqa: F401 - the same
    message,  # noqa: F401 - the same
    message_time,  # noqa: F401 - the same
    outbox,  # noqa: F401 - the same
    plan,  # noqa: F401 - the same
    progress,  # noqa: F401 - the same
    text_delete,  # noqa: F401 - the same
    text_versions,  # noqa: F401 - the same
    texts,  # noqa: F401 - the same
)
