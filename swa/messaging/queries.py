"""Reads of the outbox."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from swa.core.db import db
from swa.messaging.models import IS_UNDECIDED, MailCircuit, OutboxMessage, SuppressedAddress
from swa.messaging.types import UNSENT, MessageState

DUE = (MessageState.WAITING, MessageState.UNKNOWN)
OPEN = (*DUE, MessageState.CLAIMED, MessageState.SENDING)
TROUBLE = (MessageState.FAILED, MessageState.SUPPRESSED, MessageState.MISSED)
# A suppressed row that nobody ever tried only makes asking for an unknown address take as long
# as for a known one; no page shows it.
IS_REAL = or_(OutboxMessage.state != MessageState.SUPPRESSED, OutboxMessage.attempts > 0)
# Every change of a booking or a session asks these, so they are put together once.
_FOR_CHANGE = (
    select(OutboxMessage)
    .where(OutboxMessage.occasion.in_(bindparam("occasions", expanding=True)))
    .order_by(OutboxMessage.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_UNSENT_FOR_CHANGE = _FOR_CHANGE.where(
    OutboxMessage.kind.in_(bindparam("kinds", expanding=True)),
    OutboxMessage.state.in_(list(UNSENT)),
)
_MISSED_FOR_CHANGE = _FOR_CHANGE.where(OutboxMessage.state == MessageState.MISSED)


def list_unsent_for_change(
    occasions: Collection[str], kinds: Collection[str]
) -> Sequence[OutboxMessage]:
    """Return the unsent messages of these kinds and occasions, held until the transaction ends.

    A worker that is about to take one of them passes it over meanwhile. By id, which is the order
    in which they are held.
    """
    if not occasions:
        return ()
    wanted = {"occasions": list(occasions), "kinds": list(kinds)}
    return db.session.scalars(_UNSENT_FOR_CHANGE, wanted).all()


def list_missed_for_change(occasions: Collection[str]) -> Sequence[OutboxMessage]:
    """Return the missed messages of these occasions, by id, held until the transaction ends."""
    return db.session.scalars(_MISSED_FOR_CHANGE, {"occasions": list(occasions)}).all()


def list_kinds(occasion: str) -> Sequence[str]:
    """Return the kinds of which an occasion has messages."""
    kinds = select(OutboxMessage.kind).where(OutboxMessage.occasion == occasion).distinct()
    return db.session.scalars(kinds.order_by(OutboxMessage.kind)).all()


def has_left(occasion: str, kinds: Collection[str]) -> bool:
    """Say whether a message of these kinds may have reached somebody.

    A message that was tried counts, since an answer of the server can be lost. So a withdrawal
    need not go when the invitation never left.
    """
    tried = select(OutboxMessage.id).where(
        OutboxMessage.occasion == occasion,
        OutboxMessage.kind.in_(list(kinds)),
        OutboxMessage.attempts > 0,
    )
    return db.session.scalars(tried.limit(1)).first() is not None


def has_unsent(occasions: Collection[str], kinds: Collection[str]) -> bool:
    """Say whether a message of these kinds and occasions waits, is held or is on its way."""
    return _has_in_state(occasions, kinds, [*OPEN, MessageState.HELD])


def is_undelivered(occasions: Collection[str], kinds: Collection[str]) -> bool:
    """Say whether their address took no message of these kinds and occasions, and none waits."""
    refused = [MessageState.FAILED, MessageState.SUPPRESSED]
    return _has_in_state(occasions, kinds, refused) and not has_unsent(occasions, kinds)


def _has_in_state(
    occasions: Collection[str], kinds: Collection[str], states: Collection[MessageState]
) -> bool:
    found = select(OutboxMessage.id).where(
        OutboxMessage.occasion.in_(list(occasions)),
        OutboxMessage.kind.in_(list(kinds)),
        OutboxMessage.state.in_(list(states)),
    )
    return db.session.scalars(found.limit(1)).first() is not None


def is_suppressed(address: str) -> bool:
    """Say whether no mail goes to this address any more (case does not matter)."""
    found = db.session.scalars(_suppressed(), {"asked": address.casefold()})
    return found.first() is not None


@cache
def _suppressed() -> Select[int]:
    return select(SuppressedAddress.id).where(SuppressedAddress.address == bindparam("asked"))


def get_message(message_id: int) -> OutboxMessage:
    """Return one message.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    return db.session.scalars(select(OutboxMessage).where(OutboxMessage.id == message_id)).one()


