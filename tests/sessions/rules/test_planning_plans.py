"""TR-02, TR-03, TR-04, TR-05, TR-15, TR-25, CF-16, CF-22, MT-07, SS-16: what belongs in a session
plan."""

import pytest

from swa.sessions.rules import plans
from swa.sessions.rules.plans import SegmentRefused
from swa.sessions.types import Segment, SegmentKind, TopicKind

TALK = Segment(30, SegmentKind.TALK, "Principles")
TRY = Segment(30, SegmentKind.INTERACTIVE, "In pairs")
BREAK = Segment(15, SegmentKind.BREAK, "Break")
MEET = Segment(45, SegmentKind.DISCUSSION, "Meet each other")
FULL = (TRY, BREAK, MEET)


def faults(*plan, minutes=120):
    return [
        (fault.message, fault.is_must) for fault in plans.list_plan_faults(plan, minutes=minutes)
    ]


def test_a_full_plan_lacks_nothing():
    assert faults(*FULL) == []


def test_an_empty_plan_is_one_fault():
    assert faults() == [("Add the parts of the session plan", True)]


def test_a_plan_has_time_for_networking():
    assert faults(TRY, BREAK) == [("Add a part for networking or discussion", True)]


def test_a_plan_has_a_break():
    assert faults(TRY, MEET) == [("Add a break", True)]


def test_a_plan_without_interaction_is_only_warned_of():
    assert faults(TALK, BREAK, MEET) == [("Add a part in which people try something out", False)]


@pytest.mark.parametrize(
    "kind", [SegmentKind.INTERACTIVE, SegmentKind.PRACTICE, SegmentKind.CASE_STUDY]
)
def test_practice_and_case_studies_are_interactive(kind):
    assert faults(Segment(10, kind, "Try it"), BREAK, MEET) == []


@pytest.mark.parametrize(
    ("minutes", "message"),
    [
        pytest.param(91, None, id="a minute to spare"),
        pytest.param(90, None, id="exactly"),
        pytest.param(89, "Shorten the plan – it is 1 minute too long", id="a minute over"),
        pytest.param(80, "Shorten the plan – it is 10 minutes too long", id="ten over"),
    ],
)
def test_the_parts_fit_into_the_session(minutes, message):
    assert faults(*FULL, minutes=minutes) == ([(message, True)] if message else [])


@pytest.mark.parametrize(
    ("segment", "field"),
    [
        (Segment(10, SegmentKind.TALK, ""), "title"),
        (Segment(10, SegmentKind.TALK, "Two\nlines"), "title"),
        (Segment(0, SegmentKind.TALK, "Short"), "minutes"),
        (Segment(601, SegmentKind.TALK, "Long"), "minutes"),
    ],
)
def test_a_part_has_a_title_and_a_length(segment, field):
    with pytest.raises(SegmentRefused) as refusal:
        plans.check_segment(segment)

    assert refusal.value.field == field


@pytest.mark.parametrize("minutes", [1, 600])
def test_a_part_may_be_as_short_as_a_minute(minutes):
    plans.check_segment(Segment(minutes, SegmentKind.TALK, "Talk"))


@pytest.mark.parametrize(
    ("position", "by", "order"),
    [
        pytest.param(2, -1, (BREAK, TRY, MEET), id="earlier"),
        pytest.param(2, 1, (TRY, MEET, BREAK), id="later"),
        pytest.param(1, -1, FULL, id="the first stays first"),
        pytest.param(3, 1, FULL, id="the last stays last"),
        pytest.param(4, -1, FULL, id="there is no fourth"),
        pytest.param(0, 1, FULL, id="there is none before the first"),
    ],
)
def test_parts_move_one_step(position, by, order):
    assert plans.move(FULL, position, by=by) == order


@pytest.mark.parametrize("kind", TopicKind)
@pytest.mark.parametrize("minutes", [15, 60, 97, 120, 600])
def test_the_example_fills_the_session_and_passes_the_checklist(kind, minutes):
    example = plans.example_plan(kind, minutes=minutes)

    assert plans.plan_minutes(example) == minutes
    assert plans.list_plan_faults(example, minutes=minutes) == ()


def test_the_core_example_practises():
    kinds = {part.kind for part in plans.example_plan(TopicKind.CORE, minutes=120)}

    assert {SegmentKind.PRACTICE, SegmentKind.CASE_STUDY} <= kinds


def test_the_specialist_example_has_the_five_sections_in_order():
    titles = [part.title for part in plans.example_plan(TopicKind.SPECIALIST, minutes=120)]

    wanted = ["look out for", "triage", "Key elements", "How to refer", "discussion"]
    places = [next(n for n, title in enumerate(titles) if words in title) for words in wanted]
    assert places == sorted(places)
