"""The foundation: moments in UTC, one way to write, pragmas, writers in line (AR-4 to AR-6)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import IntegrityError

from swa.core.db import UtcDateTime, after_commit, before_commit, db, transaction
from swa.people.models import Organisation, Team
from swa.people.types import Sector


def add(name):
    db.session.add(Organisation(name=name, sector=Sector.COUNCIL))


def names():
    return list(db.session.scalars(select(Organisation.name).order_by(Organisation.name)))


def test_what_the_block_changed_is_kept(app):
    with transaction():
        add("Kept")

    assert names() == ["Kept"]


def test_nothing_is_kept_when_the_block_fails(app):
    with pytest.raises(ZeroDivisionError), transaction():
        add("Lost")
        db.session.flush()
        raise ZeroDivisionError

    assert names() == []


def test_a_second_transaction_inside_the_first_is_refused(app):
    with transaction(), pytest.raises(RuntimeError, match="once"), transaction():
        pass


def test_a_change_before_the_transaction_is_refused(app):
    add("Too early")

    with pytest.raises(RuntimeError, match="before changing"), transaction():
        pass
    db.session.rollback()


def test_a_transaction_can_follow_a_failed_one(app):
    with pytest.raises(IntegrityError), transaction():
        add("Twice")
        add("Twice")

    with transaction():
        add("Once")
    assert names() == ["Once"]


def test_notes_run_inside_before_and_outside_after_the_commit(app):
    order = []

    with transaction():
        after_commit(lambda: order.append(("after", names())))
        before_commit(lambda: order.append(("before", names())))
        add("Seen")

    assert order == [("before", ["Seen"]), ("after", ["Seen"])]


def test_no_hint_goes_out_when_nothing_was_committed(app):
    hints = []

    with pytest.raises(ZeroDivisionError), transaction():
        after_commit(lambda: hints.append("gone"))
        raise ZeroDivisionError

    assert hints == []


def test_a_hint_that_fails_is_logged_and_loses_nothing(app, caplog):
    def fail():
        raise ZeroDivisionError

    with transaction():
        add("Kept")
        after_commit(fail)

    assert names() == ["Kept"]
    assert "the next tick makes up for it" in caplog.text


def test_notes_outside_a_transaction_are_refused(app):
    with pytest.raises(RuntimeError):
        after_commit(print)


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="attach a timezone"):
        UtcDateTime().process_bind_param(datetime(2026, 3, 29, 1, 30), None)  # noqa: DTZ001 - the point


@pytest.mark.parametrize("hours", [-5, 0, 1])
def test_moments_come_back_aware_and_in_utc(app, make, hours):
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=timezone(timedelta(hours=hours)))
    session = make.session(starts_at=moment)

    db.session.expire(session)

    assert session.starts_at == moment
    assert session.starts_at.utcoffset() == timedelta(0)
    assert session.starts_at.tzinfo is UTC


@pytest.mark.once
def test_every_sqlite_connection_has_the_four_pragmas(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'own.db'}")  # the tests' own waits for no disk
    with engine.connect() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("busy_timeout", "foreign_keys", "journal_mode", "synchronous")
        }
    engine.dispose()

    full = 2
    assert values == {
        "busy_timeout": 10000,
        "foreign_keys": 1,
        "journal_mode": "wal",
        "synchronous": full,
    }


def test_foreign_keys_hold_on_both_engines(app):
    with pytest.raises(IntegrityError), transaction():
        db.session.add(Team(organisation_id=999, name="Team of nobody"))


def test_eight_writers_at_once_lose_nothing(app):
    at_once = threading.Barrier(8, timeout=20)

    def write(writer):
        at_once.wait()
        with app.app_context():
            for change in range(25):
                with transaction():
                    db.session.scalar(select(func.count()).select_from(Organisation))
                    add(f"{writer}-{change}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))

    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 8 * 25
