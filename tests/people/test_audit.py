"""The audit log: written with the change, chained, append-only (5.4 of the security notes)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from swa.core import clock
from swa.core.db import db, transaction
from swa.migrations import audit_triggers
from swa.people.models import AuditEvent, AuditHead
from swa.people.services import audit

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def record(*whats, now=NOW):
    with transaction():
        for what in whats:
            audit.record(what, about="booking 7", by_id=None, now=now, fields="status")


def lines():
    db.session.rollback()
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()


def test_lines_are_written_in_order_and_chained(app):
    record("booking confirmed", "booking cancelled")
    record("booking confirmed")

    kept = lines()
    assert [line.what for line in kept] == [
        "booking confirmed",
        "booking cancelled",
        "booking confirmed",
    ]
    assert kept[0].previous_hash == audit.FIRST_HASH
    assert [line.previous_hash for line in kept[1:]] == [line.hash for line in kept[:-1]]
    assert audit.find_broken_line() is None


def test_an_empty_log_is_whole(app):
    assert audit.find_broken_line() is None


def test_a_change_that_is_rolled_back_leaves_no_line(app):
    with transaction():
        audit.record("booking confirmed", about="booking 7", by_id=None, now=NOW)
        db.session.rollback()

    record("booking cancelled")

    assert [line.what for line in lines()] == ["booking cancelled"]
    assert audit.find_broken_line() is None


def test_a_line_needs_the_transaction_of_its_change(app):
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record("booking confirmed", about="booking 7", by_id=None, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"what": "booking cancelled"},
        {"about": "booking 8"},
        {"fields": "places"},
        {"at": NOW + timedelta(seconds=1)},
        {"previous_hash": "0" * 63 + "1"},
        {"hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_line_is_found(app, change):
    record("one", "two", "three")
    second = lines()[1].id

    with transaction():
        db.session.execute(update(AuditEvent).where(AuditEvent.id == second).values(change))

    assert audit.find_broken_line() == second


def test_a_missing_line_is_found(app):
    record("one", "two", "three")
    _first, second, third = (line.id for line in lines())

    with transaction():
        db.session.execute(delete(AuditEvent).where(AuditEvent.id == second))

    assert audit.find_broken_line() == third


def test_a_missing_end_is_found(app):
    record("one", "two")

    with transaction():
        db.session.execute(delete(AuditEvent).where(AuditEvent.what == "two"))

    assert audit.find_broken_line() == 0


def test_writers_at_the_same_moment_make_one_chain(app):
    at_once = threading.Barrier(10, timeout=20)

    def write(number):
        at_once.wait()
        with app.app_context():
            record(f"change {number}", now=clock.utc_now())

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(write, range(10)))

    assert len(lines()) == 10
    assert audit.find_broken_line() is None
    assert len(db.session.scalars(select(AuditHead)).all()) == 1


@pytest.fixture
def triggers(app):
    """The triggers as the migration adds them; other tests empty their tables without."""
    engine = db.engine.dialect.name
    db.engine.dispose()  # another connection may believe that those of the last test are there
    with db.engine.begin() as connection:
        for statement in audit_triggers.creating(engine):
            connection.execute(text(statement))
    yield
    db.session.rollback()
    with db.engine.begin() as connection:
        for statement in audit_triggers.dropping(engine):
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(update(AuditEvent).values(what="nothing"), id="changing a line"),
        pytest.param(delete(AuditEvent), id="deleting a line"),
    ],
)
def test_the_database_itself_refuses(triggers, change):
    record("booking confirmed", now=clock.utc_now())

    with pytest.raises(DBAPIError, match="audit lines are"), transaction():
        db.session.execute(change)

    assert [line.what for line in lines()] == ["booking confirmed"]


@pytest.mark.parametrize(("years", "is_kept"), [(5.9, True), (6.1, False)])
def test_a_line_older_than_the_floor_may_be_cleared_away(triggers, years, is_kept):
    record("booking confirmed", now=clock.utc_now() - timedelta(days=365.25 * years))

    try:
        with transaction():
            db.session.execute(delete(AuditEvent))
    except DBAPIError:
        assert is_kept

    assert bool(lines()) is is_kept
