"""Writing the plan of a session: parts, their order, and the word that it is agreed."""

from collections.abc import Sequence
from datetime import datetime

from swa.core.db import db
from swa.people.models import Person
from swa.people.services import audit
from swa.sessions.models import PlanSegment, TrainingSession
from swa.sessions.queries.access import lock_session
from swa.sessions.rules import plans as rules
from swa.sessions.services.readiness import check_still_ready
from swa.sessions.types import Segment


def set_plan(
    session: TrainingSession, plan: Sequence[Segment], *, by: Person, now: datetime
) -> None:
    """Replace the whole plan; a plan that changed has to be agreed again.

    Raises:
        SegmentRefused: A part has no title, or a length that no session has.
        TooManySegments: More parts than a page can hold.
        NotReady: A published session would be without its break or discussion.

    Source:
        TR-02 to TR-05.
    """
    lock_session(session)
    if len(plan) > rules.MOST_SEGMENTS:
        raise rules.TooManySegments
    for segment in plan:
        rules.check_segment(segment)
    # Positions are unique within a session, so the old parts go first.
    session.plan.clear()
    db.session.flush()
    session.plan.extend(
        PlanSegment(position=position, segment=segment) for position, segment in enumerate(plan, 1)
    )
    session.is_plan_agreed = False
    check_still_ready(session, now=now)
    about = f"session {session.id}"
    audit.record("session plan set", about=about, by_id=by.id, now=now)


def add_segment(session: TrainingSession, segment: Segment, *, by: Person, now: datetime) -> None:
    """Add a part at the end of the plan."""
    set_plan(session, [*plan_of(session), segment], by=by, now=now)


def change_segment(
    session: TrainingSession, position: int, segment: Segment, *, by: Person, now: datetime
) -> None:
    """Replace one part; positions count from 1. A part that has gone is added at the end."""
    plan = plan_of(session)
    at = max(position, 1)
    plan[at - 1 : at] = [segment]
    set_plan(session, plan, by=by, now=now)


def move_segment(
    session: TrainingSession, position: int, *, places: int, by: Person, now: datetime
) -> None:
    """Move one part earlier (-1) or later (1); nothing moves past an end."""
    plan = plan_of(session)
    moved = rules.move_segment(plan, position, by=places)
    if list(moved) != plan:
        set_plan(session, moved, by=by, now=now)


def remove_segment(session: TrainingSession, position: int, *, by: Person, now: datetime) -> None:
    """Take one part out of the plan; one that has gone already changes nothing."""
    plan = plan_of(session)
    if 1 <= position <= len(plan):
        del plan[position - 1]
        set_plan(session, plan, by=by, now=now)


def start_with_example(session: TrainingSession, *, by: Person, now: datetime) -> None:
    """Fill an empty plan with the example for this kind of topic and this length.

    Raises:
        PlanIsNotEmpty: Somebody has written parts already.

    Source:
        SS-16.
    """
    if session.plan:
        raise rules.PlanIsNotEmpty
    example = rules.example_plan(session.topic.kind, minutes=session.duration_minutes)
    set_plan(session, example, by=by, now=now)


def agree_plan(session: TrainingSession, *, is_agreed: bool, by: Person, now: datetime) -> None:
    """Note that facilitator and coordinator have agreed the plan, or that they have not (TR-02)."""
    lock_session(session)
    if session.is_plan_agreed == is_agreed:
        return
    session.is_plan_agreed = is_agreed
    what = "session plan agreed" if is_agreed else "session plan not agreed"
    audit.record(what, about=f"session {session.id}", by_id=by.id, now=now)


def plan_of(session: TrainingSession) -> list[Segment]:
    """Return the parts in order."""
    return [part.segment for part in session.plan]
