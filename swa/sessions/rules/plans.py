"""What belongs in the plan of a session, and the example plans to start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from swa.core.errors import RuleBroken
from swa.sessions.rules.texts import LONGEST_MINUTES, is_one_line
from swa.sessions.types import Segment, SegmentKind, TopicKind

Part = TypeVar("Part")
MOST_SEGMENTS = 30
SEGMENT_TITLE_MAX_LENGTH = 200
LED_BY_MAX_LENGTH = 120
INTERACTIVE = frozenset({SegmentKind.INTERACTIVE, SegmentKind.PRACTICE, SegmentKind.CASE_STUDY})


@dataclass(frozen=True)
class PlanFault:
    """Something that is missing from a plan.

    Attributes:
        message: What to do.
        is_must: Whether publishing waits for it; otherwise it is advice.
    """

    message: str
    is_must: bool


class SegmentRefused(RuleBroken):
    """A part of the plan cannot be kept as it was typed."""


class TooManySegments(RuleBroken):
    """A plan has a bound, so that a page stays readable."""

    message = f"A plan can have {MOST_SEGMENTS} parts – remove one before you add another"


class PlanIsNotEmpty(RuleBroken):
    """The example plan never replaces what somebody has written (SS-16)."""

    rule_id = "SS-16"
    message = "This plan has parts already – remove them before you start with the example"


def check_segment(segment: Segment) -> None:
    """Refuse a part without a title or with a length that no session has.

    Raises:
        SegmentRefused: Says which field to mend.

    Source:
        TR-02 (a session plan), IN-14 (one-line titles).
    """
    if not segment.title:
        message = "Enter what this part is about"
        raise SegmentRefused(message, field="title")
    if not is_one_line(segment.title):
        message = "What this part is about must be on one line"
        raise SegmentRefused(message, field="title")
    if not 1 <= segment.minutes <= LONGEST_MINUTES:
        message = f"Minutes must be a whole number from 1 to {LONGEST_MINUTES}"
        raise SegmentRefused(message, field="minutes")


def plan_minutes(plan: Sequence[Segment]) -> int:
    """Add up the parts, in minutes."""
    return sum(segment.minutes for segment in plan)


def list_plan_faults(plan: Sequence[Segment], *, minutes: int) -> tuple[PlanFault, ...]:
    """Compare a plan with what the toolkit asks of one.

    Args:
        plan: The parts in order; may be empty.
        minutes: Length of the session.

    Returns:
        Musts first; empty when nothing is missing.

    Source:
        TR-03 (interactive: advice), TR-04 (networking or discussion), TR-05 (a break), CF-16
        (both kinds of training), CF-22 (the length is the session's own).
    """
    if not plan:
        return (PlanFault("Add the parts of the session plan", is_must=True),)
    kinds = {segment.kind for segment in plan}
    faults = []
    if SegmentKind.DISCUSSION not in kinds:
        faults.append(PlanFault("Add a part for networking or discussion", is_must=True))
    if SegmentKind.BREAK not in kinds:
        faults.append(PlanFault("Add a break", is_must=True))
    if (over := plan_minutes(plan) - minutes) > 0:
        words = f"{over} minute{'s' if over > 1 else ''}"
        faults.append(PlanFault(f"Shorten the plan – it is {words} too long", is_must=True))
    if kinds.isdisjoint(INTERACTIVE):
        faults.append(PlanFault("Add a part in which people try something out", is_must=False))
    return tuple(faults)


def move(plan: Sequence[Part], position: int, *, by: int) -> tuple[Part, ...]:
    """Return the plan with one part moved earlier or later; nothing moves past an end.

    Args:
        plan: The parts in order.
        position: Which one, from 1.
        by: -1 for earlier, 1 for later.
    """
    target = position + by
    if not (1 <= position <= len(plan) and 1 <= target <= len(plan)):
        return tuple(plan)
    moved = list(plan)
    moved.insert(target - 1, moved.pop(position - 1))
    return tuple(moved)


def example_plan(kind: TopicKind, *, minutes: int) -> tuple[Segment, ...]:
    """Return a plan to start from that fills the session exactly.

    Args:
        kind: Core plans practise listening; specialist ones have the five usual sections.
        minutes: Length of the session; the last part takes what is left over.

    Source:
        SS-16 (example plan), SS-09, SS-10, SS-11, SS-12 and SS-13 (five sections in order), TR-15
        (practice), TR-25 (case study), MT-07.
    """
    parts = CORE_EXAMPLE if kind is TopicKind.CORE else SPECIALIST_EXAMPLE
    plan = [
        Segment(max(1, minutes * percent // 100), part_kind, title)
        for percent, part_kind, title in parts
    ]
    last = plan[-1]
    left_over = minutes - plan_minutes(plan)
    plan[-1] = Segment(last.minutes + left_over, last.kind, last.title)
    return tuple(plan)


CORE_EXAMPLE = (
    (10, SegmentKind.INTERACTIVE, "Welcome, and who is in the room"),
    (15, SegmentKind.TALK, "The four principles of a Core Conversation"),
    (10, SegmentKind.CASE_STUDY, "A conversation that changed direction"),
    (10, SegmentKind.BREAK, "Break"),
    (30, SegmentKind.PRACTICE, "Role play in pairs: listening without solving"),
    (25, SegmentKind.DISCUSSION, "What we take back to our teams, and whom we met"),
)
SPECIALIST_EXAMPLE = (
    (15, SegmentKind.INTERACTIVE, "What to look out for when talking with people"),
    (15, SegmentKind.CASE_STUDY, "First advice and triage: a situation from our work"),
    (20, SegmentKind.TALK, "Key elements of the service"),
    (10, SegmentKind.BREAK, "Break"),
    (15, SegmentKind.TALK, "How to refer quickly"),
    (25, SegmentKind.DISCUSSION, "Time for discussion, and for getting to know each other"),
)
