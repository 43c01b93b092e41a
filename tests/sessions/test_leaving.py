"""A disabled person gives back what is to come: IN-03, AN-15, AU-5, OT-10, and nobody slips in."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.core.errors import RuleBroken
from swa.people.models import AuditEvent, Person
from swa.people.services.people import count_held, disable_person
from swa.people.types import Role
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.rules.places import AccountDisabled
from swa.sessions.services import leaving
from swa.sessions.services.booking import book_place
from swa.sessions.types import BookingDetails, BookingStatus, SessionStatus
from tests.sessions.doing import book
from tests.support.factories import soon
from tests.support.pages import read_page

CANCELLED, CONFIRMED = BookingStatus.CANCELLED, BookingStatus.CONFIRMED
ROUNDS = range(5)


@pytest.fixture
def administrator(make):
    return make.person(roles=[Role.ADMINISTRATOR])


def words(page):
    return " ".join(page.main.text.split())


def disable(person, by):
    with transaction():
        disable_person(person, by=by, now=clock.utc_now())
    db.session.expire_all()


def test_places_go_to_the_next_and_turns_end(make, administrator):
    person, next_one = make.person(), make.person()
    full, other = make.session(places={"largest": 1}), make.session(places={"largest": 1})
    place, turn = book(full, person), book(full, next_one)
    book(other, make.person())
    waits = book(other, person)

    disable(person, administrator)

    assert (place.status, turn.status, waits.status) == (CANCELLED, CONFIRMED, CANCELLED)
    assert (full.places_taken, other.places_taken) == (1, 1)
    lines = db.session.scalars(
        select(AuditEvent).where(AuditEvent.about == f"booking {place.id}").order_by(AuditEvent.id)
    ).all()
    assert [(line.what, line.by_id) for line in lines] == [
        ("booking confirmed", person.id),
        ("booking cancelled", administrator.id),
    ]


@pytest.mark.parametrize(
    "columns",
    [
        {"starts_at": soon(minutes=-1)},
        {"starts_at": soon(days=-3)},
        {"status": SessionStatus.CANCELLED},
    ],
)
def test_what_has_begun_or_was_called_off_stays_as_it_was(make, administrator, columns):
    person = make.person()
    booking = make.booking(make.session(**columns), person=person)

    assert count_held(person).places == 0
    disable(person, administrator)

    assert booking.status is CONFIRMED


def test_the_page_says_how_many_places_are_freed(make, sign_in, administrator):
    person = make.person()
    book(make.session(), person)
    book(make.session(starts_at=soon(days=40)), person)
    full = make.session(places={"largest": 1})
    book(full, make.person())
    book(full, person)
    client = sign_in(administrator)

    before = words(read_page(client.get(f"/people/{person.id}/disable")))
    client.post(f"/people/{person.id}/disable")
    after = words(read_page(client.get(f"/people/{person.id}/disable")))

    assert "They have 2 places on coming sessions. They are freed" in before
    assert "They also leave 1 waiting list of coming sessions" in before
    assert "on coming sessions" not in after


def test_the_desk_shows_whose_place_was_freed(make, sign_in, administrator):
    session, person = make.session(), make.person(name="Zora Walker")
    book(session, person)
    disable(person, administrator)

    page = words(read_page(sign_in(session.lead_facilitator).get(f"/sessions/{session.id}/desk")))

    assert "Places that were given back or taken away" in page
    assert f"Zora Walker, {person.organisation.name}. Their account is disabled" in page


@pytest.mark.parametrize("how", ["disabled", "lost the role"])
def test_desk_and_checklist_ask_for_somebody_else_to_run_it(make, sign_in, administrator, how):
    session = make.session()
    lead = session.lead_facilitator
    client = sign_in(make.coordinator())
    desk, checklist = f"/sessions/{session.id}/desk", f"/sessions/{session.id}/plan"
    asks = "Select another lead facilitator – the one named no longer runs sessions"
    assert asks not in words(read_page(client.get(desk)))

    if how == "disabled":
        page = read_page(sign_in(administrator).get(f"/people/{lead.id}/disable"))
        assert page.select_one(f'a[href="{desk}"]')
        disable(lead, administrator)
    else:
        with transaction():
            lead.grants.clear()

    assert asks in words(read_page(client.get(desk)))
    assert asks in words(read_page(client.get(checklist)))


def test_a_disabled_person_is_booked_by_nobody(make):
    session, person = make.session(), make.person(is_active=False)

    with pytest.raises(AccountDisabled):
        book(session, person, by=session.lead_facilitator)

    assert session.bookings == []


def test_one_booking_more_stops_the_disabling(make, administrator, monkeypatch):
    person, session = make.person(), make.session()
    kept = book(session, person)
    answers = iter([[], [kept]])
    monkeypatch.setattr(leaving, "list_coming_bookings", lambda *_, **__: next(answers))

    with pytest.raises(leaving.BookedMeanwhile):
        disable(person, administrator)

    db.session.expire_all()
    assert (person.is_active, kept.status) == (True, CONFIRMED)


def book_one(session_id, person_id):
    session = db.session.get_one(TrainingSession, session_id)
    one, now = db.session.get_one(Person, person_id), session.starts_at - timedelta(days=9)
    book_place(session, one, by=one, details=BookingDetails(), now=now)


def disable_one(person_id, by_id):
    one, by = (db.session.get_one(Person, key) for key in (person_id, by_id))
    disable_person(one, by=by, now=clock.utc_now())


def at_once(app, acts):
    barrier = threading.Barrier(len(acts), timeout=30)

    def alone(act, *ids):
        with app.app_context():
            try:
                barrier.wait()
                with transaction():
                    act(*ids)
            except RuleBroken as refusal:
                return type(refusal)
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(acts)) as threads:
        return [each.result() for each in [threads.submit(alone, *act) for act in acts]]


@pytest.mark.parametrize("number", ROUNDS)
def test_who_is_disabled_while_they_book_has_no_place_in_the_end(app, make, administrator, number):
    person, sessions = make.person(), [make.session() for _ in range(3)]
    book(sessions[0], person)
    person_id = person.id
    acts = [(book_one, session.id, person_id) for session in sessions[1:]]
    acts.insert(number % 3, (disable_one, person_id, administrator.id))

    told = at_once(app, acts)

    assert set(told) <= {None, AccountDisabled, leaving.BookedMeanwhile}
    theirs = select(Booking).where(Booking.__table__.c.person_id == person_id)
    live = [row for row in db.session.scalars(theirs) if row.is_live]
    is_active = db.session.get_one(Person, person_id).is_active
    assert is_active is (leaving.BookedMeanwhile in told)
    assert live == [] or is_active