def _like(message: OutboxMessage) -> ColumnElement[bool]:
    return and_(
        OutboxMessage.kind == message.kind,
        OutboxMessage.occasion == message.occasion,
        OutboxMessage.edition == message.edition,
        OutboxMessage.person_id == message.person_id,
        OutboxMessage.address == message.address,
    )


def count_like(message: OutboxMessage) -> int:
    """Return how many rows the very same message has, copies counted."""
    return db.session.scalars(select(func.count()).where(_like(message))).one()


def get_newest_like(message: OutboxMessage) -> OutboxMessage:
    """Return the newest row of the very same message."""
    rows = select(OutboxMessage).where(_like(message)).order_by(OutboxMessage.id.desc())
    return db.session.scalars(rows.limit(1)).one()


def is_one_unsent(message: OutboxMessage) -> bool:
    """Say whether the very same message, or a copy of it, waits or is on its way."""
    rows = select(OutboxMessage.id).where(
        _like(message), OutboxMessage.state.in_([*OPEN, MessageState.HELD])
    )
    return db.session.scalars(rows.limit(1)).first() is not None


def count_by_state() -> dict[MessageState, int]:
    """Return how many messages there are in each state, in the order of a message's life.

    States without any are left out.
    """
    rows = db.session.execute(
        select(OutboxMessage.state, func.count().label("number"))
        .where(IS_REAL)
        .group_by(OutboxMessage.state)
    )
    numbers = {row.state: row.number for row in rows}
    return {state: numbers[state] for state in MessageState if state in numbers}


def select_troubled() -> Select[OutboxMessage]:
    """Select what was not delivered and needs a person's eye, newest first."""
    return (
        select(OutboxMessage)
        .where(OutboxMessage.state.in_(TROUBLE), IS_REAL)
        .order_by(OutboxMessage.due_at.desc(), OutboxMessage.id.desc())
    )


def count_due(now: datetime, kinds: Collection[str]) -> int:
    """Return how many messages are due now."""
    due = select(func.count()).where(
        IS_UNDECIDED,
        OutboxMessage.state.in_(DUE),
        OutboxMessage.next_try_at <= now,
        OutboxMessage.kind.in_(list(kinds)),
    )
    return db.session.scalars(due).one()


def find_circuit(channel: str) -> MailCircuit | None:
    """Return how the mail server of a channel is doing; None when it never failed."""
    return db.session.scalars(_circuit(), {"asked": channel}).first()


@cache
def _circuit() -> Select[MailCircuit]:
    return select(MailCircuit).where(MailCircuit.channel == bindparam("asked"))


def find_next_due(after: datetime, until: datetime, kinds: Collection[str]) -> datetime | None:
    """Return when the next message comes due between two moments (UTC); None when none does."""
    soon = select(OutboxMessage.next_try_at).where(
        IS_UNDECIDED,
        OutboxMessage.state.in_(DUE),
        OutboxMessage.next_try_at > after,
        OutboxMessage.next_try_at <= until,
        OutboxMessage.kind.in_(list(kinds)),
    )
    return db.session.scalars(soon.order_by(OutboxMessage.next_try_at).limit(1)).first()


def count_of_occasion(occasion: str) -> int:
    """Return how many messages an occasion ever had."""
    rows = select(func.count()).where(OutboxMessage.occasion == occasion)
    return db.session.scalars(rows).one()
