"""What a change of an event means: SEQUENCE, answer and stamp (DC-11, IN-09)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swa.calendars.rules import changes as rules
from swa.calendars.types import Answer, Change, Event

START = datetime(2027, 3, 3, 9, 30, tzinfo=UTC)
EVENT = Event(
    title="Core Conversations",
    description="Bring a pen.",
    location="Room 1",
    url="https://swa.example.org/sessions/1",
    starts_at=START,
    ends_at=START + timedelta(hours=2),
)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("changed", "change"),
    [
        pytest.param({}, Change.NONE, id="nothing"),
        pytest.param({"title": "Housing"}, Change.TEXT, id="title"),
        pytest.param({"description": ""}, Change.TEXT, id="description"),
        pytest.param({"url": ""}, Change.TEXT, id="link"),
        pytest.param({"location": "Room 2"}, Change.PLACE, id="place"),
        pytest.param({"location": "Room 2", "title": "Housing"}, Change.PLACE, id="place and text"),
        pytest.param({"starts_at": START + SECOND}, Change.TIME, id="start"),
        pytest.param({"ends_at": START + SECOND}, Change.TIME, id="end"),
        pytest.param({"ends_at": START + SECOND, "location": ""}, Change.TIME, id="time and place"),
        pytest.param(
            {"starts_at": START.astimezone(timezone(timedelta(hours=5)))},
            Change.NONE,
            id="the same moment told in another zone",
        ),
    ],
)
def test_the_greatest_difference_counts(changed, change):
    assert rules.compare_events(EVENT, replace(EVENT, **changed)) is change


@pytest.mark.parametrize(
    ("change", "sequence", "answer"),
    [
        (Change.NONE, 4, Answer.ACCEPTED),
        (Change.TEXT, 4, Answer.ACCEPTED),
        (Change.PLACE, 5, Answer.NEEDS_ACTION),
        (Change.TIME, 5, Answer.NEEDS_ACTION),
    ],
)
def test_a_new_place_or_time_asks_again(change, sequence, answer):
    assert rules.next_sequence(4, change) == sequence
    assert rules.next_answer(Answer.ACCEPTED, change) is answer


@given(st.lists(st.sampled_from(Change), max_size=30), st.integers(0, 1000))
def test_the_sequence_is_never_lowered(changes, sequence):
    for change in changes:
        raised = rules.next_sequence(sequence, change)
        assert raised >= sequence
        sequence = raised


@given(st.integers(-10_000, 10_000))
@settings(max_examples=300)
def test_a_later_revision_has_a_later_stamp_whatever_the_clock_says(minutes):
    now = START + timedelta(minutes=minutes)

    stamp = rules.next_stamp(START, now)

    assert stamp >= START + SECOND
    assert stamp >= now


@pytest.mark.parametrize(
    ("distance", "is_over"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)]
)
def test_an_event_is_over_from_its_very_end(distance, is_over):
    assert rules.is_over(EVENT, EVENT.ends_at + distance) is is_over
