"""What each booking is told, and when: CC-09, CC-10, DC-07, DC-11, IN-03, IN-05, IN-09, MT-02,
MT-10, TR-12, TR-13, TR-27. PLAN-1 to PLAN-5, PLAN-14 and PLAN-15 of the notes, and ML-8."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import event, select

from swa.calendars.queries import find_latest, find_standing
from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import ruling
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.sessions.services.mails import plan_mails, plan_session_mails
from swa.sessions.types import BookingStatus, Mark, Mode, SessionStatus
from tests.sessions.doing import book, call_off, cancel, later, mark, move, plan_all
from tests.sessions.postman import kinds_for, outbox, send_due, waiting_kinds
from tests.support.icalendars import parse_one

START = datetime(2027, 4, 8, 13, 0, tzinfo=UTC)  # 2pm in London, a Thursday in summer time
PREWORK_AT = datetime(2027, 4, 5, 8, 0, tzinfo=UTC)  # 9am in London
JOINING_AT = datetime(2027, 4, 6, 8, 0, tzinfo=UTC)
EARLY = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
ALL_AT_ONCE = ["booking confirmed", "prework", "joining instructions"]


@pytest.fixture
def session(make):
    return make.session(starts_at=START)


@pytest.fixture
def full(make):
    """A session with one place, which is taken."""
    session = make.session(starts_at=START, places={"largest": 1, "most_percent": 100})
    book(session, make.person(), now=EARLY)
    send_due(EARLY)
    return session


def occasion(booking):
    return f"booking {booking.id}"


def calendar_of(letter):
    method, data = letter.draft.calendar
    return method, parse_one(data)


# PLAN-1: one prework mail three days before, and only one


def test_prework_goes_once_three_days_before_at_nine_in_london(session, make):
    """PLAN-1."""
    bookings = [book(session, make.person(), now=EARLY) for _ in range(3)]
    with transaction():
        plan_all(EARLY)
    send_due(EARLY)

    with time_machine.travel(PREWORK_AT, tick=False):
        early, due = send_due(PREWORK_AT - MOMENT), send_due(clock.utc_now())
        with transaction():
            planned_again = plan_all(clock.utc_now())
        second_run = send_due(clock.utc_now())

    assert early == []
    assert [(letter.kind, letter.person_id) for letter in due] == [
        ("prework", booking.claim.person_id) for booking in bookings
    ]
    assert (planned_again, second_run) == (0, [])


def test_prework_names_its_minutes(session, make):
    with transaction():
        session.prework_minutes = 25
    book(session, make.person(), now=EARLY)

    prework = send_due(PREWORK_AT)[1]

    assert "25 minutes" in prework.draft.subject
    assert "It takes about 25 minutes." in prework.draft.text


def test_a_session_without_prework_sends_none(make):
    session = make.session(starts_at=START, prework=" ")

    booking = book(session, make.person(), now=EARLY)

    assert waiting_kinds(occasion(booking)) == {"booking confirmed", "joining instructions"}


# PLAN-2 and PLAN-3: late bookers miss nothing


@pytest.mark.parametrize(
    "before",
    [timedelta(days=1), timedelta(minutes=5), timedelta(microseconds=1)],
    ids=["a day before", "five minutes before", "at the last moment"],
)
def test_who_books_late_gets_everything_at_once_and_in_order(session, make, before):
    """PLAN-2, PLAN-3."""
    with time_machine.travel(START - before, tick=False):
        person = make.person()
        book(session, person, now=clock.utc_now())

        sent = send_due(clock.utc_now())

    assert kinds_for(person.id, sent) == ALL_AT_ONCE


def test_who_moves_up_after_the_joining_mail_went_gets_everything(full, make):
    """PLAN-3."""
    waiting = book(full, make.person(), now=EARLY)
    holder = full.bookings[0]
    send_due(JOINING_AT)
    now = JOINING_AT + timedelta(hours=3)

    cancel(holder, now=now)

    sent = send_due(now)
    assert kinds_for(waiting.claim.person_id, sent) == [
        "place given",
        "prework",
        "joining instructions",
    ]
    assert kinds_for(holder.claim.person_id, sent) == ["booking cancelled"]


def test_nothing_goes_after_the_start(session, make):
    booking = book(session, make.person(), now=START - MINUTE)

    assert send_due(START) == []

    assert set(outbox(occasion(booking)).values()) == {MessageState.MISSED}


# PLAN-4: nothing to the cancelled


def test_who_cancels_between_due_and_sent_gets_nothing_more(session, make):
    booking = book(session, make.person(), now=EARLY)
    send_due(EARLY)
    cancel(booking, now=PREWORK_AT)

    sent = send_due(JOINING_AT)

    assert kinds_for(booking.claim.person_id, sent) == ["booking cancelled"]
    assert outbox(occasion(booking))["prework", 1] is MessageState.DROPPED


def test_a_message_that_was_left_behind_is_stopped_at_the_last_moment(session, make):
    """The planner may miss a row; the look before sending does not (ML-8)."""
    booking = book(session, make.person(), now=EARLY)
    with transaction():
        booking.status = BookingStatus.CANCELLED
        booking.cancelled_at = EARLY

    assert send_due(JOINING_AT) == []

    assert set(outbox(occasion(booking)).values()) == {MessageState.DROPPED}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param(
            {"status": SessionStatus.CANCELLED}, "The session was cancelled", id="session"
        ),
        pytest.param({"prework": ""}, "The booking or the session has changed since", id="prework"),
    ],
)
def test_the_reason_for_stopping_a_message_is_kept(session, make, changed, reason):
    book(session, make.person(), now=EARLY)
    send_due(EARLY)
    with transaction():
        for name, value in changed.items():
            setattr(session, name, value)

    send_due(PREWORK_AT)

    prework = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "prework")).one()
    assert (prework.state, prework.reason) == (MessageState.DROPPED, reason)


def test_who_is_called_off_hears_of_nothing_else(session, make):
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    send_due(EARLY)

    call_off(session, by=by, now=EARLY + MINUTE)

    sent = send_due(START)
    assert kinds_for(booking.claim.person_id, sent) == ["session cancelled"]


# PLAN-5: moved forward and back


def test_moved_forward_and_back_there_is_one_joining_mail(session, make):
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    send_due(EARLY)
    forth, back = later(session, by=timedelta(days=7)), later(session)

    move(session, forth, by=by, now=EARLY + MINUTE)
    first = send_due(EARLY + MINUTE)
    move(session, back, by=by, now=EARLY + 2 * MINUTE)
    second = send_due(EARLY + 2 * MINUTE)
    rest = send_due(START - MINUTE)

    me = booking.claim.person_id
    assert kinds_for(me, first) == kinds_for(me, second) == ["session moved"]
    assert kinds_for(me, rest) == ["prework", "joining instructions"]
    assert find_standing(occasion(booking)).sequence == 2


def test_moved_after_the_joining_mail_it_is_not_sent_again(session, make):
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    send_due(JOINING_AT)

    move(session, later(session, by=timedelta(days=9)), by=by, now=JOINING_AT + MINUTE)

    (moved,) = [
        letter
        for letter in send_due(START + timedelta(days=8))
        if letter.person_id == booking.claim.person_id
    ]
    assert moved.kind == "session moved"
    assert session.joining_instructions in moved.draft.text
    assert session.online_link in moved.draft.text


def test_moved_and_moved_back_before_anybody_heard_nobody_hears(session, make):
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    forth, back = later(session, by=timedelta(days=7)), later(session)

    move(session, forth, by=by, now=EARLY + MINUTE)
    move(session, back, by=by, now=EARLY + 2 * MINUTE)

    sent = send_due(EARLY + 2 * MINUTE)
    assert kinds_for(booking.claim.person_id, sent) == ["booking confirmed"]


def test_a_move_before_the_confirmation_left_is_told_once(session, make):
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()

    move(session, later(session, by=timedelta(days=7)), by=by, now=EARLY + MINUTE)

    (only,) = [
        letter for letter in send_due(EARLY + MINUTE) if letter.person_id == booking.claim.person_id
    ]
    method, event = calendar_of(only)
    assert (only.kind, method, event["SEQUENCE"]) == ("session moved", "REQUEST", 1)
    assert outbox(occasion(booking))["booking confirmed", 1] is MessageState.DROPPED


def test_two_moves_are_told_from_what_the_person_knows(session, make):
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    send_due(EARLY)
    move(session, later(session, by=timedelta(days=7)), by=by, now=EARLY + MINUTE)
    move(session, later(session, by=timedelta(days=7)), by=by, now=EARLY + 2 * MINUTE)

    (moved,) = [
        letter
        for letter in send_due(EARLY + 2 * MINUTE)
        if letter.person_id == booking.claim.person_id
    ]

    assert "Thursday 8 April 2027, 2pm to 4pm" in moved.draft.text
    assert "Thursday 22 April 2027, 2pm to 4pm" in moved.draft.text
    assert "15 April" not in moved.draft.text


def test_a_retry_with_old_words_is_stopped_and_written_anew(session, make):
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    send_due(EARLY)
    with transaction():
        joining = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "joining instructions")
        ).one()
        joining.attempts, joining.frozen_at = 1, JOINING_AT
        joining.due_at = joining.next_try_at = JOINING_AT
    soon_after = JOINING_AT + MINUTE
    move(session, later(session, online_link="https://new.example.org"), by=by, now=soon_after)

    sent = send_due(soon_after)
    with transaction():
        plan_all(soon_after)
    again = send_due(soon_after)

    assert "joining instructions" not in kinds_for(booking.claim.person_id, sent)
    (letter,) = again
    assert letter.kind == "joining instructions"
    assert "https://new.example.org" in letter.draft.text


# PLAN-14: what was never tried needs no CANCEL; what is unknown does


def test_invited_and_cancelled_before_anything_left_nothing_goes(session, make):
    """PLAN-14: REQUEST never tried."""
    booking = book(session, make.person(), now=EARLY)

    cancel(booking, now=EARLY + MINUTE)

    assert send_due(START) == []
    assert set(outbox(occasion(booking)).values()) == {MessageState.DROPPED}


@pytest.mark.parametrize("state", [MessageState.UNKNOWN, MessageState.SENT])
def test_an_invitation_that_may_have_arrived_is_cancelled(session, make, state):
    """PLAN-14: outcome unknown."""
    booking = book(session, make.person(), now=EARLY)
    (request,) = send_due(EARLY, ends_as=state)

    cancel(booking, now=EARLY + MINUTE)

    (letter,) = send_due(EARLY + MINUTE)
    method, event = calendar_of(letter)
    assert (letter.kind, method) == ("booking cancelled", "CANCEL")
    assert event["UID"] == calendar_of(request)[1]["UID"]
    assert (event["SEQUENCE"], event["STATUS"]) == (1, "CANCELLED")


def test_called_off_before_the_confirmation_left_people_are_told_without_a_calendar(session, make):
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()

    call_off(session, by=by, now=EARLY + MINUTE)

    (letter,) = [x for x in send_due(START) if x.person_id == booking.claim.person_id]
    assert (letter.kind, letter.draft.calendar) == ("session cancelled", None)


# PLAN-15: nine o'clock stays nine o'clock over the change of the clocks


@pytest.mark.parametrize(
    ("starts_at", "prework_at", "joining_at"),
    [
        pytest.param(
            datetime(2026, 4, 1, 12, 0, tzinfo=UTC),
            datetime(2026, 3, 27, 9, 0, tzinfo=UTC),
            datetime(2026, 3, 30, 8, 0, tzinfo=UTC),
            id="the clocks go forward between the two, on the Sunday that the prework is due",
        ),
        pytest.param(
            datetime(2026, 10, 28, 13, 0, tzinfo=UTC),
            datetime(2026, 10, 23, 8, 0, tzinfo=UTC),
            datetime(2026, 10, 26, 9, 0, tzinfo=UTC),
            id="the clocks go back between the two, on the Sunday that the prework is due",
        ),
    ],
)
def test_nine_in_london_stays_nine(make, starts_at, prework_at, joining_at):
    """PLAN-15."""
    session, person = make.session(starts_at=starts_at), make.person()
    book(session, person, now=starts_at - timedelta(days=30))
    send_due(starts_at - timedelta(days=29))

    assert kinds_for(person.id, send_due(prework_at - MOMENT)) == []
    assert kinds_for(person.id, send_due(prework_at)) == ["prework"]
    assert kinds_for(person.id, send_due(joining_at - MOMENT)) == []
    assert kinds_for(person.id, send_due(joining_at)) == ["joining instructions"]


# Invitations


def test_the_confirmation_brings_an_invitation(session, make):
    person = make.person(name="Amina Begum")
    book(session, person, now=EARLY)

    (letter,) = send_due(EARLY)

    method, event = calendar_of(letter)
    assert (method, event["SEQUENCE"]) == ("REQUEST", 0)
    assert str(event["ATTENDEE"]) == f"mailto:{person.email}"
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    assert event["DTSTART"].dt == START
    assert str(event["LOCATION"]) == "Online"
    assert session.online_link not in event.to_ical().decode()


def test_a_turn_on_the_waiting_list_brings_none(full, make):
    waiting = book(full, make.person(), now=EARLY)

    (letter,) = send_due(EARLY)

    assert (letter.kind, letter.draft.calendar) == ("on waiting list", None)
    assert find_latest(occasion(waiting)) is None


def test_booking_again_brings_a_new_uid(session, make):
    person = make.person()
    first = book(session, person, now=EARLY)
    send_due(EARLY)
    cancel(first, now=EARLY + MINUTE)

    second = book(session, person, now=EARLY + 2 * MINUTE)

    assert find_latest(occasion(first)).uid != find_latest(occasion(second)).uid


def test_another_place_raises_the_sequence_and_keeps_the_uid(session, make):
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    (first,) = send_due(EARLY)
    new = later(session, mode=Mode.IN_PERSON, venue="Town Hall, Room 2", online_link="")

    move(session, new, by=by, now=EARLY + MINUTE)

    (moved,) = [x for x in send_due(EARLY + MINUTE) if x.person_id == booking.claim.person_id]
    method, event = calendar_of(moved)
    assert (method, event["SEQUENCE"]) == ("REQUEST", 1)
    assert event["UID"] == calendar_of(first)[1]["UID"]
    assert str(event["LOCATION"]) == "Town Hall, Room 2"
    assert moved.draft.thread_id
    assert "The date and time stay the same." in moved.draft.text


def test_another_link_is_mailed_but_is_in_no_calendar(session, make):
    booking, by = book(session, make.person(), now=EARLY), make.coordinator()
    send_due(EARLY)

    move(session, later(session, online_link="https://new.example.org"), by=by, now=EARLY + MINUTE)

    (moved,) = [x for x in send_due(EARLY + MINUTE) if x.person_id == booking.claim.person_id]
    assert moved.draft.calendar is None
    assert "https://new.example.org" in moved.draft.text


def test_who_waits_is_told_of_a_move_too(full, make):
    waiting, by = book(full, make.person(), now=EARLY), make.coordinator()
    send_due(EARLY)

    told = move(full, later(full, by=timedelta(days=1)), by=by, now=EARLY + MINUTE)

    (letter,) = [x for x in send_due(EARLY + MINUTE) if x.person_id == waiting.claim.person_id]
    assert told == 2
    assert (letter.kind, letter.draft.calendar) == ("session moved", None)
    assert "You keep your turn on the waiting list." in letter.draft.text
    assert full.online_link not in letter.draft.text


# Planning again


def test_planning_twice_changes_nothing(session, make):
    booking = book(session, make.person(), now=EARLY)
    before = outbox()

    for now in (EARLY, EARLY + timedelta(days=2), PREWORK_AT):
        with transaction():
            plan_mails(booking, now=now)

    assert outbox() == before


def test_the_hourly_run_mends_what_is_missing(session, make):
    booking = make.booking(session, booked_at=EARLY, confirmed_at=EARLY)

    with transaction():
        first = plan_all(EARLY)
    with transaction():
        second = plan_all(EARLY + MINUTE)

    assert waiting_kinds(occasion(booking)) == set(ALL_AT_ONCE)
    assert (first, second) == (len(ALL_AT_ONCE) + 6, 0), "three more for each who runs it"


def test_another_number_of_days_moves_what_waits(session, make):
    booking = book(session, make.person(), now=EARLY)
    send_due(EARLY)
    with transaction():
        ruling.override("prework", f"topic {session.topic_id}", days=8, now=EARLY)
    with transaction():
        plan_all(EARLY + MINUTE)

    sent = send_due(PREWORK_AT - timedelta(days=5))

    assert kinds_for(booking.claim.person_id, sent) == ["prework"]


# After the session


@pytest.fixture
def held(session, make):
    """A session that took place with three people, and who marks them."""
    return [book(session, make.person(), now=EARLY) for _ in range(3)], session


def test_after_mails_go_to_those_present_and_kind_words_to_the_others(held):
    (here, away, excused), session = held
    send_due(START - MINUTE)
    marks = {here.id: Mark.PRESENT, away.id: Mark.ABSENT, excused.id: Mark.APOLOGY}

    mark(session, marks, by=session.support_person, now=START + MINUTE)

    assert send_due(session.ends_at - MOMENT) == []
    sent = {letter.person_id: letter for letter in send_due(session.ends_at)}
    assert [sent[row.claim.person_id].kind for row in (here, away, excused)] == [
        "after the session",
        "sorry we missed you",
        "sorry we missed you",
    ]
    assert "Slides" in sent[here.claim.person_id].draft.text
    assert "Slides" not in sent[away.claim.person_id].draft.text


def test_the_kind_words_are_a_setting(make):
    session = make.session(starts_at=START)
    with transaction():
        ruling.override("sorry we missed you", f"topic {session.topic_id}", is_on=False, now=EARLY)
    booking = book(session, make.person(), now=EARLY)

    mark(session, {booking.id: Mark.ABSENT}, by=session.support_person)

    assert waiting_kinds(occasion(booking)) <= set(ALL_AT_ONCE)


def test_marked_present_later_the_after_mail_goes_then(held):
    (here, late, _), session = held
    send_due(START - MINUTE)
    mark(session, {here.id: Mark.PRESENT}, by=session.support_person)
    send_due(session.ends_at)
    next_day = session.ends_at + timedelta(days=1)

    mark(session, {late.id: Mark.PRESENT}, by=session.support_person, now=next_day)

    sent = send_due(next_day)
    assert [(x.kind, x.person_id) for x in sent] == [("after the session", late.claim.person_id)]


def test_marked_absent_afterwards_nobody_gets_both(held):
    (here, *_), session = held
    send_due(START - MINUTE)
    mark(session, {here.id: Mark.PRESENT}, by=session.support_person)
    send_due(session.ends_at)

    mark(session, {here.id: Mark.ABSENT}, by=session.support_person)

    assert send_due(session.ends_at + MINUTE) == []


def test_attendance_saved_very_late_sends_still(held):
    """PLAN-6: the week begins when the attendance is saved."""
    (here, *_), session = held
    send_due(START - MINUTE)
    much_later = session.ends_at + timedelta(days=30)

    mark(session, {here.id: Mark.PRESENT}, by=session.support_person, now=much_later)

    assert kinds_for(here.claim.person_id, send_due(much_later)) == ["after the session"]


@pytest.mark.parametrize("is_regulated", [True, False])
def test_the_limits_of_advice_are_repeated(make, is_regulated):
    limits = "You may not give immigration advice."
    topic = make.topic(is_regulated=is_regulated, limits_of_advice=limits)
    session = make.session(topic=topic, starts_at=START)
    booking = book(session, make.person(), now=EARLY)
    send_due(START - MINUTE)

    mark(session, {booking.id: Mark.PRESENT}, by=session.support_person)

    (letter,) = send_due(session.ends_at)
    assert (limits in letter.draft.text) == is_regulated
    assert "Call the front desk." in letter.draft.text


@pytest.fixture
def reads(app):
    """Which of the two tables that a worker locks is read, in order."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.extend(
            name for name in ("outbox_messages", "invitations") if f"FROM {name}" in statement
        )

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_rows_of_the_outbox_are_held_before_the_invitation_as_a_worker_does(session, make, reads):
    booking = book(session, make.person(), now=EARLY)
    reads.clear()

    with transaction():
        plan_mails(booking, now=EARLY + MINUTE)

    assert reads.index("outbox_messages") < reads.index("invitations")


def test_those_who_run_it_have_their_mails_held_first_too(session, reads):
    with transaction():
        plan_session_mails(session, now=EARLY)

    theirs = reads[reads.index("invitations") + 1 :]
    assert theirs.index("outbox_messages") < theirs.index("invitations")


def test_who_lost_the_role_gets_no_mail_to_run_but_hears_that_it_is_over(session):
    person, by = session.support_person, session.lead_facilitator
    with transaction():
        plan_session_mails(session, now=EARLY)
    before = kinds_for(person.id, send_due(EARLY))
    with transaction():
        person.grants.clear()

    joining = kinds_for(person.id, send_due(JOINING_AT))
    call_off(session, by=by, now=JOINING_AT + MINUTE)
    over = kinds_for(person.id, send_due(JOINING_AT + MINUTE))

    assert (before, joining, over) == (["session to run"], [], ["session to run cancelled"])
