"""A statement that fails in the middle leaves nothing half-done: DC-09, IN-04, IN-05, IN-09.

The 1st, 2nd, 3rd … statement fails until one run gets through (AR-8 of the notes: a booking that
was rolled back leaves no message, and a fact is never without its messages).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import StatementError

from swa.core.db import Base, db
from swa.messaging.models import OutboxMessage
from swa.sessions.types import BookingStatus, Mark
from tests.sessions.doing import book, call_off, cancel, later, mark, move
from tests.sessions.postman import send_due

START = datetime(2027, 4, 1, 13, 0, tzinfo=UTC)
NOW = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MOST_STATEMENTS = 400


class PowerCut(Exception):  # noqa: N818 - it is no error of ours
    """The statement did not reach the database."""


@pytest.fixture
def session(make):
    """One place, which is taken, and two people who wait; everybody has been told."""
    session = make.session(starts_at=START, places={"largest": 1, "most_percent": 100})
    for _ in range(3):
        book(session, make.person(), now=NOW)
    send_due(NOW)
    return session


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    db.session.rollback()
    rows = {
        table.name: [
            tuple(row) for row in db.session.execute(select(table).order_by(*table.primary_key))
        ]
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return rows


@contextmanager
def failing_at(number: int) -> Iterator[None]:
    count = 0

    def fail(*_arguments: object) -> None:
        nonlocal count
        count += 1
        if count == number:
            raise PowerCut

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)


def check_all_or_nothing(act: Callable[[], object]) -> int:
    """Let each statement of the act fail in turn; return how many there were."""
    before = everything()
    for number in range(1, MOST_STATEMENTS):
        try:
            with failing_at(number):
                act()
        except (PowerCut, StatementError) as cut:  # a load inside a statement wraps it
            if not isinstance(getattr(cut, "orig", cut), PowerCut):
                raise
            assert everything() == before
        else:
            return number - 1
    pytest.fail("the act never got through")


def messages() -> int:
    return len(db.session.scalars(select(OutboxMessage.id)).all())


def test_booking(make):
    session, person = make.session(starts_at=START), make.person()

    statements = check_all_or_nothing(lambda: book(session, person, now=NOW))

    assert statements > 5
    assert messages() == 3
    assert session.places_taken == 1


def test_giving_back_a_place_that_somebody_else_gets(session):
    holder, first, _ = session.bookings

    check_all_or_nothing(lambda: cancel(holder, now=NOW + MINUTE))

    assert (holder.status, first.status) == (BookingStatus.CANCELLED, BookingStatus.CONFIRMED)
    kinds = {letter.kind for letter in send_due(NOW + MINUTE)}
    assert kinds == {"booking cancelled", "place given"}


def test_moving(session, make):
    by, new = make.coordinator(), later(session, by=timedelta(days=7))

    check_all_or_nothing(lambda: move(session, new, by=by, now=NOW + MINUTE))

    moved = [x for x in send_due(NOW + MINUTE) if x.kind == "session moved"]
    assert len(moved) == 3


def test_calling_off(session, make):
    by = make.coordinator()

    check_all_or_nothing(lambda: call_off(session, by=by, now=NOW + MINUTE))

    told = [x for x in send_due(NOW + MINUTE) if x.kind == "session cancelled"]
    assert len(told) == 3


def test_taking_attendance(session):
    marks = {session.bookings[0].id: Mark.PRESENT}

    check_all_or_nothing(
        lambda: mark(session, marks, by=session.support_person, now=START + MINUTE, seen=0)
    )

    assert session.attendance_version == 1
