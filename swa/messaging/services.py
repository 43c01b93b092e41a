"""What the features ask of mail: wanted messages become rows of the transaction of the fact."""

import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from swa.core.db import after_commit, db, lock_row
from swa.core.errors import RuleBroken
from swa.messaging import engine, kinds, queries
from swa.messaging.models import OutboxMessage
from swa.messaging.setup import current_setup
from swa.messaging.types import MessageState, WantedMail

WORK = "mail"
_recorders: list[Callable[[str, str, datetime], None]] = []
AGAIN = frozenset({MessageState.FAILED, MessageState.SUPPRESSED})


class TooLateToSend(RuleBroken):
    """The last useful moment of the message is over."""

    message = "It is too late to send this message"


class NotUndelivered(RuleBroken):
    """The message did not fail, so it is not sent again."""

    message = "This message is not waiting for anybody to send it again"


def plan(
    occasion: str, wanted: Sequence[WantedMail], *, kinds: Collection[str], now: datetime
) -> None:
    """Make the unsent messages of these kinds of this occasion equal to what is wanted.

    What is missing is written, what has another time is re-dated, what is not wanted any more is
    dropped; messages that were handed over stay as they are. Planning twice changes nothing.

    Args:
        occasion: What the messages are about ("booking 17"), at most 80 characters.
        wanted: What the occasion ought to have as things stand; may be empty. Messages that are
            due at the same time go in this order.
        kinds: The kinds that this caller looks after; others are left alone.
        now: UTC.

    Source:
        CC-09 (late bookers miss nothing, nothing goes twice), IN-05 (safe to repeat).
    """
    missing = {_key(mail): mail for mail in wanted}
    newest: dict[str, int] = {}
    for mail in wanted:
        newest[mail.kind] = max(mail.edition, newest.get(mail.kind, 0))
    for row in queries.list_unsent_for_change(occasion, kinds):
        mail_now = missing.pop((row.kind, row.edition, row.person_id), None)
        if mail_now:
            _redate(row, mail_now, now)
        elif row.edition < newest.get(row.kind, 0):
            _end(row, MessageState.SUPERSEDED, "A newer message took its place")
        else:
            _end(row, MessageState.DROPPED, "Not wanted any more")
    _insert([_row_of(occasion, mail, now) for mail in missing.values()], now)
    db.session.flush()


def queue(occasion: str, mail: WantedMail, *, now: datetime) -> None:
    """Write one message, unless its kind, occasion, edition and person had one already."""
    _insert([_row_of(occasion, mail, now)], now)


def queue_to_address(  # noqa: PLR0913 - each is a column of the row, agreed with its callers
    kind: str,
    occasion: str,
    address: str,
    *,
    edition: int,
    due_at: datetime,
    give_up_at: datetime,
    now: datetime,
    suppressed: bool = False,
) -> None:
    """Write one message to an address that need not belong to a person.

    Args:
        kind: Name of a registered kind.
        occasion: What it is about.
        address: Where it goes.
        edition: Rises when the same message is a new fact.
        due_at: When it may go, UTC.
        give_up_at: Past this moment it is of no use any more, UTC.
        now: UTC.
        suppressed: Write the row but never send it, so that asking for an unknown address does
            the same work as for a known one.
    """
    row = _row(kind, occasion, edition=edition, due_at=due_at, give_up_at=give_up_at, now=now)
    row["address"] = address
    if suppressed:
        row |= {"state": MessageState.SUPPRESSED, "reason": "Nobody to send it to"}
    _insert([row], now)


def drop(
    occasion: str, *, reason: str, now: datetime, kinds: Collection[str] | None = None
) -> None:
    """Take back the unsent messages of an occasion, of these kinds or of all.

    Args:
        occasion: What they are about.
        reason: Why, in words for the coordinator.
        now: UTC.
        kinds: None for every kind.
    """
    plan_of = queries.list_kinds(occasion) if kinds is None else kinds
    for row in queries.list_unsent_for_change(occasion, plan_of):
        _end(row, MessageState.DROPPED, reason)
    db.session.flush()


