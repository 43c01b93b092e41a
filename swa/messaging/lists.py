"""Lists of messages for pages: the whole programme, one session, one person."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.messaging.queries import IS_REAL, OPEN, TROUBLE
from swa.messaging.rules.editions import RULES
from swa.messaging.rules.progress import LATELY, Progress
from swa.messaging.types import READ_AGAIN, Filter, MessageState, Shown

PLANNED = (*OPEN, MessageState.HELD)
MOST_CHOICES = 200


STATES: dict[Shown, Collection[MessageState]] = {
    Shown.PLANNED: PLANNED,
    Shown.HELD: (MessageState.HELD,),
    Shown.MISSED: (MessageState.MISSED,),
    Shown.TROUBLE: TROUBLE,
    Shown.SENT: (MessageState.SENT,),
    Shown.SKIPPED: (MessageState.SKIPPED,),
    Shown.OVER: (MessageState.DROPPED, MessageState.SUPERSEDED),
    Shown.ALL: tuple(MessageState),
}


def select_messages(kept_to: Filter) -> Select[OutboxMessage]:
    """Select the messages of a list, those that go first at the top; what is over, newest first.

    Private messages are in no list (PEER-8).
    """
    planned = kept_to.shown in {Shown.PLANNED, Shown.HELD}
    when = OutboxMessage.due_at
    order = (when, OutboxMessage.id) if planned else (when.desc(), OutboxMessage.id.desc())
    return select(OutboxMessage).where(*_conditions(kept_to)).order_by(*order)


def select_history(person_id: int) -> Select[OutboxMessage]:
    """Select everything that one person was, or will be, sent, newest first.

    What was dropped before it went is left out, and so is what is private.
    """
    mine = Filter(shown=Shown.ALL, person_ids=[person_id])
    over = STATES[Shown.OVER]
    return select_messages(mine).where(OutboxMessage.state.not_in(list(over)))


def list_missed(person_id: int) -> Sequence[OutboxMessage]:
    """List what did not reach a person, the oldest first, at most 200; nothing private."""
    found = select(OutboxMessage).where(
        IS_REAL,
        OutboxMessage.private.is_(False),
        OutboxMessage.person_id == person_id,
        OutboxMessage.state.in_(list(TROUBLE)),
    )
    in_order = found.order_by(OutboxMessage.due_at, OutboxMessage.id).limit(MOST_CHOICES)
    return db.session.scalars(in_order).all()


def read_progress(belongs_to: str, *, since: datetime, now: datetime) -> Progress:
    """Count what became of the messages that came due within a time; one query.

    Private messages are left out, and so is what was not needed any more.

    Args:
        belongs_to: "session 5"; empty for all.
        since: Those that were due from this moment on, UTC.
        now: Those that are due by now, UTC.
    """
    lately = OutboxMessage.sent_at > now - LATELY
    due = [
        *_conditions(Filter(shown=Shown.ALL, belongs_to=belongs_to, after=since)),
        OutboxMessage.due_at <= now,
    ]
    found = db.session.execute(
        select(
            OutboxMessage.state,
            func.count().label("number"),
            func.count().filter(lately).label("lately"),
            func.min(OutboxMessage.sent_at).filter(lately).label("lately_from"),
        )
        .where(*due)
        .group_by(OutboxMessage.state)
    )
    rows = {row.state: row for row in found}

    def count(states: Collection[MessageState]) -> int:
        return sum(rows[state].number for state in states if state in rows)

    sent = rows.get(MessageState.SENT)
    return Progress(
        sent=count([MessageState.SENT]),
        failed=count(TROUBLE),
        waiting=count(OPEN),
        held=count([MessageState.HELD]),
        sent_lately=sent.lately if sent else 0,
        lately_from=sent.lately_from if sent else None,
    )


def select_mailbox(person_id: int | None) -> Select[OutboxMessage]:
    """Select what the demonstration's mailbox shows, newest first; of one person if given."""
    messages = select(OutboxMessage).where(IS_REAL)
    if person_id is not None:
        messages = messages.where(OutboxMessage.person_id == person_id)
    return messages.order_by(
        OutboxMessage.sent_at.desc().nulls_last(), OutboxMessage.due_at, OutboxMessage.id
    )


def list_addressees() -> Sequence[int]:
    """Return the ids of the people who have messages."""
    people = select(OutboxMessage.person_id).where(OutboxMessage.person_id.is_not(None)).distinct()
    return [person_id for person_id in db.session.scalars(people) if person_id is not None]


def list_belongings() -> Sequence[str]:
    """List what has messages that are not over yet, for a filter; at most 200."""
    found = (
        select(OutboxMessage.belongs_to)
        .where(OutboxMessage.state.in_([*PLANNED, *TROUBLE]), OutboxMessage.belongs_to != "")
        .distinct()
        .order_by(OutboxMessage.belongs_to)
        .limit(MOST_CHOICES)
    )
    return db.session.scalars(found).all()


def count_to_read_again() -> dict[str, int]:
    """Count, by what they belong to, the messages whose own words wait for somebody to read them.

    What belongs to nothing is counted under "".
    """
    rows = db.session.execute(
        select(OutboxMessage.belongs_to, func.count().label("number"))
        .where(OutboxMessage.state == MessageState.HELD, OutboxMessage.reason == READ_AGAIN)
        .group_by(OutboxMessage.belongs_to)
    )
    return {row.belongs_to: row.number for row in rows}


def has_messages(belongs_to: str) -> bool:
    """Say whether there is, or was, any message of a session or another thing by its name."""
    some = select(OutboxMessage.id).where(OutboxMessage.belongs_to == belongs_to).limit(1)
    return db.session.scalars(some).first() is not None


def _conditions(kept_to: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [IS_REAL, OutboxMessage.private.is_(False)]
    if kept_to.shown is not Shown.ALL:
        found.append(OutboxMessage.state.in_(list(STATES[kept_to.shown])))
    if kept_to.belongs_to:
        found.append(OutboxMessage.belongs_to == kept_to.belongs_to)
    if kept_to.kind:
        found.append(OutboxMessage.kind == kept_to.kind)
    if kept_to.number:
        found.append(OutboxMessage.edition % RULES == kept_to.number)
    if kept_to.after:
        found.append(OutboxMessage.due_at >= kept_to.after)
    if kept_to.before:
        found.append(OutboxMessage.due_at < kept_to.before)
    if kept_to.person_ids is not None:
        found.append(OutboxMessage.person_id.in_(list(kept_to.person_ids)))
    return found
