"""Whoever waits for a session finds its topic and its moves as they are then. RL-2, DC-11, IN-09.

The first act has written and not committed when the second begins, each on a connection of its
own. On PostgreSQL the second waits for the session's row, on SQLite for its turn to write.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select, text

from swa.calendars.queries import find_standing
from swa.core import clock
from swa.core.db import db, transaction
from swa.people.models import Person
from swa.sessions.emails.wanted import MOVED
from swa.sessions.models import Booking, SessionMove, TrainingSession
from swa.sessions.queries.access import lock_session
from swa.sessions.rules.topics import TopicBasics
from swa.sessions.services import changes, topics
from swa.sessions.services.booking import book_place, cancel_booking
from swa.sessions.services.mails import plan_session_mails
from swa.sessions.types import BookingDetails
from tests.sessions.doing import book, later
from tests.sessions.postman import kinds_for, send_due, waiting_kinds

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
OLD, NEW = "Listening first", "Listening, then talking"
WAITING_FOR_US = text(
    "SELECT count(*) FROM pg_locks"
    " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
)


@pytest.fixture
def coordinator(make):
    return make.coordinator()


@pytest.fixture
def session(make):
    return make.session(topic=make.topic(title=OLD))


@pytest.fixture
def rosa(make):
    return make.person(name="Rosa Okafor")


def one_waits_for_the_other(
    app: Flask, first: Callable[[], object], second: Callable[[], object]
) -> None:
    """Let the second act begin when the first has done everything but commit."""

    def act_alone() -> None:
        with app.app_context():
            try:
                with transaction():
                    second()
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(1) as threads:
        with transaction():
            first()
            db.session.flush()
            running = threads.submit(act_alone)
            let_it_wait(running)
        running.result(timeout=30)
    db.session.remove()


def let_it_wait(running: Future[None]) -> None:
    if db.engine.dialect.name == "sqlite":
        time.sleep(0.1)  # it cannot begin
        return
    deadline = time.monotonic() + 20
    while not db.session.scalar(WAITING_FOR_US):
        assert not running.done(), "nobody waited"
        assert time.monotonic() < deadline
        time.sleep(0.01)


def rename(session_id: int, by_id: int) -> None:
    topic = db.session.get_one(TrainingSession, session_id).topic
    basics = TopicBasics(NEW, topic.overview, topic.who_for, topic.who_not_for, "", 120)
    by = db.session.get_one(Person, by_id)
    topics.edit_topic(topic, basics, by=by, now=clock.utc_now())


def book_for(session_id: int, person_id: int) -> None:
    person = db.session.get_one(Person, person_id)
    session = db.session.get_one(TrainingSession, session_id)
    book_place(session, person, by=person, details=BookingDetails(), now=clock.utc_now())


def give_back(booking_id: int) -> None:
    booking = db.session.get_one(Booking, booking_id)
    cancel_booking(booking, by=booking.person, now=clock.utc_now())


def move(session_id: int, by_id: int, *, to: datetime) -> None:
    session = db.session.get_one(TrainingSession, session_id)
    new = later(session, by=to - session.starts_at)
    changes.move_session(session, new, by=db.session.get_one(Person, by_id), now=clock.utc_now())


def plan(session_id: int) -> None:
    session = db.session.get_one(TrainingSession, session_id)
    lock_session(session)
    plan_session_mails(session, now=clock.utc_now())


def entry_of(booking_id: int) -> str:
    invitation = find_standing(f"booking {booking_id}")
    assert invitation is not None
    return invitation.event.title


def test_who_books_during_a_new_title_is_invited_under_it(app, session, rosa, coordinator):
    session_id, person_id, by_id = session.id, rosa.id, coordinator.id

    one_waits_for_the_other(
        app, partial(rename, session_id, by_id), partial(book_for, session_id, person_id)
    )

    booking = db.session.scalars(select(Booking)).one()
    assert entry_of(booking.id) == NEW


def test_who_moves_up_during_a_new_title_is_invited_under_it(app, make, rosa, coordinator):
    places = {"largest": 1, "most_percent": 100}
    session = make.session(topic=make.topic(title=OLD), places=places)
    given_back = book(session, make.person(), now=clock.utc_now()).id
    waits = book(session, rosa, now=clock.utc_now()).id
    session_id, by_id = session.id, coordinator.id

    one_waits_for_the_other(app, partial(rename, session_id, by_id), partial(give_back, given_back))

    assert entry_of(waits) == NEW


def test_two_moves_at_once_are_the_first_and_the_second(app, session, coordinator):
    session_id, by_id = session.id, coordinator.id
    was = session.starts_at

    one_waits_for_the_other(
        app,
        partial(move, session_id, by_id, to=was + DAY),
        partial(move, session_id, by_id, to=was + 3 * DAY),
    )

    rows = db.session.scalars(select(SessionMove).order_by(SessionMove.number)).all()
    assert [(row.number, row.was.starts_at) for row in rows] == [(1, was), (2, was + DAY)]
    assert db.session.get_one(TrainingSession, session_id).starts_at == was + 3 * DAY


def test_who_plans_during_a_move_drops_nothing_of_its_news(app, session, rosa, coordinator):
    session_id, person_id, by_id = session.id, rosa.id, coordinator.id
    booking_id = book(session, rosa, now=clock.utc_now()).id
    send_due(clock.utc_now() + MINUTE)

    one_waits_for_the_other(
        app, partial(move, session_id, by_id, to=session.starts_at + DAY), partial(plan, session_id)
    )

    assert MOVED in waiting_kinds(f"booking {booking_id}")
    assert MOVED in kinds_for(person_id, send_due(clock.utc_now() + MINUTE))
