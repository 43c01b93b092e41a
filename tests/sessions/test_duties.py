"""Who is leaving, and which sessions are left without them (OT-10)."""

from swa.core import clock
from swa.sessions.queries.duties import list_duties
from swa.sessions.types import SessionStatus
from tests.support.factories import soon


def duties_of(person):
    return [(duty.part, duty.path) for duty in list_duties(person.id, now=clock.utc_now())]


def test_each_part_at_a_coming_session_is_listed_the_next_first(make):
    person = make.facilitator()
    later = make.session(starts_at=soon(days=9), support_person_id=person.id)
    sooner = make.session(starts_at=soon(days=2), lead_facilitator_id=person.id)

    assert duties_of(person) == [
        ("Lead facilitator", f"/sessions/{sooner.id}/desk"),
        ("Support person", f"/sessions/{later.id}/desk"),
    ]


def test_past_and_cancelled_sessions_and_those_of_others_are_not(make):
    person = make.facilitator()
    make.session(starts_at=soon(days=-2), lead_facilitator_id=person.id)
    make.session(lead_facilitator_id=person.id, status=SessionStatus.CANCELLED)
    make.session()

    assert duties_of(person) == []


def test_a_session_that_has_begun_still_needs_its_people(make):
    person = make.facilitator()
    make.session(starts_at=soon(minutes=-30), lead_facilitator_id=person.id)

    assert [part for part, _ in duties_of(person)] == ["Lead facilitator"]
