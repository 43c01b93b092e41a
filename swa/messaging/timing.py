"""Sending one message at another time than the plan says, because somebody chose it."""

from datetime import datetime

from swa.core.dates import when
from swa.core.db import db, lock_row
from swa.core.errors import RuleBroken
from swa.messaging import redating, services
from swa.messaging.handling import OnItsWay
from swa.messaging.models import OutboxMessage
from swa.messaging.types import READ_AGAIN, UNSENT, MessageState


class TimeHasPassed(RuleBroken):
    """The chosen moment is not in the future."""

    message = "Time must be in the future"
    field = "at"


class NotReadAgain(RuleBroken):
    """Its words may name another date, and nobody has read them again."""

    message = "Read its words again and release it first, because the date has changed"


class OfNoUseThen(RuleBroken):
    """The message would come too late, for example after the start of the session."""

    field = "at"


def send_at(message: OutboxMessage, at: datetime, *, now: datetime) -> None:
    """Have a message go at a moment that somebody chose; planning leaves it there.

    A held one is released for it, unless somebody must read its words again first. If the session
    moves so that the moment would be too late, the message goes as planned again.

    Args:
        message: One that waits or is held.
        at: When it shall go, UTC.
        now: UTC.

    Raises:
        OnItsWay: It does not wait any more.
        NotReadAgain: Its words wait to be read again; the page of the message shows them.
        TimeHasPassed: The moment is not in the future.
        OfNoUseThen: The message is of no use any more by then.

    Source:
        Notes, 7.3 (the due time may be changed; every edit is audited).
    """
    lock_row(message)
    if message.state not in UNSENT:
        raise OnItsWay
    if _waits_to_be_read(message):
        raise NotReadAgain
    if at <= now:
        raise TimeHasPassed
    if at >= message.give_up_at:
        msg = f"Time must be before {when(message.give_up_at)}, when the message is of no use"
        raise OfNoUseThen(msg)
    message.state, message.reason = MessageState.WAITING, ""
    message.due_at = message.ready_at = message.next_try_at = at
    message.is_by_hand = True
    redating.thaw(message)
    db.session.flush()
    services.record("message given another time", message, now=now)


def can_send_at(message: OutboxMessage, *, now: datetime) -> bool:
    """Say whether a message may be given another time, so that a page shows no dead link."""
    is_open = message.state in UNSENT and not _waits_to_be_read(message)
    return is_open and message.give_up_at > now


def _waits_to_be_read(message: OutboxMessage) -> bool:
    return message.state is MessageState.HELD and message.reason == READ_AGAIN
