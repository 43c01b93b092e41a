"""Moving, calling off and changing the number of places: CC-02, CF-04, IN-08, IN-09, IN-19, and the
invitations of those who run a session (TR-07)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from swa.calendars.queries import find_latest, find_standing
from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.sessions.emails.wanted_to_run import occasion_to_run
from swa.sessions.queries import bookings as queries
from swa.sessions.rules import changes as rules
from swa.sessions.rules.places import NotOpenForBooking, SessionHasStarted, TooManyPlacesTaken
from swa.sessions.rules.planning import BusyElsewhere
from swa.sessions.rules.topics import CoreTooLarge
from swa.sessions.services import changes as services
from swa.sessions.services.mails import plan_anew, plan_session_mails
from swa.sessions.types import BookingStatus, GoAhead, PlaceRules, SessionStatus, TopicKind
from tests.sessions.doing import book, call_off, cancel, later, move
from tests.sessions.postman import kinds_for, outbox, send_due, waiting_kinds
from tests.support.icalendars import parse_one
from tests.support.query_counts import counted_queries

START = datetime(2027, 4, 1, 13, 0, tzinfo=UTC)
NOW = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)


@pytest.fixture
def session(make):
    return make.session(starts_at=START)


@pytest.fixture
def by(make):
    return make.coordinator()


def plan(session, now=NOW):
    with transaction():
        return plan_session_mails(session, now=now)


def look_again(session, now=NOW):
    """As the worker does once an hour."""
    with transaction():
        return plan_anew(session, now=now)


def change_places(session, places, *, by, now=NOW):
    with transaction():
        return services.change_places(session, places, by=by, now=now)


def test_a_move_is_kept_with_what_was_before(session, by):
    new = later(session, by=WEEK)

    move(session, new, by=by, now=NOW)

    (kept,) = session.moves
    assert (kept.number, kept.moved_at, kept.moved_by_id) == (1, NOW, by.id)
    assert kept.was.starts_at == START
    assert session.date == new


def test_everybody_keeps_place_and_turn(make, by):
    session = make.session(starts_at=START, places={"largest": 1, "most_percent": 100})
    holder, waiting = book(session, make.person(), now=NOW), book(session, make.person(), now=NOW)

    told = move(session, later(session, by=WEEK), by=by, now=NOW)

    assert told == 2
    assert holder.status is BookingStatus.CONFIRMED
    assert waiting.status is BookingStatus.WAITING


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        pytest.param({}, rules.NothingChanged, id="the same date and place"),
        pytest.param({"venue": "Room 2"}, rules.NothingChanged, id="a venue for an online session"),
        pytest.param({"starts_at": NOW}, rules.DateHasPassed, id="a start that is now"),
        pytest.param({"ends_at": START}, rules.EndBeforeStart, id="an end at the start"),
    ],
)
def test_a_move_that_cannot_be_is_refused(session, by, changed, refusal):
    with pytest.raises(refusal):
        move(session, later(session, **changed), by=by, now=NOW)

    assert session.moves == []


@pytest.mark.parametrize("status", [SessionStatus.DRAFT, SessionStatus.CANCELLED])
def test_only_a_published_session_moves(make, by, status):
    session = make.session(starts_at=START, status=status)

    with pytest.raises(NotOpenForBooking):
        move(session, later(session, by=WEEK), by=by, now=NOW)


def test_a_session_that_has_started_stays(session, by):
    with pytest.raises(SessionHasStarted):
        move(session, later(session, by=WEEK), by=by, now=START)


def test_nobody_runs_two_sessions_at_once(make, session, by):
    make.session(starts_at=START + WEEK, lead_facilitator_id=session.lead_facilitator_id)

    with pytest.raises(BusyElsewhere):
        move(session, later(session, by=WEEK), by=by, now=NOW)


def test_a_move_near_the_start_lifts_the_caps(make, session, by):
    team = make.team()
    rows = [book(session, make.person(team=team), now=NOW) for _ in range(5)]
    near = NOW + timedelta(days=5) - START

    move(session, later(session, by=near), by=by, now=NOW)

    assert rows[4].status is BookingStatus.CONFIRMED


def test_the_go_ahead_is_decided_afresh_for_another_date(session, by):
    with transaction():
        session.go_ahead, session.go_ahead_reason = GoAhead.GOES_AHEAD, "A small team asked"

    move(session, later(session, by=WEEK), by=by, now=NOW)

    assert (session.go_ahead, session.go_ahead_reason) == (GoAhead.NOT_DUE, "")


def test_calling_off_tells_everybody_once(make, by):
    session = make.session(starts_at=START, places={"largest": 1, "most_percent": 100})
    people = [make.person(), make.person()]
    rows = [book(session, person, now=NOW) for person in people]
    plan(session)
    send_due(NOW)

    told = call_off(session, by=by, now=NOW + MINUTE, reason=" The room is flooded ")
    with pytest.raises(rules.AlreadyCancelled):
        call_off(session, by=by, now=NOW + MINUTE)

    sent = send_due(NOW + MINUTE)
    assert (told, session.cancel_reason) == (2, "The room is flooded")
    assert [kinds_for(person.id, sent) for person in people] == [["session cancelled"]] * 2
    assert kinds_for(session.support_person_id, sent) == ["session to run cancelled"]
    assert send_due(START) == []
    assert [row.status for row in rows] == [BookingStatus.CONFIRMED, BookingStatus.WAITING]


def test_who_gave_the_place_back_before_is_not_told(make, session, by):
    booking = book(session, make.person(), now=NOW)
    send_due(NOW)
    cancel(booking, now=NOW + MINUTE)

    told = call_off(session, by=by, now=NOW + 2 * MINUTE)

    assert told == 0
    assert kinds_for(booking.claim.person_id, send_due(START)) == ["booking cancelled"]


@pytest.mark.parametrize("reason", ["", " \n"])
def test_calling_off_needs_a_reason(session, by, reason):
    with pytest.raises(rules.CancelReasonMissing):
        call_off(session, by=by, now=NOW, reason=reason)


def test_what_has_ended_cannot_be_called_off(session, by):
    call_off_at = session.ends_at
    with pytest.raises(rules.SessionIsOver):
        call_off(session, by=by, now=call_off_at)

    call_off(session, by=by, now=call_off_at - MOMENT)

    assert session.is_cancelled


def test_a_cancelled_session_takes_no_part_in_a_clash(make, session, by):
    person = make.person()
    book(session, person, now=NOW)
    other = make.session(starts_at=START)
    call_off(session, by=by, now=NOW)

    assert queries.find_clash(other, person) is None


def test_more_places_are_given_at_once(make, by):
    session = make.session(starts_at=START, places={"largest": 1, "most_percent": 100})
    book(session, make.person(), now=NOW)
    first, second = book(session, make.person(), now=NOW), book(session, make.person(), now=NOW)

    moved_up = change_places(
        session, PlaceRules(smallest=1, recommended=1, largest=2, most_percent=100), by=by
    )

    assert moved_up == 1
    assert (first.status, second.status) == (BookingStatus.CONFIRMED, BookingStatus.WAITING)


def test_fewer_places_drop_nobody(make, session, by):
    for _ in range(3):
        book(session, make.person(), now=NOW)

    with pytest.raises(TooManyPlacesTaken):
        change_places(session, PlaceRules(smallest=1, recommended=2, largest=2), by=by)
    change_places(session, PlaceRules(smallest=1, recommended=3, largest=3), by=by)

    assert (session.places.largest, session.places_taken) == (3, 3)


def test_a_core_session_never_has_more_than_twenty_places(make, session, by):
    with pytest.raises(CoreTooLarge):
        change_places(session, PlaceRules(largest=21), by=by)

    specialist = make.session(topic=make.topic(kind=TopicKind.SPECIALIST))
    change_places(specialist, PlaceRules(largest=21), by=by)

    assert specialist.places.largest == 21


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda session, by: move(session, later(session, by=WEEK), by=by, now=NOW)),
        pytest.param(lambda session, by: call_off(session, by=by, now=NOW)),
        pytest.param(lambda session, _: look_again(session)),
    ],
    ids=["moving", "calling off", "the hourly look"],
)
def test_everybody_is_planned_with_as_few_reads_as_two_people(make, by, act):
    def reads_for(people):
        places = {"largest": people, "most_per_team": 20, "most_percent": 100}
        session = make.session(starts_at=START, places=places)
        for _ in range(people + 5):
            book(session, make.person(), now=NOW)
        with counted_queries() as asked:
            act(session, by)
        return len(asked)

    assert reads_for(2) == reads_for(20)


# Those who run it


def test_who_runs_a_published_session_has_an_invitation(session):
    plan(session)

    sent = send_due(NOW)

    assert {letter.kind for letter in sent} == {"session to run"}
    assert {letter.person_id for letter in sent} == {
        session.lead_facilitator_id,
        session.support_person_id,
    }
    assert all(parse_one(letter.draft.calendar[1])["SEQUENCE"] == 0 for letter in sent)


def test_nobody_is_invited_to_run_a_draft(make):
    session = make.session(starts_at=START, status=SessionStatus.DRAFT)

    plan(session)

    assert outbox() == {}


def test_a_move_reaches_those_who_run_it(session, by):
    plan(session)
    send_due(NOW)

    move(session, later(session, by=WEEK), by=by, now=NOW + MINUTE)

    sent = send_due(NOW + MINUTE)
    assert {letter.kind for letter in sent} == {"session to run moved"}
    assert all(parse_one(letter.draft.calendar[1])["SEQUENCE"] == 1 for letter in sent)


def test_who_is_replaced_is_told_and_the_other_invited(make, session):
    plan(session)
    send_due(NOW)
    old, new = session.support_person_id, make.facilitator().id
    with transaction():
        session.support_person_id = new
    plan(session, NOW + MINUTE)

    sent = send_due(NOW + MINUTE)

    assert kinds_for(old, sent) == ["session to run cancelled"]
    assert kinds_for(new, sent) == ["session to run"]
    assert find_standing(occasion_to_run(session, old)) is None


def test_who_comes_back_gets_a_new_invitation(make, session):
    plan(session)
    send_due(NOW)
    old, other = session.support_person_id, make.person().id
    first_uid = find_latest(occasion_to_run(session, old)).uid
    for number, person_id in enumerate((other, old), start=1):
        with transaction():
            session.support_person_id = person_id
        plan(session, NOW + number * MINUTE)
        sent = send_due(NOW + number * MINUTE)

    assert kinds_for(old, sent) == ["session to run"]
    assert find_standing(occasion_to_run(session, old)).uid != first_uid


def test_who_was_replaced_before_hearing_of_it_hears_nothing(make, session):
    plan(session)
    old, other = session.support_person_id, make.person().id
    with transaction():
        session.support_person_id = other
    plan(session, NOW + MINUTE)

    assert kinds_for(old, send_due(START)) == []


def test_joining_instructions_reach_those_who_run_it(session):
    plan(session)
    send_due(NOW)

    sent = send_due(START - timedelta(days=1))

    assert {letter.kind for letter in sent} == {"joining instructions to run"}
    assert waiting_kinds(occasion_to_run(session, session.support_person_id)) == set()


def test_another_link_is_told_to_those_who_run_it_but_changes_no_calendar(session, by):
    plan(session)
    send_due(NOW)
    new = later(session, online_link="https://new.example.org")

    move(session, new, by=by, now=NOW + MINUTE)

    sent = send_due(NOW + MINUTE)
    assert {letter.kind for letter in sent} == {"session to run moved"}
    assert {letter.draft.calendar for letter in sent} == {None}


def test_mails_about_one_invitation_are_one_thread(session, by):
    plan(session)
    first = {letter.person_id: letter.draft.thread_id for letter in send_due(NOW)}

    move(session, later(session, by=WEEK), by=by, now=NOW + MINUTE)

    second = {letter.person_id: letter.draft.thread_id for letter in send_due(NOW + MINUTE)}
    assert set(first.values()) == {""}
    assert all(second.values())
    assert len(set(second.values())) == len(second)


def test_old_words_for_those_who_run_it_are_written_anew(session, by):
    plan(session)
    send_due(NOW)
    joining_at = START - timedelta(days=1)
    with transaction():
        for row in db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "joining instructions to run")
        ):
            row.attempts, row.frozen_at, row.due_at = 1, joining_at, joining_at
            row.next_try_at = joining_at
    new = later(session, online_link="https://new.example.org")

    move(session, new, by=by, now=joining_at + MINUTE)

    stopped = send_due(joining_at + MINUTE)
    plan(session, joining_at + MINUTE)
    written = send_due(joining_at + MINUTE)
    assert {letter.kind for letter in stopped} == {"session to run moved"}
    assert {letter.kind for letter in written} == {"joining instructions to run"}
    assert all("https://new.example.org" in letter.draft.text for letter in written)
