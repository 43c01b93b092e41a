"""The words of every e-mail about a session, as approved: CC-09, CC-10, CF-27, CF-28, DC-07,
DC-11, IN-09, IN-12, MT-10, TR-12, TR-13, TR-27. There is one file
per case in ``tests/golden/emails/sessions``."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from swa.core.db import transaction
from swa.messaging import ruling
from swa.messaging.send_rules import Audience, Event, SendRule
from swa.sessions.rules.planning import Crew
from swa.sessions.services.mails import plan_session_mails
from swa.sessions.services.planning import set_people
from swa.sessions.types import Mark, Mode, PlaceRules
from tests.sessions.doing import ask_all, book, call_off, cancel, later, mark, move
from tests.sessions.postman import send_due
from tests.support.golden import assert_golden
from tests.support.icalendars import parse_one

START = datetime(2027, 4, 1, 13, 0, tzinfo=UTC)
NOW = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ONE_PLACE = PlaceRules(smallest=1, recommended=1, largest=1)
RANDOM = re.compile(r"(?<=UID:)[0-9a-f-]{36}|(?<=reference is )\w{8}|(?<=reference was )\w{8}")
NUMBERS = re.compile(r"(?<=/bookings/)\d+|(?<=/sessions/)\d+")


@pytest.fixture
def topic(make):
    return make.topic(
        title="Core Conversations: listening first",
        prework="Think of a conversation that went well.\n\n- What was said?\n- What was heard?",
        joining_instructions="Come ten minutes early to test your sound.",
        expectations="What is said stays in the room.\n\nYou may keep your camera off.",
        how_to_refer="Call the front desk on 020 7946 0123.",
        when_to_refer="When somebody may lose their home.",
    )


@pytest.fixture
def session(make, topic):
    return make.session(
        topic=topic,
        starts_at=START,
        lead_facilitator_id=make.facilitator(
            name="Rosa Okafor", email="rosa.okafor@example.org"
        ).id,
        support_person_id=make.facilitator(name="Tom Reid", email="tom.reid@example.org").id,
    )


@pytest.fixture
def amina(make):
    return make.person(name="Amina Begum", email="amina.begum@example.org")


def approve(name, letter):
    """Compare subject, text and calendar with the approved file."""
    whole = f"Subject: {letter.draft.subject}\n\n{letter.draft.text}"
    if letter.draft.calendar:
        method, data = letter.draft.calendar
        parse_one(data)
        whole += f"\n--- {method} ---\n{data.decode()}".replace("\r\n ", "").replace("\r\n", "\n")
    whole = NUMBERS.sub("N", RANDOM.sub("…", whole))
    assert_golden(f"emails/sessions/{name}.txt", whole)


def letters_to(person, now):
    return [letter for letter in send_due(now) if letter.person_id == person.id]


def test_booking_confirmed(session, amina):
    book(session, amina, now=NOW)

    approve("booking_confirmed", *letters_to(amina, NOW))


def test_booking_confirmed_late_and_in_person(make, topic, amina):
    session = make.session(
        topic=topic, starts_at=START, mode=Mode.IN_PERSON, venue="Town Hall, Room 2", online_link=""
    )
    now = START - timedelta(hours=3)
    book(session, amina, now=now)

    confirmed, _, joining = letters_to(amina, now)

    approve("booking_confirmed_late", confirmed)
    approve("joining_instructions_in_person", joining)


def test_on_waiting_list_full(make, session, amina):
    with transaction():
        session.places = ONE_PLACE
    book(session, make.person(), now=NOW)
    book(session, amina, now=NOW)

    approve("on_waiting_list_full", *letters_to(amina, NOW))


def test_on_waiting_list_team_cap(make, session, amina):
    team = make.team(organisation=amina.organisation)
    for _ in range(4):
        book(session, make.person(team=team), now=NOW)
    with transaction():
        amina.team_id = team.id
    book(session, amina, now=NOW)

    approve("on_waiting_list_team_cap", *letters_to(amina, NOW))


def test_on_waiting_list_organisation_cap(make, session, amina):
    for _ in range(11):
        book(session, make.person(organisation=amina.organisation), now=NOW)
    book(session, amina, now=NOW)

    approve("on_waiting_list_organisation_cap", *letters_to(amina, NOW))


def test_place_given(make, session, amina):
    with transaction():
        session.places = ONE_PLACE
    holder = book(session, make.person(), now=NOW)
    book(session, amina, now=NOW)
    send_due(NOW)
    cancel(holder, now=NOW + MINUTE)

    approve("place_given", *letters_to(amina, NOW + MINUTE))


def test_booking_cancelled(session, amina):
    booking = book(session, amina, now=NOW)
    send_due(NOW)
    cancel(booking, now=NOW + MINUTE)

    approve("booking_cancelled", *letters_to(amina, NOW + MINUTE))


def test_turn_cancelled(make, session, amina):
    with transaction():
        session.places = ONE_PLACE
    book(session, make.person(), now=NOW)
    booking = book(session, amina, now=NOW)
    send_due(NOW)
    cancel(booking, now=NOW + MINUTE)

    approve("turn_cancelled", *letters_to(amina, NOW + MINUTE))


def test_booking_cancelled_to_run(make, session):
    amina = make.facilitator(name="Amina Begum", email="amina.begum@example.org")
    book(session, amina, now=NOW)
    send_due(NOW)
    crew = Crew(session.lead_facilitator_id, session.support_person_id, amina.id)
    with transaction():
        set_people(session, crew, by=session.lead_facilitator, now=NOW + MINUTE)

    cancelled, _to_run = letters_to(amina, NOW + MINUTE)
    approve("booking_cancelled_to_run", cancelled)


def test_session_moved(make, session, amina):
    book(session, amina, now=NOW)
    send_due(NOW)
    new = later(session, by=timedelta(days=7, hours=1))
    move(session, new, by=make.coordinator(), now=NOW + MINUTE)

    approve("session_moved", *letters_to(amina, NOW + MINUTE))


def test_session_moved_to_another_place(make, session, amina):
    book(session, amina, now=NOW)
    send_due(NOW)
    new = later(session, mode=Mode.IN_PERSON, venue="Town Hall, Room 2", online_link="")
    move(session, new, by=make.coordinator(), now=NOW + MINUTE)

    approve("session_moved_place", *letters_to(amina, NOW + MINUTE))


def test_session_moved_while_waiting(make, session, amina):
    with transaction():
        session.places = ONE_PLACE
    book(session, make.person(), now=NOW)
    book(session, amina, now=NOW)
    send_due(NOW)
    new = later(session, by=timedelta(days=7))
    move(session, new, by=make.coordinator(), now=NOW + MINUTE)

    approve("session_moved_waiting", *letters_to(amina, NOW + MINUTE))


def another_link(session):
    return later(session, online_link="https://meet.example.org/another-room")


def test_session_with_another_link(make, session, amina):
    book(session, amina, now=NOW)
    send_due(NOW)
    move(session, another_link(session), by=make.coordinator(), now=NOW + MINUTE)

    approve("session_moved_link", *letters_to(amina, NOW + MINUTE))


def test_session_moved_to_another_place_while_waiting(make, session, amina):
    with transaction():
        session.places = ONE_PLACE
    book(session, make.person(), now=NOW)
    book(session, amina, now=NOW)
    send_due(NOW)
    new = later(session, mode=Mode.IN_PERSON, venue="Town Hall, Room 2", online_link="")
    move(session, new, by=make.coordinator(), now=NOW + MINUTE)

    approve("session_moved_place_waiting", *letters_to(amina, NOW + MINUTE))


def test_session_cancelled(make, session, amina):
    book(session, amina, now=NOW)
    send_due(NOW)
    call_off(session, by=make.coordinator(), now=NOW + MINUTE)

    approve("session_cancelled", *letters_to(amina, NOW + MINUTE))


def test_prework_and_joining_instructions(session, amina):
    book(session, amina, now=NOW)
    send_due(NOW)

    prework, joining = letters_to(amina, START - timedelta(days=1))

    approve("prework", prework)
    approve("joining_instructions", joining)


def test_after_session(make, session, amina):
    with transaction():
        session.topic.is_regulated = True
        session.topic.limits_of_advice = "You may not give immigration advice."
    booking = book(session, amina, now=NOW)
    send_due(START - MINUTE)
    mark(session, {booking.id: Mark.PRESENT}, by=session.support_person)

    approve("after_session", *letters_to(amina, session.ends_at))


@pytest.mark.parametrize("missed", [Mark.ABSENT, Mark.APOLOGY])
def test_missed_you(session, amina, missed):
    booking = book(session, amina, now=NOW)
    send_due(START - MINUTE)
    mark(session, {booking.id: missed}, by=session.support_person)

    approve(f"missed_you_{missed}", *letters_to(amina, session.ends_at))


def test_go_ahead_question(make, session, amina):
    make.coordinator()
    with transaction():
        amina.organisation.name = "Hackney Council"
    book(session, amina, now=NOW)
    for number, now in enumerate((START - timedelta(days=7), START - timedelta(days=6))):
        with transaction():
            ask_all(now)
        questions = [x for x in send_due(now) if x.kind == "go-ahead question"]
        rosa = [x for x in questions if x.person_id == session.lead_facilitator_id]

        approve(f"go_ahead_question_{number + 1}", *rosa)


@pytest.fixture
def known_to_staff(session, amina):
    """The session with one booking; those who run it have their invitation."""
    book(session, amina, now=NOW)
    with transaction():
        plan_session_mails(session, now=NOW)
    return session


def test_to_run(known_to_staff):
    approve("to_run", *letters_to(known_to_staff.support_person, NOW))


def test_to_run_joining(known_to_staff):
    send_due(NOW)

    approve(
        "to_run_joining", *letters_to(known_to_staff.lead_facilitator, START - timedelta(days=1))
    )


def test_to_run_moved(make, known_to_staff):
    send_due(NOW)
    new = later(known_to_staff, by=timedelta(days=7))
    move(known_to_staff, new, by=make.coordinator(), now=NOW + MINUTE)

    approve("to_run_moved", *letters_to(known_to_staff.lead_facilitator, NOW + MINUTE))


def test_to_run_with_another_link(make, known_to_staff):
    send_due(NOW)
    move(known_to_staff, another_link(known_to_staff), by=make.coordinator(), now=NOW + MINUTE)

    approve("to_run_moved_link", *letters_to(known_to_staff.lead_facilitator, NOW + MINUTE))


def test_to_run_in_another_place(make, known_to_staff):
    send_due(NOW)
    new = later(known_to_staff, mode=Mode.IN_PERSON, venue="Town Hall, Room 2", online_link="")
    move(known_to_staff, new, by=make.coordinator(), now=NOW + MINUTE)

    approve("to_run_moved_place", *letters_to(known_to_staff.lead_facilitator, NOW + MINUTE))


def test_to_run_cancelled(make, known_to_staff):
    send_due(NOW)
    call_off(known_to_staff, by=make.coordinator(), now=NOW + MINUTE)

    approve("to_run_cancelled", *letters_to(known_to_staff.lead_facilitator, NOW + MINUTE))


def test_to_run_no_longer(make, known_to_staff):
    send_due(NOW)
    tom, other = known_to_staff.support_person, make.person()
    with transaction():
        known_to_staff.support_person_id = other.id
        plan_session_mails(known_to_staff, now=NOW + MINUTE)

    approve("to_run_no_longer", *letters_to(tom, NOW + MINUTE))


def test_refresher(session, amina):
    booking = book(session, amina, now=NOW)
    send_due(START - MINUTE)
    mark(session, {booking.id: Mark.PRESENT}, by=session.support_person)
    send_due(session.ends_at)

    approve("refresher", *letters_to(amina, session.ends_at + timedelta(days=43)))


def test_attendance_not_saved(session, amina):
    book(session, amina, now=NOW)
    with transaction():
        plan_session_mails(session, now=NOW)
    send_due(START - MINUTE)
    by = session.support_person

    approve("attendance_not_saved", *letters_to(by, session.ends_at + timedelta(days=1)))


def test_times_for_manager(make, session):
    manager = make.person(name="Mo Manager")
    rule = SendRule(
        key="",
        name="Times",
        kind="own message",
        event=Event.PLACE,
        audience=Audience.LINE_MANAGERS,
        at=None,
        text="sessions/times_for_manager",
    )
    with transaction():
        ruling.add(rule, also_past=False, now=NOW)
    book(session, make.person(name="Amina Begum", line_manager_id=manager.id), now=NOW)

    approve("times_for_manager", *letters_to(manager, NOW))
