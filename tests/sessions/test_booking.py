"""Booking, giving back, moving up: CC-02, CC-03, CC-17, CF-27, DC-09, AN-15, IN-03, IN-20, TR-14,
TR-31, TR-32 with a database."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from swa.core.db import db, transaction
from swa.people.models import AuditEvent, Person
from swa.sessions.models import Booking
from swa.sessions.queries import bookings as queries
from swa.sessions.queries.access import get_session
from swa.sessions.rules import places as rules
from swa.sessions.services import booking as services
from swa.sessions.types import BookingStatus, MixLight, SessionStatus, WaitReason
from tests.sessions.doing import book, cancel, fill_all, waiting_in
from tests.support.factories import soon

ONE_PLACE = {"largest": 1, "most_percent": 100}
TEN = {"largest": 10}


def audit_of(booking):
    lines = select(AuditEvent.what).where(AuditEvent.about == f"booking {booking.id}")
    return db.session.scalars(lines.order_by(AuditEvent.id)).all()


def test_a_booking_holds_a_place(make):
    session, person = make.session(), make.person()

    booking = book(session, person, access_needs="A ramp", question="What is a NRPF?")

    assert (booking.status, booking.wait_reason) == (BookingStatus.CONFIRMED, None)
    assert booking.confirmed_at == booking.booked_at
    assert (booking.access_needs, booking.question) == ("A ramp", "What is a NRPF?")
    assert (session.places_taken, session.places_left) == (1, 19)
    assert audit_of(booking) == ["booking confirmed"]


def test_a_reference_can_be_read_out():
    references = [services.make_reference() for _ in range(200)]

    assert len(set(references)) == 200
    assert all(len(reference) == 8 for reference in references)
    assert not set("01OI") & set("".join(references))


def test_the_next_person_waits_when_the_session_is_full(make):
    session = make.session(places=ONE_PLACE)
    book(session, make.person())

    booking = book(session, make.person())

    assert (booking.status, booking.wait_reason) == (BookingStatus.WAITING, WaitReason.FULL)
    assert booking.confirmed_at is None
    assert session.places_taken == 1
    assert audit_of(booking) == ["booking waiting"]


def test_a_session_that_was_read_for_its_page_can_be_booked(make):
    """It comes with its topic by an outer join, which PostgreSQL refuses to lock."""
    session_id, person_id = make.session().id, make.person().id
    db.session.remove()
    person = db.session.get_one(Person, person_id)

    booking = book(get_session(session_id, person), person)

    assert booking.status is BookingStatus.CONFIRMED


@pytest.mark.parametrize("places", [{"largest": 20}, ONE_PLACE])
def test_a_second_booking_of_the_same_session_is_refused(make, places):
    session, person = make.session(places=places), make.person()
    book(session, make.person())
    first = book(session, person)

    with pytest.raises(rules.AlreadyBooked):
        book(session, person)

    assert queries.find_live_booking(session, person) == first


def test_another_session_of_the_same_topic_can_be_booked(make):
    topic, person = make.topic(), make.person()
    book(make.session(topic=topic), person)

    again = book(make.session(topic=topic, starts_at=soon(days=60)), person)

    assert again.status is BookingStatus.CONFIRMED


def test_who_gave_a_place_back_can_book_again(make):
    session, person = make.session(), make.person()
    cancel(book(session, person))

    again = book(session, person)

    assert again.status is BookingStatus.CONFIRMED
    assert session.places_taken == 1


def test_the_database_has_the_last_word_on_once_only(make, monkeypatch):
    session, person = make.session(), make.person()
    book(session, person)
    monkeypatch.setattr(queries, "find_live_booking", lambda *_: None)

    with pytest.raises(rules.AlreadyBooked):
        book(session, person)

    assert session.places_taken == 1


@pytest.mark.parametrize("status", [SessionStatus.DRAFT, SessionStatus.CANCELLED])
def test_only_published_sessions_can_be_booked(make, status):
    session = make.session(status=status)

    with pytest.raises(rules.NotOpenForBooking):
        book(session, make.person())


def test_booking_and_giving_back_end_at_the_start(make):
    session = make.session()
    booking = book(session, make.person())

    with pytest.raises(rules.SessionHasStarted):
        book(session, make.person(), now=session.starts_at)
    with pytest.raises(rules.SessionHasStarted):
        cancel(booking, now=session.starts_at)

    assert booking.status is BookingStatus.CONFIRMED


def test_the_fifth_of_a_team_waits_until_the_caps_lift(make):
    session, team = make.session(), make.team()
    for _ in range(4):
        book(session, make.person(team=team))

    fifth = book(session, make.person(team=team))

    assert (fifth.status, fifth.wait_reason) == (BookingStatus.WAITING, WaitReason.TEAM_CAP)
    assert session.places_left == 16

    lifted_at = session.starts_at - timedelta(days=5)
    with transaction():
        early = fill_all(lifted_at - timedelta(seconds=1))
    with transaction():
        given = fill_all(lifted_at)
    with transaction():
        again = fill_all(lifted_at)

    assert (early, given, again) == (0, 1, 0)
    assert (fifth.status, fifth.confirmed_at) == (BookingStatus.CONFIRMED, lifted_at)
    assert audit_of(fifth) == ["booking waiting", "booking confirmed"]


def test_a_free_place_goes_at_once_to_the_first_who_waits(make):
    session = make.session(places=ONE_PLACE)
    holder = book(session, make.person())
    first, second = book(session, make.person()), book(session, make.person())

    cancel(holder)

    assert first.status is BookingStatus.CONFIRMED
    assert (first.offers, first.wait_reason) == (1, None)
    assert second.status is BookingStatus.WAITING
    assert session.places_taken == 1
    assert queries.waiting_position(second) == 1


def test_who_is_over_a_cap_is_passed_over_and_keeps_the_turn(make):
    session, team = make.session(places={"largest": 5, "most_percent": 100}), make.team()
    holders = [book(session, make.person(team=team)) for _ in range(4)]
    stranger = book(session, make.person())
    capped = book(session, make.person(team=team))
    other = book(session, make.person())

    cancel(stranger)

    assert (capped.status, other.status) == (BookingStatus.WAITING, BookingStatus.CONFIRMED)
    (note,) = queries.list_passed_over(session)
    assert (note.booking, note.for_booking) == (capped, other)
    assert note.reason is WaitReason.TEAM_CAP
    assert queries.list_passing_over(capped) == [note]
    assert queries.waiting_position(capped) == 1

    cancel(holders[0])

    assert capped.status is BookingStatus.CONFIRMED


def test_who_books_past_somebody_over_a_cap_is_noted(make):
    session, team = make.session(), make.team()
    for _ in range(4):
        book(session, make.person(team=team))
    capped = book(session, make.person(team=team))

    other = book(session, make.person())

    assert other.status is BookingStatus.CONFIRMED
    (note,) = queries.list_passed_over(session)
    assert (note.booking, note.for_booking, note.reason) == (capped, other, WaitReason.TEAM_CAP)


def test_nobody_overtakes_the_waiting_list(make):
    session = make.session(places=ONE_PLACE)
    first = make.booking(session, status=BookingStatus.WAITING)

    late = book(session, make.person())

    assert first.status is BookingStatus.CONFIRMED
    assert late.status is BookingStatus.WAITING


def test_a_place_that_was_offered_counts_as_taken(make):
    session = make.session(places=ONE_PLACE)
    make.booking(session, status=BookingStatus.OFFERED)

    assert book(session, make.person()).wait_reason is WaitReason.FULL


def test_a_closed_account_does_not_move_up(make):
    session = make.session(places=ONE_PLACE)
    holder = book(session, make.person())
    closed, second = book(session, make.person()), book(session, make.person())
    with transaction():
        closed.person.is_active = False

    cancel(holder)

    assert (closed.status, second.status) == (BookingStatus.WAITING, BookingStatus.CONFIRMED)


def test_the_reason_follows_the_facts(make):
    session, team = make.session(places={"largest": 5, "most_percent": 100}), make.team()
    for _ in range(4):
        book(session, make.person(team=team))
    capped = book(session, make.person(team=team))

    last = book(session, make.person())

    assert (last.status, capped.wait_reason) == (BookingStatus.CONFIRMED, WaitReason.FULL)


def test_giving_back_twice_changes_nothing(make):
    session = make.session()
    booking = book(session, make.person())
    cancel(booking)
    cancelled_at = booking.cancelled_at

    cancel(booking, now=session.starts_at - timedelta(days=1))

    assert booking.cancelled_at == cancelled_at
    assert session.places_taken == 0
    assert audit_of(booking) == ["booking confirmed", "booking cancelled"]


def test_leaving_the_waiting_list_frees_no_place(make):
    session = make.session(places=ONE_PLACE)
    book(session, make.person())
    first, second = book(session, make.person()), book(session, make.person())

    cancel(first)

    assert session.places_taken == 1
    assert queries.waiting_position(second) == 1
    assert queries.waiting_position(first) == 0


def test_a_coordinator_books_for_somebody(make):
    session, coordinator = make.session(), make.coordinator()

    booking = book(session, make.person(), by=coordinator)

    (line,) = db.session.scalars(
        select(AuditEvent).where(AuditEvent.about == f"booking {booking.id}")
    )
    assert line.by_id == coordinator.id


def test_organisation_and_team_stay_as_they_were_when_booking(make):
    session, team = make.session(), make.team()
    booking = book(session, make.person(team=team))
    with transaction():
        booking.person.team_id = None

    db.session.expire_all()

    assert booking.claim.team_id == team.id


def test_two_sessions_at_the_same_hours_clash(make):
    person = make.person()
    first = make.session(minutes=120)
    booking = book(first, person)

    overlapping = make.session(starts_at=first.starts_at + timedelta(minutes=119))
    following = make.session(starts_at=first.ends_at)
    before = make.session(starts_at=first.starts_at - timedelta(minutes=120), minutes=120)

    assert queries.find_clash(overlapping, person) == booking
    assert queries.find_clash(following, person) is None
    assert queries.find_clash(before, person) is None
    assert queries.find_clash(first, person) is None
    assert queries.find_clash(overlapping, make.person()) is None


def test_my_bookings_are_mine_alone(make):
    person, other = make.person(), make.person()
    late, soonest = make.session(starts_at=soon(days=40)), make.session(starts_at=soon(days=20))
    past = make.session(starts_at=soon(days=-10))
    mine = book(late, person), book(soonest, person), make.booking(past, person=person)
    book(late, other)
    cancel(book(make.session(starts_at=soon(days=50)), person))

    assert queries.list_my_coming_bookings(person, soon(days=0)) == [mine[1], mine[0]]
    assert queries.list_my_past_bookings(person, soon(days=0)) == [mine[2]]
    assert queries.get_own_booking(mine[0].id, person) == mine[0]
    with pytest.raises(NoResultFound):
        queries.get_own_booking(mine[0].id, other)
    with pytest.raises(NoResultFound):
        queries.get_own_booking(987654321, person)


def test_a_session_is_listed_as_coming_until_its_end(make):
    session = make.session()
    booking = book(session, make.person())

    just_before = session.ends_at - timedelta(microseconds=1)

    assert queries.list_my_coming_bookings(booking.person, just_before) == [booking]
    assert queries.list_my_coming_bookings(booking.person, session.ends_at) == []
    assert queries.list_my_past_bookings(booking.person, session.ends_at) == [booking]


def test_a_question_without_a_name_has_none(make):
    session = make.session()
    named = book(session, make.person(name="Amina"), question="Who decides?")
    book(session, make.person(name="Ben"), question="When? ", hides_name=True)
    book(session, make.person(name="Cleo"), question="Am I allowed?", hides_name=True)
    book(session, make.person(name="Dan"))
    cancel(book(session, make.person(name="Eve"), question="Gone"))

    assert queries.list_questions(session) == [
        (named.question, "Amina"),
        ("Am I allowed?", ""),
        ("When? ", ""),
    ]


def test_organisations_are_listed_without_names(make):
    session = make.session(places={"largest": 2, "most_percent": 50})
    council, charity = make.organisation(name="zebra trust"), make.organisation(name="Alpha")
    for organisation in (council, charity, make.organisation(name="Waiting House")):
        book(session, make.person(organisation=organisation))

    listed = [row.name for row in queries.list_organisations_coming(session)]

    assert listed == ["Alpha", "zebra trust"]


def test_the_meter_measures_places_not_turns(make):
    session, team = make.session(), make.team()
    for _ in range(5):
        book(session, make.person(team=team))

    meter = queries.measure(session)

    assert (meter.people, meter.teams[0].people) == (4, 4)
    assert meter.light is MixLight.TOO_NARROW


def test_lists_have_an_order(make):
    session = make.session(places={"largest": 2, "most_percent": 100})
    people = [make.person(name=name) for name in ("zoe", "Adam", "Bea", "Carl")]
    moment = session.starts_at - timedelta(days=9)
    rows = [book(session, person, now=moment) for person in people]

    assert queries.list_live_bookings(session) == rows
    assert queries.list_confirmed(session) == [rows[1], rows[0]]
    assert waiting_in(session) == rows[2:]
    assert [queries.waiting_position(row) for row in rows] == [0, 0, 1, 2]
    assert sorted(db.session.scalars(select(Booking.id))) == [row.id for row in rows]


@pytest.mark.parametrize("part", ["lead_facilitator_id", "co_facilitator_id", "support_person_id"])
def test_who_runs_the_session_needs_no_place(make, part):
    person = make.facilitator()
    session = make.session(**{part: person.id})

    with pytest.raises(rules.RunsTheSession):
        book(session, person)

    assert session.places_taken == 0
