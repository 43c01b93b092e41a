"""Writes down what a person chooses: what waits is dropped, what is still ahead comes back."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from swa.core.db import db, lock_row
from swa.messaging.choices import standing
from swa.messaging.choices.models import MailChoice
from swa.messaging.models import OutboxMessage
from swa.messaging.types import UNSENT, MessageState

_followers: dict[str, Callable[[int, datetime], None]] = {}


def add_follower(feature: str, plan_anew: Callable[[int, datetime], None]) -> None:
    """Let a feature plan a person's messages anew once they want more; again replaces it."""
    _followers[feature] = plan_anew


def choose(person_id: int, wishes: dict[str, bool], *, now: datetime) -> list[str]:
    """Keep which optional messages somebody wants; saying the same again changes nothing.

    Args:
        person_id: Who chooses.
        wishes: By the name of a choice; what is left out stays as it is.
        now: UTC.

    Returns:
        The names of the choices that changed, in their order.

    Source:
        Issue 3, personal choice.
    """
    changed = [name for name in sorted(wishes) if _keep(person_id, name, wishes[name], now)]
    db.session.flush()
    standing.forget()
    _drop(person_id, {name for name in changed if not wishes[name]})
    if any(wishes[name] for name in changed):
        for plan_anew in _followers.values():
            plan_anew(person_id, now)
    return changed


def _keep(person_id: int, choice: str, is_wanted: bool, now: datetime) -> bool:
    """Write one choice down; False when it stood like that already."""
    make = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    first = {"person_id": person_id, "choice": choice, "is_wanted": True, "since": now}
    if standing.find_wish(person_id, choice) is None:
        if is_wanted:
            return False
        db.session.execute(make.insert(MailChoice).values(first).on_conflict_do_nothing())
    is_it = (MailChoice.person_id == person_id, MailChoice.choice == choice)
    row = db.session.scalars(select(MailChoice).where(*is_it)).one()
    lock_row(row)
    if row.is_wanted == is_wanted:
        return False
    row.is_wanted, row.since = is_wanted, now
    return True


def _drop(person_id: int, choices: Collection[str]) -> None:
    """Take back what waits for somebody who does not want it any more."""
    if not choices:
        return
    waiting = (
        select(OutboxMessage)
        .where(OutboxMessage.person_id == person_id, OutboxMessage.state.in_(list(UNSENT)))
        .order_by(OutboxMessage.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for row in db.session.scalars(waiting).all():
        choice = standing.choice_of(row)
        if choice is not None and choice.name in choices:
            row.state, row.reason = MessageState.DROPPED, standing.why_refused(row) or ""
    db.session.flush()
