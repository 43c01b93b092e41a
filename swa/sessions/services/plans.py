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


def add_segment(session: TrainingSession, segment: Segment, *, by: Person, now: datetime) -> None:
    """Add a part at the end of the plan; a plan that changed has to be agreed again.

    Raises:
        SegmentRefused: It has no title, or a length that no session has.
        TooManySegments: The plan has as many parts as a page can hold.

    Source:
        TR-02 to TR-05.
    """
    lock_session(session)
    if len(session.plan) >= rules.MOST_SEGMENTS:
        raise rules.TooManySegments
    rules.check_segment(segment)
    session.plan.append(PlanSegment(position=len(session.plan) + 1, segment=segment))
    _finish(session, by=by, now=now)


def change_segment(
    session: TrainingSession, segment_id: int, segment: Segment, *, by: Person, now: datetime
) -> None:
    """Replace what one part is about; one that has gone meanwhile changes nothing.

    Raises:
        SegmentRefused: It has no title, or a length that no session has.
        NotReady: A published session would be without its break or discussion.
    """
    lock_session(session)
    rules.check_segment(segment)
    for part in session.plan:
        if part.id == segment_id and part.segment != segment:
            part.segment = segment
            _finish(session, by=by, now=now)


def move_segment(
    session: TrainingSession, segment_id: int, *, places: int, by: Person, now: datetime
) -> None:
    """Move one part earlier (-1) or later (1); nothing moves past an end."""
    lock_session(session)
    moved = rules.move(session.plan, _place_of(session, segment_id), by=places)
    if list(moved) != list(session.plan):
        _number(moved)
        _finish(session, by=by, now=now)


def remove_segment(session: TrainingSession, segment_id: int, *, by: Person, now: datetime) -> None:
    """Take one part out of the plan; one that has gone already changes nothing.

    Raises:
        NotReady: A published session would be without its break or discussion.
    """
    lock_session(session)
    position = _place_of(session, segment_id)
    if position:
        session.plan.pop(position - 1)
        db.session.flush()
        _number(session.plan)
        _finish(session, by=by, now=now)


def start_with_example(session: TrainingSession, *, by: Person, now: datetime) -> None:
    """Fill an empty plan with the example for this kind of topic and this length.

    Raises:
        PlanIsNotEmpty: Somebody has written parts already.

    Source:
        SS-16.
    """
    lock_session(session)
    if session.plan:
        raise rules.PlanIsNotEmpty
    example = rules.example_plan(session.topic.kind, minutes=session.duration_minutes)
    session.plan.extend(
        PlanSegment(position=position, segment=segment)
        for position, segment in enumerate(example, 1)
    )
    _finish(session, by=by, now=now)


def agree_plan(session: TrainingSession, *, is_agreed: bool, by: Person, now: datetime) -> None:
    """Note that facilitator and coordinator have agreed the plan, or that they have not (TR-02)."""
    lock_session(session)
    if session.is_plan_agreed == is_agreed:
        return
    session.is_plan_agreed = is_agreed
    what = "session plan agreed" if is_agreed else "session plan not agreed"
    audit.record(what, about=f"session {session.id}", by_id=by.id, now=now)


def _place_of(session: TrainingSession, segment_id: int) -> int:
    """Return the position of a part, 0 for one that has gone."""
    return next((part.position for part in session.plan if part.id == segment_id), 0)


def _number(parts: Sequence[PlanSegment]) -> None:
    """Number the parts afresh; by way of negative numbers, since positions are unique."""
    for sign in (-1, 1):
        for position, part in enumerate(parts, 1):
            part.position = sign * position
        db.session.flush()


def _finish(session: TrainingSession, *, by: Person, now: datetime) -> None:
    session.is_plan_agreed = False
    db.session.flush()
    db.session.refresh(session, ["plan"])
    check_still_ready(session, now=now)
    about = f"session {session.id}"
    audit.record("session plan set", about=about, by_id=by.id, now=now)
