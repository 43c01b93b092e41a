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
from swa.messaging.types import Draft, MessageState, Recipient


@dataclass(frozen=True)
class Sent:
    """One message as it arrived."""

    kind: str
    person_id: int | None
    draft: Draft


def send_due(now: datetime, *, ends_as: MessageState = MessageState.SENT) -> list[Sent]:
    """Send what is due, in the order of the dispatcher; ``UNKNOWN`` loses the server's answer."""
    with transaction():
        sent, rows = [], _waiting(now)
        people = kinds.list_recipients({row.person_id for row in rows if row.person_id})
        for row in rows:
            recipient = people.get(row.person_id) if row.person_id else kinds.find_recipient(row)
            if not _is_wanted(row, recipient, now):
                continue
            assert recipient is not None
            row.attempts, row.frozen_at = row.attempts + 1, now
            row.state = ends_as
            row.sent_at = now if ends_as is MessageState.SENT else None
            draft = services.write(row, recipient)
            row.calendar_method, row.calendar = draft.calendar or ("", None)
            sent.append(Sent(row.kind, row.person_id, draft))
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


def _is_wanted(row: OutboxMessage, recipient: Recipient | None, now: datetime) -> bool:
    """Say whether a message goes; one that does not is ended."""
    reason = kinds.get(row.kind).why_not(row, now)
    if row.give_up_at <= now:
        row.state = MessageState.MISSED
        return False
    if reason or recipient is None or not recipient.is_active:
        row.state, row.reason = MessageState.DROPPED, reason or "The account is closed"
        return False
    return True
