"""AN-05, AN-28, DC-08, IN-19, OT-07, SS-07, TR-07, TR-10, TR-18, TR-21: publishing a session."""

import pytest
from sqlalchemy import select

from swa.core.clock import utc_now
from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.people.models import AuditEvent
from swa.sessions.rules.planning import BusyElsewhere
from swa.sessions.rules.publishing import AlreadyCancelled, NotReady, ReasonMissing
from swa.sessions.services.publishing import publish_session
from swa.sessions.services.readiness import check_still_ready, list_findings
from swa.sessions.types import SessionStatus, TopicKind
from tests.support.factories import PLAN, soon

DRAFT = SessionStatus.DRAFT


def publish(session, **names):
    with transaction():
        publish_session(session, by=session.lead_facilitator, now=utc_now(), **names)


def lines():
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(event.what, event.fields) for event in events]


def specialist(make, **columns):
    texts = dict.fromkeys(("look_out_for", "triage", "key_elements", "discussion"), "Words")
    topic = make.topic(kind=TopicKind.SPECIALIST, **texts)
    return make.session(topic=topic, status=DRAFT, **columns)


def test_a_complete_draft_is_published(make):
    session = make.session(status=DRAFT, is_plan_agreed=True)

    publish(session)

    assert session.is_published
    assert session.published_at is not None
    assert lines() == [("session published", "")]


def test_publishing_twice_changes_nothing(make):
    session = make.session(status=DRAFT)

    publish(session)
    at = session.published_at
    publish(session)

    assert session.published_at == at
    assert len(lines()) == 1


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"support_person_id": None}, id="nobody beside the facilitator"),
        pytest.param({"online_link": ""}, id="no link"),
        pytest.param({"plan": PLAN[:2]}, id="no time to meet"),
        pytest.param({"starts_at": soon(days=-1)}, id="yesterday"),
        pytest.param({"resources": ""}, id="no word about resources"),
    ],
)
def test_an_incomplete_draft_stays_one(make, columns):
    session = make.session(status=DRAFT, **columns)

    with pytest.raises(NotReady) as refusal:
        publish(session)

    assert len(refusal.value.gaps) == 1
    assert session.status is DRAFT
    assert lines() == []


def test_a_topic_without_overview_holds_its_sessions_up(make):
    session = make.session(topic=make.topic(overview=""), status=DRAFT)

    with pytest.raises(NotReady):
        publish(session)


def test_a_specialist_session_without_how_to_refer_is_held_up(make):
    session = specialist(make, providers=[make.organisation()])
    with transaction():
        session.topic.how_to_refer = ""

    with pytest.raises(NotReady) as refusal:
        publish(session)

    assert [gap.message for gap in refusal.value.gaps] == ["Enter how to refer"]


def test_a_specialist_session_names_its_provider(make):
    with pytest.raises(NotReady) as refusal:
        publish(specialist(make))

    assert [gap.message for gap in refusal.value.gaps] == [
        "Select the organisations that run the session"
    ]


def test_those_who_take_the_referrals_publish_without_a_reason(make):
    praxis = make.organisation()
    lead = make.facilitator(organisation=praxis)
    session = specialist(make, providers=[praxis], lead_facilitator_id=lead.id)

    publish(session)

    assert session.is_published
    assert session.referral_reason == ""


def test_outsiders_publish_with_a_reason_that_is_kept(make):
    session = specialist(make, providers=[make.organisation()], is_plan_agreed=True)

    with pytest.raises(ReasonMissing):
        publish(session)
    publish(session, referral_reason="A colleague of the service answers questions")

    assert session.referral_reason == "A colleague of the service answers questions"
    assert lines() == [("session published", "advice on providers")]


def test_a_reason_that_nobody_asked_for_is_not_kept(make):
    session = make.session(status=DRAFT)

    publish(session, referral_reason="Just because")

    assert session.referral_reason == ""


def test_advice_that_was_passed_over_is_in_the_record(make):
    publish(make.session(status=DRAFT, is_plan_agreed=False))

    assert lines() == [("session published", "advice on plan")]


def test_somebody_busy_elsewhere_holds_publishing_up(make):
    other = make.session()
    session = make.session(
        status=DRAFT, starts_at=other.starts_at, support_person_id=other.support_person_id
    )

    with pytest.raises(BusyElsewhere):
        publish(session)


def test_a_cancelled_session_is_not_published_again(make):
    with pytest.raises(AlreadyCancelled):
        publish(make.session(status=SessionStatus.CANCELLED))


def test_those_who_run_it_are_invited(make):
    session = make.session(status=DRAFT)

    publish(session)

    told = {row.person_id for row in db.session.scalars(select(OutboxMessage))}
    assert told == {session.lead_facilitator_id, session.support_person_id}


def lose(person, how):
    with transaction():
        if how == "account":
            person.is_active = False
        else:
            person.grants.clear()


@pytest.mark.parametrize("how", ["account", "role"])
@pytest.mark.parametrize(
    ("column", "part"),
    [
        ("lead_facilitator_id", "lead facilitator"),
        ("support_person_id", "support person"),
        ("co_facilitator_id", "co-facilitator"),
    ],
)
def test_nobody_is_named_who_no_longer_runs_sessions(make, column, part, how):
    person = make.facilitator()
    session = make.session(status=DRAFT, **{column: person.id})
    lose(person, how)

    with pytest.raises(NotReady) as refused:
        publish(session)

    (gap,) = refused.value.gaps
    assert gap.message == f"Select another {part} – the one named no longer runs sessions"


def test_a_coordinator_without_the_facilitator_role_may_be_named(make):
    person = make.coordinator()
    session = make.session(status=DRAFT, support_person_id=person.id)

    publish(session)

    assert session.is_published


def test_who_left_does_not_keep_the_others_from_mending_the_rest(make):
    session = make.session()
    lose(session.support_person, "account")

    with transaction():
        check_still_ready(session, now=utc_now())

    assert [finding.task for finding in list_findings(session, now=utc_now())] == ["people", "plan"]
