"""What a session needs: a second person (TR-07), 12 people (CC-01), a decision (CF-28), attendance.

Attendance is EV-50.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from swa.home.rules.needs import SOON, Need, Standing, list_needs

START = datetime(2026, 5, 7, 9, tzinfo=UTC)
READY = Standing(
    starts_at=START,
    ends_at=START + timedelta(hours=2),
    people=12,
    smallest=12,
    is_published=True,
    has_facilitator=True,
    has_second_person=True,
    waits_for_decision=False,
    is_attendance_saved=False,
)
A_WEEK_BEFORE = START - timedelta(days=7)


def needs(*, now=A_WEEK_BEFORE, **changes):
    return list_needs(replace(READY, **changes), now=now)


def test_a_session_that_has_everything_needs_nothing():
    assert needs() == ()


@pytest.mark.parametrize(
    ("changes", "need"),
    [
        pytest.param({"has_facilitator": False}, Need.FACILITATOR, id="nobody leads"),
        pytest.param({"has_second_person": False}, Need.SECOND_PERSON, id="nobody beside"),
        pytest.param({"waits_for_decision": True}, Need.DECIDE, id="a decision is due"),
        pytest.param({"words_to_read": 1}, Need.READ_AGAIN, id="words for another date"),
        pytest.param({"people": 11}, Need.MORE_PEOPLE, id="eleven people"),
        pytest.param({"is_published": False}, Need.PUBLISH, id="a draft"),
    ],
)
def test_says_what_is_missing(changes, need):
    assert needs(**changes) == (need,)


@pytest.mark.parametrize(("early", "found"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_low_numbers_are_said_within_two_weeks_only(early, found):
    assert (Need.MORE_PEOPLE in needs(now=START - SOON - early, people=0)) is found


def test_words_to_read_again_are_said_also_when_it_is_over():
    now = START + timedelta(hours=2)

    assert needs(now=now, words_to_read=2) == (Need.READ_AGAIN, Need.ATTENDANCE)
    assert needs(now=now, words_to_read=2, is_attendance_saved=True) == (Need.READ_AGAIN,)


def test_a_draft_has_no_low_numbers():
    assert needs(is_published=False, people=0) == (Need.PUBLISH,)


def test_the_most_pressing_comes_first():
    assert needs(waits_for_decision=True, has_second_person=False, people=3) == (
        Need.DECIDE,
        Need.SECOND_PERSON,
        Need.MORE_PEOPLE,
    )


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        pytest.param({}, (Need.ATTENDANCE,), id="nobody has saved it"),
        pytest.param({"is_attendance_saved": True}, (), id="it is saved"),
        pytest.param({"people": 0}, (), id="nobody came"),
        pytest.param({"is_published": False}, (), id="it never took place"),
        pytest.param({"has_second_person": False}, (Need.ATTENDANCE,), id="too late for the rest"),
    ],
)
def test_after_the_end_only_attendance_is_left(changes, found):
    assert needs(now=READY.ends_at, **changes) == found


@pytest.mark.parametrize(("second", "found"), [(True, ()), (False, (Need.SECOND_PERSON,))])
def test_while_it_runs_it_needs_two_people(second, found):
    assert needs(now=START, has_second_person=second, people=3, waits_for_decision=True) == found
