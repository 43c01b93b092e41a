"""Many people at the same moment: CC-02, CC-17, IN-04. RL-2 of the notes.

The same tests run on SQLite and on PostgreSQL. Threads meet at a barrier before they touch the
database, since each of them then holds a connection. ``test_race_rounds.py`` has random races, and
the controls: without the lock they go wrong.
"""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.people.models import AuditEvent, Person
from swa.people.services.audit import find_broken_line
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.rules.places import AlreadyBooked
from swa.sessions.services import booking as services
from swa.sessions.types import BookingDetails, BookingStatus

PEOPLE = 25
CONFIRMED, WAITING = BookingStatus.CONFIRMED, BookingStatus.WAITING


@pytest.fixture
def people(make):
    return [make.person().id for _ in range(PEOPLE)]


def at_once(app, acts: list[Callable[[], object]]) -> list[object]:
    """Do everything at the same moment, each in a thread and an app context of its own."""
    barrier = threading.Barrier(len(acts), timeout=30)

    def act_alone(act):
        with app.app_context():
            barrier.wait()
            try:
                return act()
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act_alone, acts))


def book(session_id: int, person_id: int) -> BookingStatus | None:
    """Book as a request would; None when it was booked already."""
    person = db.session.get_one(Person, person_id)
    session = db.session.get_one(TrainingSession, session_id)
    try:
        with transaction():
            row = services.book_place(
                session,
                person,
                by=person,
                details=BookingDetails(),
                now=session.starts_at - timedelta(days=9),
            )
            return row.status
    except AlreadyBooked:
        return None


def cancel(booking_id: int) -> None:
    row = db.session.get_one(Booking, booking_id)
    with transaction():
        services.cancel_booking(row, by=row.person, now=row.session.starts_at - timedelta(days=8))


def check_facts(session_id: int, asked: list[int]) -> None:
    """The counter, the audit log and the outbox agree with the bookings."""
    session = db.session.get_one(TrainingSession, session_id)
    rows = list(db.session.scalars(select(Booking).where(Booking.session_id == session_id)))
    assert session.places_taken == sum(row.holds_a_place for row in rows)
    assert session.places_taken <= session.places.largest
    assert find_broken_line() is None
    mails = Counter(db.session.scalars(select(OutboxMessage.occasion)))
    for row in rows:
        if row.claim.person_id in asked:
            assert mails[f"booking {row.id}"], "every booking is told of"


@pytest.mark.parametrize("largest", [1, 4, 20])
def test_races_for_the_last_places_end_exactly_full(app, make, people, largest):
    session_id = make.session(places={"largest": largest, "most_percent": 100}).id

    statuses = at_once(app, [partial(book, session_id, who) for who in people])

    assert Counter(statuses) == {CONFIRMED: largest, WAITING: PEOPLE - largest}
    check_facts(session_id, people)


def test_one_place_is_left_and_twenty_five_want_it(app, make, people):
    session = make.session()
    for _ in range(19):
        make.booking(session)
    session_id = session.id

    statuses = at_once(app, [partial(book, session_id, who) for who in people])

    assert Counter(statuses) == {CONFIRMED: 1, WAITING: 24}
    check_facts(session_id, people)


def test_one_person_who_asks_many_times_books_once(app, make):
    session_id, person_id = make.session().id, make.person().id

    answers = at_once(app, [partial(book, session_id, person_id)] * PEOPLE)

    assert Counter(answers) == {CONFIRMED: 1, None: PEOPLE - 1}
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 1


def test_the_cap_of_a_team_holds_in_a_race(app, make):
    session_id, team = make.session().id, make.team()
    team_mates = [make.person(team=team).id for _ in range(PEOPLE)]

    statuses = at_once(app, [partial(book, session_id, who) for who in team_mates])

    assert Counter(statuses) == {CONFIRMED: 4, WAITING: PEOPLE - 4}


def test_places_given_back_while_others_ask_are_all_filled(app, make, people):
    session = make.session(places={"largest": 10, "most_percent": 100})
    holders = [make.booking(session).id for _ in range(10)]
    session_id = session.id

    asks = [partial(book, session_id, who) for who in people]
    gives = [partial(cancel, row) for row in holders]
    at_once(app, asks + gives)

    check_facts(session_id, people)
    rows = db.session.scalars(select(Booking).where(Booking.session_id == session_id))
    assert Counter(row.status for row in rows) == {
        CONFIRMED: 10,
        WAITING: PEOPLE - 10,
        BookingStatus.CANCELLED: 10,
    }


def test_giving_back_many_times_gives_one_place(app, make):
    session = make.session(places={"largest": 1})
    holder = make.booking(session).id
    waiting = [make.booking(session, status=WAITING).id for _ in range(3)]
    session_id = session.id

    at_once(app, [partial(cancel, holder)] * 10)

    statuses = [db.session.get_one(Booking, row).status for row in waiting]
    assert statuses == [CONFIRMED, WAITING, WAITING]
    cancelled = select(func.count()).where(AuditEvent.what == "booking cancelled")
    assert db.session.scalar(cancelled) == 1
    assert db.session.get_one(TrainingSession, session_id).places_taken == 1


def test_everybody_who_gives_back_at_once_is_counted(app, make):
    session = make.session(places={"largest": 10, "most_percent": 100})
    holders = [make.booking(session).id for _ in range(10)]
    session_id = session.id

    at_once(app, [partial(cancel, row) for row in holders])

    assert db.session.get_one(TrainingSession, session_id).places_taken == 0
