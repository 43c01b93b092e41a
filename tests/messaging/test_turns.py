"""Hourly and nightly work: done once, by whichever worker comes first, however late the tick."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from swa.core import clock
from swa.core.db import transaction
from swa.messaging import services, turns
from swa.people.services import sign_in
from swa.web import periodic

HOUR = datetime(2027, 3, 28, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def take(due_at, name="tidy"):
    with transaction():
        return turns.take(name, due_at)


def test_a_turn_is_taken_once_for_each_due_moment(app):
    taken = [take(HOUR), take(HOUR), take(HOUR + SECOND), take(HOUR), take(HOUR, "another")]

    assert taken == [True, False, True, False, True]


def test_a_turn_whose_work_fails_is_given_back(app):
    def fail():
        with transaction():
            assert turns.take("tidy", HOUR)
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert take(HOUR)


def test_a_turn_is_due_until_it_was_taken(app):
    before = turns.is_due("tidy", HOUR)
    take(HOUR)

    assert before
    assert not turns.is_due("tidy", HOUR)
    assert turns.is_due("tidy", HOUR + SECOND)
    assert turns.is_due("another", HOUR)


def test_two_workers_do_it_once(app):
    barrier = threading.Barrier(4, timeout=20)

    def work(_):
        with app.app_context():
            barrier.wait()
            return take(HOUR)

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(work, range(4)))

    assert sorted(taken) == [False, False, False, True]


@pytest.fixture
def done(app, monkeypatch):
    """What was done, with a clock that the test sets."""
    seen = []
    monkeypatch.setattr(sign_in, "clear_old", lambda now: seen.append(("sign-ins", now)))
    monkeypatch.setattr(services, "clear_words", lambda sent_before: seen.append(("mails",)))

    def at(*moments):
        seen.clear()
        for moment in moments:
            monkeypatch.setattr(clock, "utc_now", lambda moment=moment: moment)
            periodic.clear_old_sign_ins()
            periodic.clear_old_mails()
        return [what for what, *_ in seen]

    return at


def test_a_late_tick_skips_nothing(done):
    """3am in London is 2am UTC in summer; the worker comes at ten past, and once more."""
    summer = datetime(2027, 6, 1, 1, 59, tzinfo=UTC)
    done(summer)

    assert done(summer + timedelta(minutes=11)) == ["sign-ins", "mails"]
    assert done(summer + timedelta(minutes=12)) == []
    assert done(summer + timedelta(minutes=61)) == ["sign-ins"]


def test_a_worker_that_slept_for_days_does_it_once(done):
    done(HOUR)

    assert done(HOUR + timedelta(days=3), HOUR + timedelta(days=3, minutes=1)) == [
        "sign-ins",
        "mails",
    ]
