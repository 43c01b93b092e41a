"""SS-16, TR-02, TR-04, TR-05: writing the plan of a session."""

import pytest

from swa.core.clock import utc_now
from swa.core.db import transaction
from swa.sessions.rules.plans import PlanIsNotEmpty, SegmentRefused, TooManySegments
from swa.sessions.rules.publishing import NotReady
from swa.sessions.services import plans
from swa.sessions.types import Segment, SegmentKind, SessionStatus, TopicKind

TALK = Segment(10, SegmentKind.TALK, "Welcome")


def do(service, session, *arguments, **names):
    with transaction():
        service(session, *arguments, by=session.lead_facilitator, now=utc_now(), **names)


def titles(session):
    return [part.segment.title for part in session.plan]


@pytest.fixture
def draft(make):
    return make.session(status=SessionStatus.DRAFT, is_plan_agreed=True)


def test_a_new_part_comes_last_and_the_plan_is_agreed_afresh(draft):
    do(plans.add_segment, draft, TALK)

    assert titles(draft)[-1] == "Welcome"
    assert [part.position for part in draft.plan] == [1, 2, 3, 4]
    assert not draft.is_plan_agreed


def part(session, position):
    return session.plan[position - 1].id


def test_a_part_is_changed_in_its_place(draft):
    do(plans.change_segment, draft, part(draft, 1), TALK)

    assert titles(draft) == ["Welcome", "Break", "What we take back to our teams"]
    assert not draft.is_plan_agreed


def test_a_part_that_has_gone_changes_nothing(draft):
    do(plans.change_segment, draft, 999_999, TALK)
    do(plans.move_segment, draft, 999_999, places=1)
    do(plans.remove_segment, draft, 999_999)

    assert len(draft.plan) == 3
    assert draft.is_plan_agreed


def test_parts_change_places(draft):
    do(plans.move_segment, draft, part(draft, 2), places=-1)

    assert titles(draft)[:2] == ["Break", "Listening in pairs"]
    assert [row.position for row in draft.plan] == [1, 2, 3]


def test_a_part_keeps_its_number_when_it_moves(draft):
    first = part(draft, 1)

    do(plans.move_segment, draft, first, places=1)
    do(plans.move_segment, draft, first, places=1)

    assert part(draft, 3) == first


def test_moving_past_the_end_changes_nothing(draft):
    do(plans.move_segment, draft, part(draft, 3), places=1)

    assert draft.is_plan_agreed


def test_a_part_is_removed_once(draft):
    middle = part(draft, 2)

    do(plans.remove_segment, draft, middle)
    do(plans.remove_segment, draft, middle)

    assert titles(draft) == ["Listening in pairs", "What we take back to our teams"]
    assert [row.position for row in draft.plan] == [1, 2]


def test_a_part_without_a_title_is_refused(draft):
    with pytest.raises(SegmentRefused):
        do(plans.add_segment, draft, Segment(5, SegmentKind.TALK, ""))
    with pytest.raises(SegmentRefused):
        do(plans.change_segment, draft, part(draft, 1), Segment(0, SegmentKind.TALK, "x"))

    assert len(draft.plan) == 3


def test_a_plan_has_at_most_thirty_parts(make):
    session = make.session(status=SessionStatus.DRAFT, plan=[TALK] * 29)

    do(plans.add_segment, session, TALK)
    with pytest.raises(TooManySegments):
        do(plans.add_segment, session, TALK)

    assert len(session.plan) == 30


@pytest.mark.parametrize("kind", TopicKind)
def test_an_empty_plan_starts_with_the_example(make, kind):
    session = make.session(topic=make.topic(kind=kind), status=SessionStatus.DRAFT, plan=())

    do(plans.start_with_example, session)

    assert len(session.plan) == 6
    assert sum(part.segment.minutes for part in session.plan) == session.duration_minutes


def test_the_example_never_replaces_anything(draft):
    with pytest.raises(PlanIsNotEmpty):
        do(plans.start_with_example, draft)


def test_a_plan_is_agreed_and_not_agreed_again(draft):
    do(plans.agree_plan, draft, is_agreed=True)
    do(plans.agree_plan, draft, is_agreed=False)

    assert not draft.is_plan_agreed


def test_a_published_session_keeps_its_break(make):
    session = make.session()

    with pytest.raises(NotReady):
        do(plans.remove_segment, session, part(session, 2))

    assert len(session.plan) == 3
