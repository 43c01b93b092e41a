"""When somebody must decide that a session goes ahead: CC-01, CC-03, CF-27, CF-28, IN-12."""

from datetime import UTC, datetime, timedelta

import pytest

from swa.sessions.rules import go_ahead as rules
from swa.sessions.types import Claim, Doubt, PlaceRules

START = datetime(2027, 4, 1, 13, 0, tzinfo=UTC)  # 2pm in London, after the clocks went forward
FIRST = datetime(2027, 3, 25, 9, 0, tzinfo=UTC)  # 9am in London, before they did
MOMENT = timedelta(microseconds=1)


def people(number: int, organisations: int) -> list[Claim]:
    return [Claim(number, number % organisations, None) for number in range(number)]


@pytest.mark.parametrize(
    ("confirmed", "doubts"),
    [
        pytest.param([], (Doubt.BELOW,), id="nobody"),
        pytest.param(people(11, 2), (Doubt.BELOW,), id="eleven"),
        pytest.param(people(12, 2), (), id="twelve from two organisations"),
        pytest.param(people(12, 1), (Doubt.ONE_ORGANISATION,), id="twelve from one"),
        pytest.param(people(11, 1), (Doubt.BELOW, Doubt.ONE_ORGANISATION), id="eleven from one"),
    ],
)
def test_why_somebody_must_decide(confirmed, doubts):
    assert rules.why_decide(confirmed, PlaceRules()) == doubts


def test_the_first_question_comes_at_nine_in_london_seven_calendar_days_before():
    assert rules.asked_from(START, 7) == FIRST


@pytest.mark.parametrize(
    ("now", "is_due"),
    [
        (FIRST - MOMENT, False),
        (FIRST, True),
        (START - MOMENT, True),
        (START, False),
    ],
)
def test_the_question_is_open_until_the_start(now, is_due):
    assert rules.is_question_due(START, 7, now=now) is is_due


@pytest.mark.parametrize(
    ("now", "number"),
    [
        pytest.param(FIRST, 1, id="at the first moment"),
        pytest.param(FIRST + timedelta(hours=14), 1, id="late in the first evening"),
        pytest.param(FIRST + timedelta(days=1) - MOMENT, 1, id="before nine on the next day"),
        pytest.param(FIRST + timedelta(days=1), 2, id="nine on the next day"),
        pytest.param(
            datetime(2027, 3, 28, 8, 0, tzinfo=UTC), 4, id="nine in summer time is eight in UTC"
        ),
        pytest.param(START - MOMENT, 8, id="on the day of the session"),
    ],
)
def test_there_is_one_question_a_day(now, number):
    assert rules.number_of_question(START, 7, now=now) == number


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_an_empty_reason_is_refused(reason):
    with pytest.raises(rules.ReasonMissing):
        rules.check_reason(reason)
