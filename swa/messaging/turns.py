"""Work that is due once an hour or once a night, by whichever worker comes first.

That it is due is a condition, not a moment: it was not done since it was last due. So a tick that
is late, or a worker that slept, loses nothing, and two workers do it once.

Work of many transactions asks ``is_due`` and takes its turn when all of it is done: killed in
between, the next tick begins it again. It must be safe to do twice.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from swa.core.db import db
from swa.messaging.models import PeriodicTurn


def is_due(name: str, due_at: datetime) -> bool:
    """Say whether nobody has finished the work since it was last due.

    Args:
        name: Of the work.
        due_at: When it was last due, UTC.

    Source:
        RL-4 (a worker that dies loses nothing).
    """
    done_for = db.session.scalar(select(PeriodicTurn.done_for).where(PeriodicTurn.name == name))
    return done_for is None or done_for < due_at


def take(name: str, due_at: datetime) -> bool:
    """Say whether nobody has done the work since it was last due; it is this caller's then.

    Work that is done in the same transaction is given back when that fails. Of two workers the
    second waits for the end of the first one's transaction, and finds it done.

    Args:
        name: Of the work, at most 40 characters.
        due_at: When it was last due, UTC; not later than now.

    Source:
        RL-4 (a worker that dies loses nothing).
    """
    make = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    first = make.insert(PeriodicTurn).values(name=name).on_conflict_do_nothing()
    db.session.execute(first)
    not_done = PeriodicTurn.done_for.is_(None) | (PeriodicTurn.done_for < due_at)
    mine = (
        update(PeriodicTurn)
        .where(PeriodicTurn.name == name, not_done)
        .values(done_for=due_at)
        .returning(PeriodicTurn.id)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(mine).first() is not None
