"""Carries out what is due with the real kinds, without a mail server.

What the dispatcher does on the way (leases, retries, SMTP) is tested with it; here only what goes
to whom, when, and in which order.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from swa.core.db import db, transaction
from swa.messaging import kinds, services
from swa.messaging.models import OutboxMessage
from swa.messaging.types import Draft, MessageState


@dataclass(frozen=True)
class Sent:
    """One message as it arrived."""

    kind: str
    person_id: int | None
    draft: Draft


def send_due(now: datetime, *, ends_as: MessageState = MessageState.SENT) -> list[Sent]:
    """Send what is due, in the order of the dispatcher; ``UNKNOWN`` loses the server's answer."""
    with transaction():
        sent = []
        for row in _waiting(now):
            letter = _open(row, now)
            if letter:
                row.state = ends_as
                row.sent_at = now if ends_as is MessageState.SENT else None
                sent.append(Sent(row.kind, row.person_id, letter))
        return sent


def kinds_for(person_id: int, sent: list[Sent]) -> list[str]:
    """List what a person got, in order."""
    return [letter.kind for letter in sent if letter.person_id == person_id]


def outbox(occasion: str = "") -> dict[tuple[str, int], MessageState]:
    """Return the state of each message by kind and edition; the newest row of a key counts."""
    rows = select(OutboxMessage).order_by(OutboxMessage.id)
    if occasion:
        rows = rows.where(OutboxMessage.occasion == occasion)
    return {(row.kind, row.edition): row.state for row in db.session.scalars(rows)}


def waiting_kinds(occasion: str) -> set[str]:
    """Return the kinds that still wait to be sent."""
    return {kind for (kind, _), state in outbox(occasion).items() if state is MessageState.WAITING}


def _waiting(now: datetime) -> list[OutboxMessage]:
    return list(
        db.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.state == MessageState.WAITING, OutboxMessage.next_try_at <= now)
            .order_by(OutboxMessage.next_try_at, OutboxMessage.id)
        )
    )


def _open(row: OutboxMessage, now: datetime) -> Draft | None:
    recipient = kinds.find_recipient(row)
    reason = kinds.get(row.kind).why_not(row, now)
    if row.give_up_at <= now:
        row.state = MessageState.MISSED
        return None
    if reason or recipient is None or not recipient.is_active:
        row.state, row.reason = MessageState.DROPPED, reason or "The account is closed"
        return None
    row.attempts, row.frozen_at = row.attempts + 1, now
    draft = services.write(row, recipient)
    row.calendar_method, row.calendar = draft.calendar or ("", None)
    return draft
