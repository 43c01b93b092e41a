"""What the features ask of mail: wanted messages become rows of the transaction of the fact."""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from swa.core.db import after_commit, db
from swa.messaging import kinds, queries, redating, rendering
from swa.messaging.choices import links
from swa.messaging.models import IS_UNDECIDED, OutboxMessage
from swa.messaging.send_rules import LATE_AFTER
from swa.messaging.setup import current_setup
from swa.messaging.types import Draft, MessageState, Recipient, WantedMail

_recorders: list[Callable[[str, str, datetime], None]] = []


def plan(
    occasion: str,
    wanted: Sequence[WantedMail],
    *,
    kinds: Collection[str],
    now: datetime,
    belongs_to: str = "",
) -> None:
    """Make the unsent messages of these kinds of one occasion equal to what is wanted.

    As ``plan_together``, which says what that means.
    """
    held = queries.list_unsent_for_change([occasion], kinds)
    plan_together({occasion: wanted}, held=held, now=now, belongs_to=belongs_to)


def plan_together(
    wanted: Mapping[str, Sequence[WantedMail]],
    *,
    held: Iterable[OutboxMessage],
    now: datetime,
    belongs_to: str = "",
    missed: Collection[str] | None = None,
) -> None:
    """Make the unsent messages of several occasions equal to what is wanted, at one go.

    What is missing is written, what has another time is re-dated, what is not wanted any more is
    dropped; messages that were handed over, or that somebody skipped, stay as they are. A held
    message stays held, and a missed one missed, unless its date has moved since. Planning twice
    changes nothing.

    Args:
        wanted: What each occasion ("booking 17", at most 80 characters) ought to have as things
            stand; may be empty. Messages that are due at the same time go in this order.
        held: The unsent messages of these occasions that this caller looks after, from
            ``queries.list_unsent_for_change``; those of other occasions are left alone.
        now: UTC.
        belongs_to: What the occasions are part of, for lists: "session 5".
        missed: The occasions of which messages were missed; looked up when left out.

    Source:
        CC-09 (late bookers miss nothing, nothing goes twice), IN-05 (safe to repeat).
    """
    by_key = {(about, *_key(mail)): mail for about, mails in wanted.items() for mail in mails}
    missing = dict(by_key)
    for row in held:
        if row.occasion in wanted:
            key = (row.occasion, row.kind, row.edition, row.person_id)
            missing.pop(key, None)
            _bring_up_to_date(row, by_key.get(key), wanted[row.occasion], now)
    redating.want_again(missing, missed, now)
    rows = [
        _row_of(about, mail, now) | {"belongs_to": belongs_to}
        for (about, *_), mail in missing.items()
    ]
    _insert(rows, now)
    db.session.flush()


def queue(occasion: str, mail: WantedMail, *, now: datetime, belongs_to: str = "") -> None:
    """Write one message, unless its kind, occasion, edition and person had one already."""
    _insert([_row_of(occasion, mail, now) | {"belongs_to": belongs_to}], now)


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
    for row in queries.list_unsent_for_change([occasion], plan_of):
        redating.end(row, MessageState.DROPPED, reason)
    db.session.flush()


def write(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Make the words of a message: the usual ones, or those somebody wrote for this one.

    The calendar part is never theirs to change.
    """
    link = links.marked_link(message)
    with rendering.with_stop_link(link):
        draft = kinds.get(message.kind).draft(message, recipient)
    if message.edited_at is None:
        return draft
    own = rendering.lay_out_plain(message.own_subject, links.with_link(message.own_text, link))
    return replace(draft, subject=own.subject, text=own.text, html=own.html)


def clear_words(*, sent_before: datetime) -> None:
    """Delete the words of messages that went long ago, or were due then and never will go.

    The row itself stays: who got what and when is kept, and nothing is ever sent twice. So does
    its subject, unless somebody typed that for this one message.
    """
    old = and_(
        ~IS_UNDECIDED,
        func.coalesce(OutboxMessage.sent_at, OutboxMessage.due_at) < sent_before,
        or_(OutboxMessage.text != "", OutboxMessage.own_text != ""),
    )
    usual = case((OutboxMessage.edited_at.is_(None), OutboxMessage.subject), else_="")
    none = {"subject": usual, "text": "", "html": "", "calendar": None}
    none |= {"own_text": "", "own_subject": "", "edited_at": None}
    cleared = update(OutboxMessage).where(old).values(**none)
    db.session.execute(cleared.execution_options(synchronize_session=False))


def set_recorder(record: Callable[[str, str, datetime], None]) -> None:
    """Say how what people do on these pages is written into the audit log."""
    _recorders[:] = [record]


def record(what: str, message: OutboxMessage, *, now: datetime) -> None:
    """Write what somebody did with a message into the audit log."""
    note(what, f"message {message.id}", now=now)


def note(what: str, about: str, *, now: datetime) -> None:
    """Write what somebody did on the pages of mail into the audit log."""
    for write in _recorders:
        write(what, about, now)


def new_message_id() -> str:
    """Return a Message-ID on our domain that nobody can guess (MAIL-6)."""
    return f"<{secrets.token_hex(16)}@{current_setup().domain}>"


def is_versioned(kind: str) -> bool:
    """Say whether a newer edition of a kind takes the place of an older one."""
    known = kinds.find(kind)
    return known is None or known.is_versioned


def queue_copy(message: OutboxMessage, *, number: int, now: datetime) -> None:
    """Write the same message once more, to go at once because a person said so."""
    row = _row(
        message.kind,
        message.occasion,
        edition=message.edition,
        due_at=now,
        give_up_at=max(message.give_up_at, now + LATE_AFTER),
        now=now,
    )
    row |= {name: getattr(message, name) for name in ("person_id", "address", "belongs_to")}
    _insert([row | {"copy": number, "is_by_hand": True}], now)


def _key(mail: WantedMail) -> tuple[str, int, int | None]:
    return (mail.kind, mail.edition, mail.person_id)


def _bring_up_to_date(
    row: OutboxMessage, mail: WantedMail | None, wanted: Sequence[WantedMail], now: datetime
) -> None:
    """Re-date an unsent message; end it when none of its key is wanted."""
    if mail is not None:
        redating.redate(row, mail, now)
        return
    is_older = any(each.kind == row.kind and each.edition > row.edition for each in wanted)
    state = MessageState.DROPPED
    if is_older and is_versioned(row.kind):
        state = MessageState.SUPERSEDED
    redating.end(row, state, "What it was about has changed")


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
        "ready_at": max(due_at, now),
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
        after_commit(redating.wake)
