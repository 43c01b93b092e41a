"""IN-09 and PEER-7 of the notes: whoever was told the times of somebody's booking hears of their
end, and of nothing else."""

from datetime import UTC, datetime, time, timedelta

import pytest

from swa.core.db import transaction
from swa.messaging import ruling
from swa.messaging.send_rules import Audience, Event, SendRule
from swa.messaging.types import MessageState
from swa.people.models import Person
from swa.sessions.emails.managers import NEW_TIME, TIME_OVER
from swa.sessions.rules.send_plan import OWN
from tests.sessions.doing import book, call_off, cancel, later, move, plan_all
from tests.sessions.postman import kinds_for, outbox, send_due, waiting_kinds
from tests.sessions.test_mail_words import approve

START = datetime(2027, 4, 1, 13, 0, tzinfo=UTC)
NOW = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TIMES = SendRule(
    key="",
    name="Times",
    kind=OWN,
    event=Event.PLACE,
    audience=Audience.LINE_MANAGERS,
    at=None,
    text="sessions/times_for_manager",
)


@pytest.fixture
def session(make):
    title = "Core Conversations: listening first"
    return make.session(topic=make.topic(title=title), starts_at=START)


@pytest.fixture
def manager(make):
    return make.person(name="Mo Manager")


@pytest.fixture
def coordinator(make):
    return make.coordinator()


@pytest.fixture
def rule():
    return add(TIMES)


@pytest.fixture
def booking(make, session, manager, rule):
    """Somebody books, and their line manager is told the time."""
    amina = make.person(name="Amina Begum", line_manager_id=manager.id)
    booking = book(session, amina, now=NOW)
    assert heard(manager, NOW) == [OWN]
    return booking


def add(rule):
    with transaction():
        return ruling.add(rule, also_past=False, now=NOW)


def heal(now):
    with transaction():
        plan_all(now)


def heard(person, now):
    return kinds_for(person.id, send_due(now))


def letter_to(person, now):
    (letter,) = [letter for letter in send_due(now) if letter.person_id == person.id]
    return letter


@pytest.mark.parametrize("end", ["move", "call off", "give back"])
def test_the_words_are_those_that_somebody_approved(booking, manager, coordinator, end):
    if end == "move":
        new = later(booking.session, by=timedelta(days=7))
        move(booking.session, new, by=coordinator, now=NOW + MINUTE)
    elif end == "call off":
        call_off(booking.session, by=coordinator, now=NOW + MINUTE)
    else:
        cancel(booking, now=NOW + MINUTE)

    name = "new_time_for_manager" if end == "move" else "time_over_for_manager"
    approve(name, letter_to(manager, NOW + MINUTE))


def test_a_rule_that_is_gone_and_another_manager_change_nothing(make, booking, manager, rule):
    other = make.person()
    with transaction():
        booking.person.line_manager_id = other.id
        ruling.take_away(rule.key, now=NOW)

    cancel(booking, now=NOW + MINUTE)

    assert heard(manager, NOW + MINUTE) == [TIME_OVER]


def test_who_was_told_nothing_hears_nothing(make, session, manager, rule, coordinator):
    amina = make.person(line_manager_id=manager.id)
    gives_back, comes = book(session, amina, now=NOW), book(session, make.person(), now=NOW)

    cancel(gives_back, now=NOW + MINUTE)
    move(session, later(session, by=DAY), by=coordinator, now=NOW + MINUTE)

    assert heard(manager, NOW + MINUTE) == []
    assert comes.is_live


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.UNKNOWN])
def test_a_message_whose_answer_was_lost_counts_as_told(make, session, manager, rule, state):
    booking = book(session, make.person(line_manager_id=manager.id), now=NOW)
    send_due(NOW, ends_as=state)

    cancel(booking, now=NOW + MINUTE)

    assert heard(manager, NOW + MINUTE) == [TIME_OVER]


def test_another_link_or_place_is_no_other_time(booking, manager, coordinator):
    new = later(booking.session, online_link="https://meet.example.org/other")
    move(booking.session, new, by=coordinator, now=NOW + MINUTE)

    assert heard(manager, NOW + MINUTE) == []


def test_a_move_that_was_taken_back_before_it_was_told_is_no_news(booking, manager, coordinator):
    session, was = booking.session, booking.session.date
    move(session, later(session, by=DAY), by=coordinator, now=NOW + MINUTE)
    move(session, was, by=coordinator, now=NOW + 2 * MINUTE)

    assert heard(manager, NOW + 3 * MINUTE) == []


def test_each_move_is_told_once_from_what_they_know(booking, manager, coordinator):
    session = booking.session
    move(session, later(session, by=DAY), by=coordinator, now=NOW + MINUTE)
    first = letter_to(manager, NOW + MINUTE)
    move(session, later(session, by=DAY), by=coordinator, now=NOW + 2 * MINUTE)
    second = letter_to(manager, NOW + 2 * MINUTE)
    heal(NOW + 3 * MINUTE)

    assert "Before: Thursday 1 April 2027" in first.draft.text
    assert "Before: Friday 2 April 2027" in second.draft.text
    assert "Now: Saturday 3 April 2027" in second.draft.text
    assert heard(manager, NOW + 3 * MINUTE) == []


