"""Asks GOV.UK Notify whether the notices that it took have arrived (REPLY-11, PLAN-13)."""

import contextlib
import logging
from datetime import datetime
from http.client import HTTPConnection

from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, lock_row, transaction
from swa.messaging import engine, kinds, notify
from swa.messaging.bounces import recording
from swa.messaging.bounces.types import Bounce
from swa.messaging.models import ASKED, OutboxMessage
from swa.messaging.notify import Notify, NotTaken, Taken
from swa.messaging.rules.looking import LAST_LOOK, next_look
from swa.messaging.types import MessageState

log = logging.getLogger(__name__)

WORK = "arrivals"
MOST = 50
ARRIVED = "delivered"
# Enhanced status codes (RFC 3463): only a lasting failure says that the address is to blame.
FAILURES = {
    "permanent-failure": "5.0.0",
    "temporary-failure": "4.4.7",
    "technical-failure": "4.3.0",
}


def look_for_arrivals() -> int:
    """Ask about the notices whose turn it is; safe to repeat and to run many times at once.

    Returns:
        How many have come to their end, arrived or not.
    """
    service, now = notify.find_service(), clock.utc_now()
    found = list(_list_open(now)) if service else []
    db.session.rollback()  # no transaction is open on the network
    if service is None or not found:
        return 0
    try:
        with contextlib.closing(notify.connect(service)) as link:
            return sum(_look(service, link, row_id) for row_id in found)
    except NotTaken as refusal:
        log.warning("GOV.UK Notify cannot be asked what has arrived: %s", refusal)
        return 0


def _list_open(now: datetime) -> list[int]:
    rows = select(OutboxMessage.id).where(
        ASKED,  # in the words of the index, or SQLite would read every message there is
        OutboxMessage.next_try_at <= now,
        OutboxMessage.sent_at > now - LAST_LOOK,
    )
    return list(db.session.scalars(rows.order_by(OutboxMessage.next_try_at).limit(MOST)))


def _look(service: Notify, link: HTTPConnection, row_id: int) -> bool:
    """Ask about one notice; True when it has come to its end."""
    now = clock.utc_now()
    if engine.is_stopping():
        return False
    with transaction():
        notice_id = _take(row_id, now)
    if not notice_id:
        return False
    try:
        taken = notify.look_up(service, link, notice_id, now=now)
    except NotTaken as refusal:
        log.warning("GOV.UK Notify does not say how far message %s is: %s", row_id, refusal)
        return False
    with transaction():
        return _record(row_id, taken, now)


def _take(row_id: int, now: datetime) -> str:
    """Put the next question off before asking this one, so that no notice holds up the others."""
    row = _hold(row_id)
    if row.state is not MessageState.SENT or row.sent_at is None or row.next_try_at > now:
        return ""
    row.next_try_at = next_look(row.sent_at, now)
    return row.notify_id


def _record(row_id: int, taken: Taken, now: datetime) -> bool:
    row = _hold(row_id)
    if taken.status == ARRIVED:
        row.arrived_at, row.answer = now, "GOV.UK Notify: delivered"
        return True
    if taken.status not in FAILURES:
        return False
    recipient = kinds.find_recipient(row)
    bounce = Bounce(
        is_final=True,
        status=FAILURES[taken.status],
        diagnostic=f"GOV.UK Notify: {taken.status}",
        recipients=(recipient.address.casefold(),) if recipient else (),
        message_id=row.message_id,
    )
    return recording.record(bounce, now=now)


def _hold(row_id: int) -> OutboxMessage:
    row = db.session.scalars(select(OutboxMessage).where(OutboxMessage.id == row_id)).one()
    lock_row(row)
    return row
