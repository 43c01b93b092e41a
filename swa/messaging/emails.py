"""The one mail of mail itself: telling the coordinator what could not be delivered."""

from datetime import datetime, timedelta

from swa.messaging import queries
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import render_draft
from swa.messaging.types import Draft, Recipient

NOT_DELIVERED = "message not delivered"
NOTICE_LIVES = timedelta(days=7)


def occasion_of(message: OutboxMessage) -> str:
    """Return the occasion of the notices about a message."""
    return f"message {message.id}"


def draft_not_delivered(notice: OutboxMessage, recipient: Recipient) -> Draft:
    """Tell the coordinator that a message failed; of a private one only that it did."""
    failed = queries.get_message(int(notice.occasion.removeprefix("message ")))
    return render_draft("messaging/not_delivered", failed=failed)


def never(notice: OutboxMessage, now: datetime) -> str | None:
    """Find no reason against a notice: what failed stays failed until somebody looks."""
    return None