def send_again(message: OutboxMessage, *, now: datetime) -> None:
    """Give a message that could not be delivered all its tries again, with the same Message-ID.

    If its address was refused for good, it is taken off that list. The row is held first: of two
    people who ask at once, one is told that it is on its way already.

    Raises:
        NotUndelivered: It did not fail.
        TooLateToSend: Its last useful moment is over.
    """
    lock_row(message)
    if message.state not in AGAIN:
        raise NotUndelivered
    if message.give_up_at <= now:
        raise TooLateToSend
    recipient = kinds.find_recipient(message)
    if recipient:
        queries.forget_suppression(recipient.address)
    message.state = MessageState.WAITING
    message.attempts = 0
    message.next_try_at = now
    message.reason = ""
    db.session.flush()
    for record in _recorders:
        record("message sent again", f"message {message.id}", now)
    after_commit(wake)


def can_send_again(message: OutboxMessage, now: datetime) -> bool:
    """Say whether ``send_again`` would do it."""
    return message.state in AGAIN and message.give_up_at > now


def set_recorder(record: Callable[[str, str, datetime], None]) -> None:
    """Say how what people do on these pages is written into the audit log."""
    _recorders[:] = [record]


def wake() -> None:
    """Tell the mail worker that something is due; losing the hint only delays it to the tick."""
    engine.kick(WORK)


def new_message_id() -> str:
    """Return a Message-ID on our domain that nobody can guess (MAIL-6)."""
    return f"<{secrets.token_hex(16)}@{current_setup().domain}>"


def _key(mail: WantedMail) -> tuple[str, int, int | None]:
    return (mail.kind, mail.edition, mail.person_id)


def _redate(row: OutboxMessage, mail: WantedMail, now: datetime) -> None:
    """Move an unsent message; what is due already stays due, whatever moment that was."""
    row.give_up_at = mail.give_up_at
    if mail.due_at == row.due_at or max(mail.due_at, row.due_at) <= now:
        return
    row.due_at = row.next_try_at = mail.due_at
    _thaw(row)
    if mail.due_at <= now:
        after_commit(wake)


def _thaw(row: OutboxMessage) -> None:
    """Forget frozen words: no server took them, and the facts are others now."""
    row.subject = row.text = row.html = row.calendar_method = row.thread_id = ""
    row.calendar = row.frozen_at = None


def _end(row: OutboxMessage, state: MessageState, reason: str) -> None:
    row.state = state
    row.reason = reason


def _row_of(occasion: str, mail: WantedMail, now: datetime) -> dict[str, Any]:
    times = {"due_at": mail.due_at, "give_up_at": mail.give_up_at}
    row = _row(mail.kind, occasion, edition=mail.edition, now=now, **times)
    return row | {"person_id": mail.person_id}


def _row(
    kind: str, occasion: str, *, edition: int, due_at: datetime, give_up_at: datetime, now: datetime
) -> dict[str, Any]:
    return {
        "kind": kind,
        "occasion": occasion,
        "edition": edition,
        "person_id": None,
        "address": "",
        "message_id": new_message_id(),
        "state": MessageState.WAITING,
        "reason": "",
        "created_at": now,
        "due_at": due_at,
        "next_try_at": due_at,
        "give_up_at": give_up_at,
        "private": kinds.get(kind).private,
    }


def _insert(rows: Iterable[dict[str, Any]], now: datetime) -> None:
    """Write what is new; a key that is there already is left alone, also in a race."""
    rows = list(rows)
    if not rows:
        return
    make = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    statement = make.insert(OutboxMessage).on_conflict_do_nothing()
    db.session.execute(statement, rows)
    if any(row["due_at"] <= now for row in rows):
        after_commit(wake)