def test_who_knows_the_old_time_only_is_told_that_this_one_is_free(booking, manager, coordinator):
    move(booking.session, later(booking.session, by=DAY), by=coordinator, now=NOW + MINUTE)

    call_off(booking.session, by=coordinator, now=NOW + 2 * MINUTE)

    letter = letter_to(manager, NOW + 2 * MINUTE)
    assert letter.kind == TIME_OVER
    assert "When: Thursday 1 April 2027" in letter.draft.text


def test_a_rule_of_ones_own_for_moves_tells_it_instead(booking, manager, coordinator):
    add(SendRule(**{**vars(TIMES), "event": Event.MOVED}))

    move(booking.session, later(booking.session, by=DAY), by=coordinator, now=NOW + MINUTE)

    assert heard(manager, NOW + MINUTE) == [OWN]


def test_planning_again_writes_nothing_more(booking, manager):
    occasion = f"booking {booking.id}"
    cancel(booking, now=NOW + MINUTE)
    before = outbox(occasion)

    heal(NOW + MINUTE)

    assert outbox(occasion) == before
    assert TIME_OVER in waiting_kinds(f"booking {booking.id}")
    assert heard(manager, NOW + MINUTE) == [TIME_OVER]
    heal(NOW + DAY)
    assert heard(manager, NOW + DAY) == []


def test_the_end_is_told_also_of_somebody_whose_account_is_disabled(booking, manager):
    with transaction():
        booking.person.is_active = False

    cancel(booking, now=NOW + MINUTE)

    assert heard(manager, NOW + MINUTE) == [TIME_OVER]


def test_a_line_manager_who_is_disabled_hears_nothing(booking, manager):
    with transaction():
        manager.is_active = False

    cancel(booking, now=NOW + MINUTE)

    assert heard(manager, NOW + MINUTE) == []


def test_no_new_time_of_somebody_whose_account_is_disabled(booking, manager, coordinator):
    with transaction():
        booking.person.is_active = False

    move(booking.session, later(booking.session, by=DAY), by=coordinator, now=NOW + MINUTE)

    assert heard(manager, NOW + MINUTE) == []


def test_a_former_line_manager_hears_that_the_old_time_is_free_and_no_new_one(
    make, booking, manager, coordinator
):
    other = make.person()
    with transaction():
        booking.person.line_manager_id = other.id

    move(booking.session, later(booking.session, by=DAY), by=coordinator, now=NOW + MINUTE)

    letter = letter_to(manager, NOW + MINUTE)
    assert letter.kind == TIME_OVER
    assert "When: Thursday 1 April 2027" in letter.draft.text
    assert "2 April" not in letter.draft.text
    heal(NOW + 2 * MINUTE)
    assert heard(manager, NOW + 2 * MINUTE) == []


def test_who_knows_the_time_as_it_is_hears_nothing_when_another_manages(
    make, booking, manager, coordinator
):
    move(booking.session, later(booking.session, by=DAY), by=coordinator, now=NOW + MINUTE)
    assert heard(manager, NOW + MINUTE) == [NEW_TIME]
    other = make.person()
    with transaction():
        booking.person.line_manager_id = other.id

    heal(NOW + 2 * MINUTE)

    assert heard(manager, NOW + 2 * MINUTE) == []


def test_a_rule_for_moves_that_is_too_late_for_this_one_does_not_silence_it(
    booking, manager, coordinator
):
    add(SendRule(**{**vars(TIMES), "event": Event.MOVED, "days": 60, "at": time(9)}))

    move(booking.session, later(booking.session, by=DAY), by=coordinator, now=NOW + MINUTE)

    assert heard(manager, NOW + MINUTE) == [NEW_TIME]


def test_a_rule_for_moves_that_came_after_this_one_does_not_silence_it(
    booking, manager, coordinator
):
    move(booking.session, later(booking.session, by=DAY), by=coordinator, now=NOW + MINUTE)
    with transaction():
        moved = SendRule(**{**vars(TIMES), "event": Event.MOVED})
        ruling.add(moved, also_past=False, now=NOW + 2 * MINUTE)
    heal(NOW + 2 * MINUTE)

    assert heard(manager, NOW + 2 * MINUTE) == [NEW_TIME]


def test_both_messages_need_the_time_and_name_no_reason(booking, manager, coordinator):
    call_off(booking.session, by=coordinator, now=NOW + MINUTE, reason="The room is flooded")

    text = letter_to(manager, NOW + MINUTE).draft.text

    assert "flooded" not in text
    assert "cancel" not in text.lower()


def test_the_new_time_is_of_no_use_after_the_start(booking, manager, coordinator):
    move(booking.session, later(booking.session, by=DAY), by=coordinator, now=NOW + MINUTE)

    assert heard(manager, booking.session.starts_at) == []
    assert isinstance(booking.person, Person)
    assert NEW_TIME not in waiting_kinds(f"booking {booking.id}")
