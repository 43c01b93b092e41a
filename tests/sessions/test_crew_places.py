"""Who is named to run a session gives their place back and is told: TR-07, TR-18, IN-03."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from swa.core.db import db, transaction
from swa.people.models import AuditEvent, Person
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.rules.places import RunsTheSession
from swa.sessions.rules.planning import BusyElsewhere, Crew
from swa.sessions.services import booking as bookings
from swa.sessions.services.planning import set_people
from swa.sessions.types import BookingDetails, BookingStatus
from tests.sessions.doing import book, mark
from tests.sessions.postman import kinds_for, send_due
from tests.sessions.test_races import at_once
from tests.support.pages import read_page

CANCELLED, CONFIRMED = BookingStatus.CANCELLED, BookingStatus.CONFIRMED
PARTS = ("lead_facilitator_id", "co_facilitator_id", "support_person_id")


def crew_with(session, part, person):
    return Crew(**{name: getattr(session, name) for name in PARTS} | {part: person.id})


def name_to_run(session, part, person, *, days_before=8):
    now = session.starts_at - timedelta(days=days_before)
    with transaction():
        return set_people(session, crew_with(session, part, person), by=person, now=now)


@pytest.fixture
def person(make):
    return make.facilitator(name="Amina Begum", email="amina.begum@example.org")


@pytest.mark.parametrize("part", PARTS)
def test_who_is_named_gives_the_place_to_the_next_person(make, person, part):
    session = make.session(places={"largest": 1, "most_percent": 100})
    place, turn = book(session, person), book(session, make.person())

    given_back = name_to_run(session, part, person)

    assert given_back == 1
    assert (place.status, turn.status) == (CANCELLED, CONFIRMED)
    assert session.places_taken == 1
    lines = select(AuditEvent.what).where(AuditEvent.about == f"booking {place.id}")
    assert db.session.scalars(lines.order_by(AuditEvent.id)).all()[-1] == "booking cancelled"


def test_a_turn_on_the_waiting_list_goes_too(make, person):
    session = make.session(places={"largest": 1, "most_percent": 100})
    other, turn = book(session, make.person()), book(session, person)

    assert name_to_run(session, "support_person_id", person) == 1

    assert (other.status, turn.status) == (CONFIRMED, CANCELLED)
    assert session.places_taken == 1


def test_who_had_no_place_changes_nothing_for_the_others(make, person):
    session = make.session()
    other = book(session, make.person())

    assert name_to_run(session, "co_facilitator_id", person) == 0
    assert (other.status, session.places_taken) == (CONFIRMED, 1)


def test_both_mails_arrive_and_leave_one_entry_in_the_calendar(make, person):
    session = make.session()
    book(session, person)
    send_due(session.starts_at - timedelta(days=9))

    name_to_run(session, "support_person_id", person)
    sent = send_due(session.starts_at - timedelta(days=8))

    assert kinds_for(person.id, sent) == ["booking cancelled", "session to run"]
    methods = [letter.draft.calendar[0] for letter in sent if letter.person_id == person.id]
    assert methods == ["CANCEL", "REQUEST"]
    assert "You now help to run" in sent[0].draft.text
    assert "If you would like to come another time" not in sent[0].draft.text


@pytest.mark.parametrize("days_before", [0, -1], ids=["at the start", "afterwards"])
def test_from_the_start_on_the_list_says_who_came(make, person, days_before):
    session = make.session()
    booking = book(session, person)

    assert name_to_run(session, "co_facilitator_id", person, days_before=days_before) == 0

    assert booking.status is CONFIRMED
    mark(session, {}, by=session.support_person)


def test_who_cannot_be_named_keeps_the_place(make, person):
    session = make.session()
    booking = book(session, person)
    make.session(starts_at=session.starts_at, lead_facilitator_id=person.id)

    with pytest.raises(BusyElsewhere):
        name_to_run(session, "support_person_id", person)

    assert booking.status is CONFIRMED


def test_naming_and_booking_at_the_same_moment_leave_no_place(app, make):
    session = make.session()
    session_id = session.id
    people = [make.facilitator().id for _ in range(6)]
    crew = {name: getattr(session, name) for name in PARTS}

    def book_as(person_id):
        person = db.session.get_one(Person, person_id)
        row = db.session.get_one(TrainingSession, session_id)
        now = row.starts_at - timedelta(days=9)
        try:
            with transaction():
                bookings.book_place(row, person, by=person, details=BookingDetails(), now=now)
        except RunsTheSession:
            return "refused"
        return "booked"

    def name(person_id):
        row = db.session.get_one(TrainingSession, session_id)
        by = db.session.get_one(Person, person_id)
        with transaction():
            wanted = Crew(**crew | {"co_facilitator_id": person_id})
            return set_people(row, wanted, by=by, now=row.starts_at - timedelta(days=9))

    acts = [lambda one=one: book_as(one) for one in people]
    results = at_once(app, [*acts, lambda: name(people[0])])

    theirs = select(Booking.status).where(Booking.__table__.c.person_id == people[0])
    assert set(db.session.scalars(theirs)) <= {CANCELLED}
    assert results[-1] == (results[0] == "booked")
    session = db.session.get_one(TrainingSession, session_id, populate_existing=True)
    assert session.places_taken == 5
    db.session.rollback()


def test_the_page_says_it_before_and_after(make, sign_in, person):
    session = make.session()
    booking = book(session, person)
    client = sign_in(make.coordinator())
    address = f"/sessions/{session.id}/plan/people"
    crew = {name: getattr(session, name) or "" for name in PARTS}

    before = read_page(client.get(address)).main.text
    response = client.post(address, data=crew | {"support_person_id": person.id})
    after = read_page(client.get(response.location)).text

    assert "Whoever runs the session needs no place." in before
    assert "Saved. 1 person who runs the session had booked" in " ".join(after.split())
    db.session.expire_all()
    assert booking.status is CANCELLED


def test_a_draft_has_no_places_to_speak_of(make, sign_in):
    draft = make.session(status="draft")

    page = read_page(sign_in(make.coordinator()).get(f"/sessions/{draft.id}/plan/people"))

    assert "needs no place" not in page.main.text
