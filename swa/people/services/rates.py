"""Counts requests in the database, so that every process and every restart sees the same count."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from swa.core.db import db
from swa.people import tokens
from swa.people.models import RateCount
from swa.people.rules import rates as rules
from swa.people.rules.rates import Counted


def allow(counted: Sequence[Counted], *, now: datetime) -> bool:
    """Count one request, or refuse it and count nothing.

    Rows are taken in the order given, which has to be the same everywhere: two requests then
    never wait for each other in a ring.
    """
    taken = [(one, _count_one_more(one, now)) for one in counted]
    refused = any(
        rules.is_too_many(one.limit, current=current, previous=_count_before(one, now), now=now)
        for one, current in taken
    )
    if refused:
        for one, _current in taken:
            _take_back(one, now)
    return not refused


def clear_old(*, now: datetime) -> None:
    """Drop counts that nothing looks at any more (WB-10)."""
    db.session.execute(delete(RateCount).where(RateCount.window_start < now - 3 * rules.HOUR))


def _count_one_more(one: Counted, now: datetime) -> int:
    """Raise the count of this window in one statement, and return it."""
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    row = {
        "purpose": one.limit.purpose,
        "key_hash": tokens.hash_of(one.key),
        "window_start": rules.window_start(one.limit, now),
        "count": 1,
    }
    statement = (
        insert(RateCount)
        .values(row)
        .on_conflict_do_update(
            index_elements=["purpose", "key_hash", "window_start"],
            set_={"count": RateCount.count + 1},
        )
        .returning(RateCount.count)
    )
    return db.session.execute(statement).scalar_one()


def _count_before(one: Counted, now: datetime) -> int:
    found = db.session.scalar(
        select(RateCount.count).where(
            RateCount.purpose == one.limit.purpose,
            RateCount.key_hash == tokens.hash_of(one.key),
            RateCount.window_start == rules.window_start(one.limit, now - one.limit.per),
        )
    )
    return found or 0


def _take_back(one: Counted, now: datetime) -> None:
    db.session.execute(
        update(RateCount)
        .where(
            RateCount.purpose == one.limit.purpose,
            RateCount.key_hash == tokens.hash_of(one.key),
            RateCount.window_start == rules.window_start(one.limit, now),
        )
        .values(count=RateCount.count - 1)
        .execution_options(synchronize_session=False)
    )
