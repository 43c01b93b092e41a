"""AN-05, AN-21, AN-31, DC-08, IN-09, IN-19, MT-08, TR-02, TR-07, TR-12, TR-13, TR-18: how a
session is set up, page by page."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from swa.core.clock import utc_now
from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.people.models import AuditEvent
from swa.sessions.models import TrainingSession
from swa.sessions.rules import planning as rules
from swa.sessions.rules.planning import Crew, JoiningTexts, PlaceAndTime, Prework, Resources
from swa.sessions.rules.publishing import AlreadyCancelled, NotReady
from swa.sessions.services import planning
from swa.sessions.types import Mode, SessionStatus, TopicKind
from tests.support.factories import soon

DRAFT = SessionStatus.DRAFT


def place(**changes):
    whole = PlaceAndTime(soon(), 120, Mode.ONLINE, "https://meet.example.org/a", "", "Newham")
    return replace(whole, **changes)


def do(service, session, *arguments, by=None, **names):
    with transaction():
        service(session, *arguments, by=by or session.lead_facilitator, now=utc_now(), **names)


def plan(topic, by, **changes):
    with transaction():
        return planning.plan_session(topic, place(**changes), by=by, now=utc_now())


def last_line():
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()


def test_a_draft_starts_with_the_words_and_numbers_of_its_topic(make):
    topic = make.topic(places={"largest": 10}, times={"go_ahead_days": 5}, prework_minutes=30)
    facilitator = make.facilitator()

    session = plan(topic, facilitator)

    assert session.status is DRAFT
    assert session.published_at is None
    assert session.joining_instructions == topic.joining_instructions
    assert session.expectations == topic.expectations
    assert (session.prework, session.prework_minutes) == (topic.prework, 30)
    assert (session.places.largest, session.times.go_ahead_days) == (10, 5)
    assert session.duration_minutes == 120
    assert last_line().what == "session planned"


def test_the_draft_keeps_its_words_when_the_topic_changes(make):
    topic = make.topic()
    session = plan(topic, make.facilitator())

    with transaction():
        topic.expectations = "Something else"

    assert session.expectations == "What is said stays in the room."


def test_those_who_run_the_topic_run_the_session(make):
    praxis = make.organisation(name="Praxis")
    topic = make.topic(kind=TopicKind.SPECIALIST, providers=[praxis])

    assert plan(topic, make.facilitator()).providers == [praxis]


def test_a_facilitator_who_plans_leads(make):
    facilitator, coordinator = make.facilitator(), make.coordinator()
    topic = make.topic()

    assert plan(topic, facilitator).lead_facilitator_id == facilitator.id
    assert plan(topic, coordinator).lead_facilitator_id is None


def test_a_busy_facilitator_plans_for_somebody_else(make):
    facilitator, topic = make.facilitator(), make.topic()
    plan(topic, facilitator)

    assert plan(topic, facilitator).lead_facilitator_id is None


def test_a_session_is_not_planned_for_the_past(make):
    with pytest.raises(rules.NotInTheFuture):
        plan(make.topic(), make.facilitator(), starts_at=soon(seconds=-1))


def test_a_draft_moves_freely(make):
    session = make.session(status=DRAFT)
    new = place(starts_at=soon(days=40), mode=Mode.IN_PERSON, venue="Town hall", minutes=60)

    do(planning.set_place, session, new)

    assert (session.starts_at, session.venue, session.duration_minutes) == (
        new.starts_at,
        "Town hall",
        60,
    )


@pytest.mark.parametrize("status", [SessionStatus.PUBLISHED, SessionStatus.CANCELLED])
def test_a_published_session_is_moved_instead(make, status):
    with pytest.raises(rules.ChangesByMoving):
        do(planning.set_place, make.session(status=status), place())


@pytest.mark.parametrize("role", ["lead_facilitator_id", "support_person_id", "co_facilitator_id"])
def test_nobody_runs_two_sessions_at_once(make, role):
    busy = make.facilitator(name="Amina Begum")
    other = make.session(**{role: busy.id})
    session = make.session(status=DRAFT, starts_at=other.starts_at + timedelta(minutes=119))
    crew = Crew(session.lead_facilitator_id, session.support_person_id, busy.id)

    with pytest.raises(
        rules.BusyElsewhere, match="Amina Begum already runs a session on"
    ) as refusal:
        do(planning.set_people, session, crew)

    assert refusal.value.field == "co_facilitator_id"


@pytest.mark.parametrize("minutes", [-120, 120])
def test_one_session_may_begin_when_the_other_ends(make, minutes):
    busy = make.facilitator()
    other = make.session(lead_facilitator_id=busy.id)
    session = make.session(status=DRAFT, starts_at=other.starts_at + timedelta(minutes=minutes))

    do(planning.set_people, session, Crew(busy.id, session.support_person_id))

    assert session.lead_facilitator.id == busy.id


def test_a_cancelled_session_keeps_nobody_busy(make):
    busy = make.facilitator()
    other = make.session(lead_facilitator_id=busy.id, status=SessionStatus.CANCELLED)
    session = make.session(status=DRAFT, starts_at=other.starts_at)

    do(planning.set_people, session, Crew(busy.id, session.support_person_id))

    assert session.lead_facilitator_id == busy.id


def test_a_draft_cannot_move_to_where_its_people_are_busy(make):
    session = make.session(status=DRAFT)
    other = make.session(starts_at=soon(days=50), support_person_id=session.support_person_id)

    with pytest.raises(rules.BusyElsewhere) as refusal:
        do(planning.set_place, session, place(starts_at=other.starts_at))

    assert refusal.value.field == "starts_on"


def test_the_support_person_is_never_the_facilitator(make):
    session = make.session(status=DRAFT)
    lead = session.lead_facilitator_id

    with pytest.raises(rules.SamePersonTwice):
        do(planning.set_people, session, Crew(lead, lead))


def test_two_facilitators_of_two_organisations_run_a_session(make):
    session, other = make.session(status=DRAFT), make.facilitator()
    crew = Crew(session.lead_facilitator_id, session.support_person_id, other.id)

    do(planning.set_people, session, crew)

    assert session.co_facilitator.organisation_id != session.lead_facilitator.organisation_id
    assert (last_line().what, last_line().fields) == ("session people set", "co_facilitator_id")


def test_a_published_session_keeps_its_second_person(make):
    session = make.session()
    lead, support = session.lead_facilitator, session.support_person_id

    with pytest.raises(NotReady) as refusal:
        do(planning.set_people, session, Crew(lead.id, None), by=lead)

    assert [gap.message for gap in refusal.value.gaps] == ["Select the support person"]
    assert session.support_person_id == support


@pytest.mark.parametrize(
    "texts",
    [
        JoiningTexts("Ring the bell", "Everybody is heard"),
        Prework("Watch the film", 15),
        Resources("", has_no_resources=True),
    ],
)
def test_a_session_has_its_own_words(make, texts):
    session = make.session()

    do(planning.set_texts, session, texts)

    assert all(getattr(session, name) == value for name, value in vars(texts).items())


def test_a_published_session_keeps_its_musts(make):
    session = make.session()

    with pytest.raises(NotReady):
        do(planning.set_texts, session, JoiningTexts("", "Expectations"))

    assert session.joining_instructions == "Come ten minutes early."


def test_texts_of_a_past_session_can_still_be_mended(make):
    session = make.session(starts_at=soon(days=-2))

    do(planning.set_texts, session, Resources("Slides of the day", has_no_resources=False))

    assert session.resources == "Slides of the day"


def test_a_cancelled_session_stays_as_it_is(make):
    session = make.session(status=SessionStatus.CANCELLED)

    with pytest.raises(AlreadyCancelled):
        do(planning.set_texts, session, Prework("x", 10))


def test_providers_are_organisations_that_take_part(make):
    session, praxis = make.session(status=DRAFT), make.organisation(name="Praxis")

    do(planning.set_providers, session, [praxis.id, 999_999])

    assert [organisation.name for organisation in session.providers] == ["Praxis"]


def test_a_draft_can_be_thrown_away(make):
    session = make.session(status=DRAFT)

    do(planning.discard_draft, session)

    assert db.session.scalars(select(TrainingSession)).all() == []
    assert last_line().what == "session discarded"


def test_a_published_session_cannot_be_thrown_away(make):
    with pytest.raises(rules.OnlyDraftsGo):
        do(planning.discard_draft, make.session())


def test_somebody_who_joins_a_published_session_is_invited(make):
    session, other = make.session(), make.facilitator()
    crew = Crew(session.lead_facilitator_id, session.support_person_id, other.id)

    do(planning.set_people, session, crew)

    told = {row.person_id for row in db.session.scalars(select(OutboxMessage))}
    assert other.id in told


def test_one_of_eight_sessions_at_once_gets_the_facilitator(app, make):
    busy_id, start = make.facilitator().id, soon(days=30)
    drafts = [make.session(status=DRAFT, starts_at=start).id for _ in range(8)]
    at_once = threading.Barrier(len(drafts), timeout=20)

    def ask(session_id):
        at_once.wait()
        with app.app_context():
            session = db.session.get_one(TrainingSession, session_id)
            crew = Crew(busy_id, session.support_person_id)
            try:
                do(planning.set_people, session, crew)
            except rules.BusyElsewhere:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(len(drafts)) as threads:
        taken = list(threads.map(ask, drafts))

    assert sum(taken) == 1
