"""Writes a bounce down where people look: at the message, and at the address (REPLY-11)."""

import logging
from datetime import datetime

from sqlalchemy import select

from swa.core.db import db, lock_row
from swa.messaging import emails, kinds
from swa.messaging.bounces.types import Bounce
from swa.messaging.models import OutboxMessage
from swa.messaging.setup import current_setup
from swa.messaging.suppression import services as suppression
from swa.messaging.types import MessageState

log = logging.getLogger(__name__)

SENT_BACK = "Their mail server sent it back"
HANDED_OVER = frozenset({MessageState.SENT, MessageState.UNKNOWN, MessageState.SENDING})
LONGEST_ANSWER = 500


def record(bounce: Bounce, *, now: datetime) -> bool:
    """Mark the message that came back, and its address if that is to blame.

    A delay is logged only: the other server goes on trying. An address is listed as taking no
    mail when its server refused it for good (5.x.x) and names the very address that the message
    went to: a forged or forwarded report must not silence somebody else.

    Returns:
        Whether it is about a message of ours.

    Source:
        REPLY-11, PLAN-13, MAIL-11.
    """
    message = _find_message(bounce)
    if message is None:
        return False
    if not bounce.is_final:
        log.info("message %s is late: %s %s", message.id, bounce.status, bounce.diagnostic)
        return True
    lock_row(message)
    if message.state not in HANDED_OVER:
        return True  # a second report about the same message
    message.state, message.reason = MessageState.FAILED, SENT_BACK
    message.answer = f"{bounce.status} {bounce.diagnostic}".strip()[:LONGEST_ANSWER]
    if message.kind != emails.NOT_DELIVERED:  # the coordinator must not be silenced, nor told
        _suppress(message, bounce, now)
        suppression.tell_the_coordinator(message, now=now)
    db.session.flush()
    return True


def _find_message(bounce: Bounce) -> OutboxMessage | None:
    """Find it by the address that the report came to (MAIL-11), or by the mail that it quotes."""
    by_token = f"<{bounce.token}@{current_setup().domain}>" if bounce.token else ""
    for message_id in filter(None, (by_token, bounce.message_id)):
        is_it = OutboxMessage.message_id == message_id
        if found := db.session.scalars(select(OutboxMessage).where(is_it)).one_or_none():
            return found
    return None


def _suppress(message: OutboxMessage, bounce: Bounce, now: datetime) -> None:
    recipient = kinds.find_recipient(message)
    address = recipient.address.casefold() if recipient else ""
    if not bounce.status.startswith("5") or address not in bounce.recipients:
        return
    suppression.note_refusal(address, answer=message.answer, now=now)
