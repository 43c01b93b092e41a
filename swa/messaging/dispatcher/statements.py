"""What a worker asks of the outbox for each message, and writes there.

Each statement is put together only once, since that takes longer than to carry it out.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate

from swa.core.db import db
from swa.messaging.models import IS_UNDECIDED, OutboxMessage
from swa.messaging.queries import DUE, OPEN
from swa.messaging.types import MessageState

ALL = true()
IN_HAND = (MessageState.CLAIMED, MessageState.SENDING)


def find_due(
    now: datetime,
    kinds: Collection[str],
    in_order: Collection[str] = (),
    only: ColumnElement[bool] = ALL,
) -> OutboxMessage | None:
    """Return the one row that is due first, held, passing over what other workers are taking.

    A message waits for an earlier one of the same occasion to the same person while that one has
    not been tried, so that what is due together leaves in order. One that was refused for now
    holds up only what changes the same invitation: those leave in order in any case. Nothing waits
    for what leaves by another way, which may rest for hours. Kinds that this program does not
    know, because a newer one wrote them, are left for that one (RL-12).

    Args:
        now: UTC.
        kinds: Those that this program knows and that leave by the same way.
        in_order: The kinds that bring or change an invitation.
        only: What else has to hold, for example that there is room for it now.
    """
    return _find_due(_due(is_held=True), now, kinds, in_order, only)


def has_due(
    now: datetime,
    kinds: Collection[str],
    in_order: Collection[str] = (),
    only: ColumnElement[bool] = ALL,
) -> bool:
    """Say whether a worker would find something to take."""
    return _find_due(_due(is_held=False), now, kinds, in_order, only) is not None


def lock_claimed(row_id: int, token: str) -> OutboxMessage | None:
    """Return a row that a worker took, held until the transaction ends; None if it lost it."""
    held = db.session.scalars(_claimed(), {"row_id": row_id, "token": token})
    return held.one_or_none()


def change(
    row_id: int, token: str, values: Mapping[str, Any], *, only_in_hand: bool = False
) -> bool:
    """Write into the row that a worker took; False when it is somebody else's now.

    Args:
        row_id: Its id.
        token: Proves that the worker took it.
        values: New values by column.
        only_in_hand: Leave a row alone that was ended or opened again meanwhile.
    """
    new = {f"new_{name}": value for name, value in values.items()}
    changed = _changed(tuple(values), only_in_hand=only_in_hand)
    asked = {"row_id": row_id, "token": token} | new
    return db.session.execute(changed, asked).first() is not None


def _find_due(
    due: Select[OutboxMessage],
    now: datetime,
    kinds: Collection[str],
    in_order: Collection[str],
    only: ColumnElement[bool],
) -> OutboxMessage | None:
    narrowed = due if only is ALL else due.where(only)
    asked = {"now": now, "known": list(kinds), "in_order": list(in_order)}
    return db.session.scalars(narrowed, asked).first()


@cache
def _due(*, is_held: bool) -> Select[OutboxMessage]:
    now: BindParameter[datetime] = bindparam("now")
    known, in_order = _names("known"), _names("in_order")
    earlier = aliased(OutboxMessage)
    is_in_hand = earlier.state.in_(IN_HAND)
    changes_the_same = and_(earlier.kind.in_(in_order), OutboxMessage.kind.in_(in_order))
    same_person = or_(
        earlier.person_id == OutboxMessage.person_id,
        and_(
            earlier.person_id.is_(None),
            OutboxMessage.person_id.is_(None),
            earlier.address == OutboxMessage.address,
        ),
    )
    is_held_up = exists().where(
        earlier.occasion == OutboxMessage.occasion,
        same_person,
        earlier.kind.in_(known),
        earlier.id < OutboxMessage.id,
        earlier.state.in_(OPEN),
        earlier.due_at <= now,
        or_(earlier.attempts == 0, is_in_hand, changes_the_same),
    )
    due = (
        select(OutboxMessage)
        .where(
            IS_UNDECIDED,
            OutboxMessage.state.in_(DUE),
            OutboxMessage.next_try_at <= now,
            OutboxMessage.kind.in_(known),
            ~is_held_up,
        )
        .order_by(OutboxMessage.next_try_at, OutboxMessage.id)
        .limit(1)
    )
    return due.with_for_update(skip_locked=True, of=OutboxMessage) if is_held else due


@cache
def _changed(columns: tuple[str, ...], *, only_in_hand: bool) -> ReturningUpdate[int]:
    is_ours = [
        OutboxMessage.id == bindparam("row_id"),
        OutboxMessage.lease_token == bindparam("token"),
    ]
    if only_in_hand:
        is_ours.append(OutboxMessage.state.in_(IN_HAND))
    new: dict[str, BindParameter[Any]] = {name: bindparam(f"new_{name}") for name in columns}
    change = update(OutboxMessage).where(*is_ours).values(new).returning(OutboxMessage.id)
    return change.execution_options(synchronize_session=False)


def _names(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


@cache
def _claimed() -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(
            OutboxMessage.id == bindparam("row_id"),
            OutboxMessage.lease_token == bindparam("token"),
            OutboxMessage.state.in_(IN_HAND),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
