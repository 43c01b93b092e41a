"""When attendance is open and who may be added: EV-50, IN-08, IN-13, IN-15, TR-09, CC-02."""

from datetime import UTC, datetime, timedelta

import pytest

from swa.sessions.rules import attendance as rules
from swa.sessions.types import Mark, SessionStatus

START = datetime(2027, 6, 1, 8, 30, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
PUBLISHED = SessionStatus.PUBLISHED


def test_attendance_opens_half_an_hour_before_the_start():
    opens_at = START - timedelta(minutes=30)

    rules.check_open(PUBLISHED, START, now=opens_at)

    with pytest.raises(rules.AttendanceNotOpen):
        rules.check_open(PUBLISHED, START, now=opens_at - MOMENT)


@pytest.mark.parametrize("status", [SessionStatus.DRAFT, SessionStatus.CANCELLED])
def test_nobody_is_marked_in_a_session_that_does_not_take_place(status):
    with pytest.raises(rules.SessionWasCalledOff):
        rules.check_open(status, START, now=START)

    with pytest.raises(rules.SessionWasCalledOff):
        rules.check_walk_in(status, START, taken=0, largest=20, now=START)


def test_walk_ins_are_added_from_midnight_in_london_on():
    midnight = datetime(2027, 5, 31, 23, 0, tzinfo=UTC)

    rules.check_walk_in(PUBLISHED, START, taken=0, largest=20, now=midnight)

    with pytest.raises(rules.NotTheDayYet):
        rules.check_walk_in(PUBLISHED, START, taken=0, largest=20, now=midnight - MOMENT)


def test_walk_ins_are_added_until_the_end_of_the_thirtieth_day_in_london():
    end_of_the_day = datetime(2027, 7, 1, 23, 0, tzinfo=UTC)

    rules.check_walk_in(PUBLISHED, START, taken=0, largest=20, now=end_of_the_day - MOMENT)

    with pytest.raises(rules.TooLateToAdd, match="You could add people until 1 July 2027"):
        rules.check_walk_in(PUBLISHED, START, taken=0, largest=20, now=end_of_the_day)


@pytest.mark.parametrize(
    ("days", "status", "why"),
    [
        pytest.param(0, PUBLISHED, "", id="on the day"),
        pytest.param(30, PUBLISHED, "", id="on the last day"),
        pytest.param(31, PUBLISHED, "You could add people until", id="after it"),
        pytest.param(-1, PUBLISHED, "You can add people from the day", id="the day before"),
        pytest.param(0, SessionStatus.CANCELLED, "does not take place", id="called off"),
    ],
)
def test_it_is_said_why_nobody_is_added(days, status, why):
    said = rules.why_no_walk_ins(status, START, now=START + timedelta(days=days))

    assert bool(said) == bool(why)
    assert why in said


def test_the_desk_offers_attendance_from_midnight_in_london_of_the_day():
    midnight = datetime(2027, 5, 31, 23, 0, tzinfo=UTC)

    assert not rules.has_day_come(START, now=midnight - MOMENT)
    assert rules.has_day_come(START, now=midnight)


def test_walk_ins_stop_at_the_maximum():
    rules.check_walk_in(PUBLISHED, START, taken=19, largest=20, now=START)

    with pytest.raises(rules.NoPlaceLeft, match="All 20 places are taken"):
        rules.check_walk_in(PUBLISHED, START, taken=20, largest=20, now=START)


@pytest.mark.parametrize(
    ("wanted", "changes"),
    [
        pytest.param({1: None, 2: Mark.ABSENT}, {}, id="the same as before"),
        pytest.param({1: Mark.PRESENT}, {1: Mark.PRESENT}, id="one mark"),
        pytest.param({2: None}, {2: None}, id="a mark taken back"),
        pytest.param({3: Mark.PRESENT}, {}, id="somebody who is not on the list"),
        pytest.param({}, {}, id="nothing at all"),
    ],
)
def test_only_differences_count(wanted, changes):
    assert rules.find_changes({1: None, 2: Mark.ABSENT}, wanted) == changes
