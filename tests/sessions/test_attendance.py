"""One page, all names, one save: IN-13, EV-50, TR-09, CC-02, IN-08."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from swa.core.db import db, transaction
from swa.people.models import AuditEvent
from swa.sessions.queries.bookings import list_confirmed
from swa.sessions.rules import attendance as rules
from swa.sessions.rules.places import AlreadyBooked, RunsTheSession
from swa.sessions.services import attendance as services
from swa.sessions.types import BookingStatus, Mark, SessionStatus
from tests.sessions.doing import book, mark
from tests.sessions.postman import send_due, waiting_kinds

START = datetime(2027, 4, 1, 13, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(make):
    return make.session(starts_at=START)


def walk_in(session, person, *, now=START):
    with transaction():
        return services.add_walk_in(session, person, by=session.support_person, now=now)


def test_twenty_people_are_marked_with_one_save(make, session):
    rows = [book(session, make.person()) for _ in range(20)]

    mark(session, {row.id: Mark.PRESENT for row in rows}, by=session.support_person, now=START)

    assert {row.mark for row in list_confirmed(session)} == {Mark.PRESENT}
    assert session.attendance_saved_at == START
    assert session.attendance_saved_by == session.support_person
    assert session.attendance_version == 1


def test_sending_the_same_twice_changes_nothing(make, session):
    booking = book(session, make.person())
    marks = {booking.id: Mark.PRESENT}
    mark(session, marks, by=session.support_person, now=START, seen=0)

    mark(session, marks, by=session.support_person, now=START + MINUTE, seen=0)

    assert (session.attendance_version, session.attendance_saved_at) == (1, START)
    lines = db.session.scalars(
        select(AuditEvent.what).where(AuditEvent.what.in_(["marked present", "attendance saved"]))
    ).all()
    assert sorted(lines) == ["attendance saved", "marked present"]


def test_two_people_who_save_the_same_do_not_disturb_each_other(make, session):
    booking = book(session, make.person())
    marks = {booking.id: Mark.ABSENT}
    mark(session, marks, by=session.support_person, now=START, seen=0)

    mark(session, marks, by=session.lead_facilitator, now=START, seen=0)

    assert session.attendance_saved_by == session.support_person


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(make):
    session = make.session(starts_at=START, support_person_id=make.person(name="Tom Reid").id)
    booking = book(session, make.person())
    mark(session, {booking.id: Mark.PRESENT}, by=session.support_person, now=START, seen=0)

    with pytest.raises(rules.SavedMeanwhile, match="Tom Reid"):
        mark(session, {booking.id: Mark.ABSENT}, by=session.lead_facilitator, seen=0)

    assert booking.mark is Mark.PRESENT
    mark(session, {booking.id: Mark.ABSENT}, by=session.lead_facilitator, seen=1)
    assert (booking.mark, session.attendance_version) == (Mark.ABSENT, 2)


def test_nobody_is_marked_before_people_arrive(make, session):
    booking = book(session, make.person())
    opens_at = START - timedelta(minutes=30)

    with pytest.raises(rules.AttendanceNotOpen):
        mark(session, {booking.id: Mark.PRESENT}, by=session.support_person, now=opens_at - MINUTE)
    mark(session, {booking.id: Mark.PRESENT}, by=session.support_person, now=opens_at)

    assert booking.mark is Mark.PRESENT


def test_bookings_of_another_session_are_left_alone(make, session):
    other = book(make.session(starts_at=START), make.person())

    mark(session, {other.id: Mark.PRESENT}, by=session.support_person)

    assert other.mark is None


def test_a_session_that_we_called_off_has_no_attendance(make):
    session = make.session(starts_at=START, status=SessionStatus.CANCELLED)
    booking = make.booking(session)

    with pytest.raises(rules.SessionWasCalledOff):
        mark(session, {booking.id: Mark.ABSENT}, by=session.support_person)


def test_a_walk_in_holds_a_place_and_is_present(make, session):
    booking = walk_in(session, make.person())

    assert booking.status is BookingStatus.CONFIRMED
    assert (booking.is_walk_in, booking.mark) == (True, Mark.PRESENT)
    assert session.places_taken == 1


def test_a_walk_in_gets_no_mail_before_the_session_and_the_after_mail_afterwards(make, session):
    booking = walk_in(session, make.person(), now=START - MINUTE)
    assert send_due(START - MINUTE) == []

    mark(session, {booking.id: Mark.PRESENT}, by=session.support_person)

    assert [letter.kind for letter in send_due(session.ends_at)] == ["after the session"]


def test_somebody_from_the_waiting_list_walks_in_on_their_turn(make):
    session = make.session(starts_at=START, places={"largest": 2, "most_percent": 100})
    team_mates = [make.booking(session) for _ in range(2)]
    waiting = make.booking(session, status=BookingStatus.WAITING)
    with transaction():
        team_mates[0].status = BookingStatus.CANCELLED
        session.places_taken -= 1

    booking = walk_in(session, waiting.person)

    assert booking == waiting
    assert (waiting.status, waiting.is_walk_in) == (BookingStatus.CONFIRMED, True)
    assert waiting_kinds(f"booking {waiting.id}") == set()


def test_walk_ins_stop_at_the_maximum(make):
    session = make.session(starts_at=START, places={"largest": 1})
    walk_in(session, make.person())

    with pytest.raises(rules.NoPlaceLeft, match="All 1 places are taken"):
        walk_in(session, make.person())


def test_who_has_a_place_is_no_walk_in(make, session):
    booking = book(session, make.person())

    with pytest.raises(AlreadyBooked):
        walk_in(session, booking.person)


def test_walk_ins_come_on_the_day(make, session):
    with pytest.raises(rules.NotTheDayYet):
        walk_in(session, make.person(), now=START - timedelta(days=1))


def test_walk_ins_end_a_month_after_the_day(make, session):
    with pytest.raises(rules.TooLateToAdd):
        walk_in(session, make.person(), now=START + timedelta(days=31))


def test_who_runs_the_session_is_no_walk_in(make, session):
    with pytest.raises(RunsTheSession):
        walk_in(session, session.support_person)


def test_a_walk_in_after_the_save_gets_the_after_mail(make, session):
    booking = book(session, make.person())
    send_due(START - MINUTE)
    mark(session, {booking.id: Mark.PRESENT}, by=session.support_person)
    send_due(session.ends_at)

    added = walk_in(session, make.person(), now=session.ends_at + MINUTE)

    assert [x.person_id for x in send_due(session.ends_at + MINUTE)] == [added.claim.person_id]
