"""What the home page reads: next bookings, sessions to run, the programme's tasks (TR-07, CF-28).

The tasks of a coordinator are OT-25; the support person's own list is TR-09.
"""

from datetime import timedelta

import pytest

from swa.calendars.replies.services import receive
from swa.calendars.replies.types import Letter, ReadMail, Sender
from swa.core import clock
from swa.core.db import transaction
from swa.home import queries
from swa.home.rules.needs import Need
from swa.messaging.types import READ_AGAIN, MessageState
from swa.people.models import JoinRequest
from swa.people.types import RequestState, Role
from swa.sessions.types import BookingStatus, GoAhead, SessionStatus
from tests.support.factories import soon
from tests.support.query_counts import counted_queries
from tests.support.rows import make_message


def titles(rows):
    return [row.session.title for row in rows]


def next_of(person):
    return queries.list_next_bookings(person, now=clock.utc_now())


def running_of(person):
    return queries.list_running(person, now=clock.utc_now())


def tasks_of(person):
    return queries.list_tasks(person, now=clock.utc_now())


def test_the_next_session_comes_first(make):
    person = make.person()
    later = make.booking(make.session(starts_at=soon(days=9)), person=person)
    first = make.booking(
        make.session(starts_at=soon(days=2)), person=person, status=BookingStatus.WAITING
    )

    assert next_of(person) == [first, later]


def test_a_session_is_listed_until_it_ends(make):
    person = make.person()
    running = make.booking(make.session(starts_at=soon(minutes=-119)), person=person)
    make.booking(make.session(starts_at=soon(minutes=-121)), person=person)

    assert next_of(person) == [running]


def test_what_was_called_off_or_is_of_somebody_else_is_not_listed(make):
    person = make.person()
    make.booking(make.session(), person=person, status=BookingStatus.CANCELLED)
    make.booking(make.session(status=SessionStatus.CANCELLED), person=person)
    make.booking(make.session())

    assert next_of(person) == []


@pytest.mark.parametrize("place", ["lead_facilitator_id", "co_facilitator_id", "support_person_id"])
def test_who_runs_a_session_has_it_on_their_list(make, place):
    person = make.facilitator()
    session = make.session(**{place: person.id})
    make.session()

    assert [row.session for row in running_of(person)] == [session]


def test_who_lost_the_role_lost_the_list_with_it(make):
    person = make.person(roles=[Role.EVALUATOR])
    make.session(lead_facilitator_id=person.id)

    assert running_of(person) == []


def test_a_past_session_stays_until_attendance_is_saved(make):
    person = make.facilitator()
    open_one = make.session(starts_at=soon(days=-3), lead_facilitator_id=person.id)
    make.booking(open_one)
    saved = make.session(
        starts_at=soon(days=-4), lead_facilitator_id=person.id, attendance_saved_at=soon(days=-4)
    )
    make.booking(saved)
    long_ago = make.session(starts_at=soon(days=-40), lead_facilitator_id=person.id)
    make.booking(long_ago)

    (row,) = running_of(person)

    assert row.session == open_one
    assert row.needs == (Need.ATTENDANCE,)


def test_a_draft_is_listed_and_a_cancelled_session_is_not(make):
    person = make.facilitator()
    draft = make.session(status=SessionStatus.DRAFT, lead_facilitator_id=person.id)
    make.session(status=SessionStatus.CANCELLED, lead_facilitator_id=person.id)

    (row,) = running_of(person)

    assert row.session == draft
    assert row.needs == (Need.PUBLISH,)


def test_the_programme_needs_what_its_sessions_lack(make):
    coordinator = make.coordinator()
    full = {"smallest": 1, "recommended": 1, "largest": 2}
    no_second = make.session(starts_at=soon(days=40), support_person_id=None, places=full)
    low = make.session(starts_at=soon(days=13))
    asked = make.session(starts_at=soon(days=20), go_ahead=GoAhead.ASKED)
    make.session(starts_at=soon(days=15))
    make.session(starts_at=soon(days=3), status=SessionStatus.DRAFT)
    fine = make.session(starts_at=soon(days=5), places=full)
    make.booking(fine)

    assert {row.session: row.needs for row in tasks_of(coordinator)} == {
        low: (Need.MORE_PEOPLE,),
        asked: (Need.DECIDE,),
        no_second: (Need.SECOND_PERSON,),
    }


def test_what_a_coordinator_runs_themselves_is_not_listed_twice(make):
    coordinator = make.coordinator()
    make.session(starts_at=soon(days=3), lead_facilitator_id=coordinator.id)

    assert tasks_of(coordinator) == []
    assert len(running_of(coordinator)) == 1


def test_a_session_without_any_people_is_still_a_task(make):
    coordinator = make.coordinator()
    make.session(lead_facilitator_id=None, support_person_id=None)

    assert len(tasks_of(coordinator)) == 1


def test_counts_failed_mails_of_the_last_weeks_and_open_requests(make):
    now = clock.utc_now()
    for state, age in (("failed", 1), ("failed", 31), ("sent", 1)):
        message = make_message(make)
        with transaction():
            message.state, message.due_at = MessageState(state), now - timedelta(days=age)
    for state in RequestState:
        make.keep(
            JoinRequest(
                name="Sam",
                email="sam@example.org",
                organisation_name="New",
                state=state,
                asked_at=now,
            )
        )

    with transaction():
        letter = ReadMail(Sender(), Letter("Is there parking?"))
        receive(letter, key="a letter", now=now)

    troubles = queries.count_troubles(now=now)

    assert (troubles.failed_mails, troubles.open_requests) == (1, 1)
    assert troubles.open_letters == 1


def hold_for_reading(make, session, reason=READ_AGAIN):
    message = make_message(make)
    with transaction():
        message.state, message.reason = MessageState.HELD, reason
        message.belongs_to = f"session {session.id}"


def test_words_to_read_again_are_counted_for_the_programme_and_the_session(make):
    session = make.session(starts_at=soon(days=3))
    hold_for_reading(make, session)
    hold_for_reading(make, session, reason="Held by somebody")

    (row,) = running_of(session.lead_facilitator)

    assert Need.READ_AGAIN in row.needs
    assert queries.count_troubles(now=clock.utc_now()).to_read_again == 1


def test_the_number_of_queries_does_not_grow(make):
    coordinator = make.coordinator()

    def ask():
        assert coordinator.roles, "read again after the transactions of the makers"
        with counted_queries() as asked:
            titles(tasks_of(coordinator))
            titles(running_of(coordinator))
            [booking.session.title for booking in next_of(coordinator)]
            queries.count_troubles(now=clock.utc_now())
        return len(asked)

    session = make.session(starts_at=soon(days=3), support_person_id=coordinator.id)
    make.booking(session, person=coordinator)
    make.session(starts_at=soon(days=4))
    few = ask()
    for day in range(1, 9):
        session = make.session(starts_at=soon(days=day), support_person_id=coordinator.id)
        make.booking(session, person=coordinator)
        make.session(starts_at=soon(days=day))

    assert ask() == few == 11
