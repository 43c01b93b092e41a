"""AN-03, AN-05, AN-31, CF-04, CF-21, DC-03, IN-14, OT-06, SS-03, TR-21: making and changing
topics."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from swa.core.clock import utc_now
from swa.core.db import db, transaction
from swa.messaging import rulebook, ruling
from swa.messaging.models import SendRuleRow
from swa.people.models import AuditEvent
from swa.sessions.queries import topics as queries
from swa.sessions.rules.send_plan import RUN_JOINING
from swa.sessions.rules.topics import (
    CoreTooLarge,
    TitleTaken,
    TopicBasics,
    TopicMessages,
    TopicPart,
    TopicReferral,
    TopicRefused,
)
from swa.sessions.services import topics as services
from swa.sessions.types import MessageTimes, PlaceRules, TopicDays, TopicKind

BASICS = TopicBasics("Housing & Homelessness", "Overview", "Advisers", "Lawyers", "", 90)
MESSAGES = TopicMessages(False, "", 20, "Come early", "Confidential")
REFERRAL = TopicReferral(False, "", "When", "Look", "Triage", "Key", "How", "Discuss")


@pytest.fixture
def coordinator(make):
    return make.coordinator()


def create(by, *, kind=TopicKind.SPECIALIST, **changes):
    with transaction():
        return services.create_topic(kind, replace(BASICS, **changes), by=by, now=utc_now())


def edit(topic, part, by):
    with transaction():
        services.edit_topic(topic, part, by=by, now=utc_now())


def audit_lines():
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(event.what, event.about, event.by_id, event.fields) for event in events]


def test_a_new_topic_is_offered_at_once(coordinator):
    topic = create(coordinator)

    assert topic in queries.list_offered_topics()
    assert topic.places == PlaceRules(12, 16, 20, 4, 50, 5)
    assert topic.times == MessageTimes(7)
    assert services.days_of(topic) == TopicDays(3, 2, True)
    assert audit_lines() == [("topic created", f"topic {topic.id}", coordinator.id, "")]


@pytest.mark.parametrize(
    ("kind", "needs_prework"), [(TopicKind.CORE, True), (TopicKind.SPECIALIST, False)]
)
def test_only_core_starts_with_prework(coordinator, kind, needs_prework):
    assert create(coordinator, kind=kind).needs_prework is needs_prework


@pytest.mark.parametrize("title", ["Housing & Homelessness", "HOUSING & homelessness"])
def test_a_second_topic_has_another_title(coordinator, title):
    create(coordinator)

    with pytest.raises(TitleTaken):
        create(coordinator, title=title)


def test_the_database_has_the_last_word_on_a_title(coordinator, monkeypatch):
    create(coordinator)
    monkeypatch.setattr(queries, "has_title", lambda *_arguments, **_names: False)

    with pytest.raises(TitleTaken):
        create(coordinator)


def test_a_title_of_two_lines_is_refused(coordinator):
    with pytest.raises(TopicRefused):
        create(coordinator, title="Housing\nBcc: everybody@example.org")


def test_a_topic_keeps_its_own_title(coordinator):
    topic = create(coordinator)

    edit(topic, replace(BASICS, overview="Better words"), coordinator)

    assert topic.overview == "Better words"
    assert audit_lines()[-1][-1] == "overview"


def test_a_topic_cannot_take_the_title_of_another(coordinator):
    create(coordinator)
    other = create(coordinator, title="Immigration")

    with pytest.raises(TitleTaken):
        edit(other, BASICS, coordinator)


def test_nothing_changed_writes_no_line(coordinator):
    topic = create(coordinator)

    edit(topic, BASICS, coordinator)

    assert len(audit_lines()) == 1


def test_each_page_goes_through_its_own_rule(coordinator):
    topic = create(coordinator)

    edit(topic, MESSAGES, coordinator)
    edit(topic, REFERRAL, coordinator)
    with pytest.raises(TopicRefused, match="Enter the prework"):
        edit(topic, replace(MESSAGES, needs_prework=True), coordinator)
    with pytest.raises(TopicRefused, match="Enter how to refer"):
        edit(topic, replace(REFERRAL, how_to_refer=""), coordinator)

    assert topic.how_to_refer == "How"


def test_core_never_gets_more_than_twenty_places(coordinator):
    core = create(coordinator, kind=TopicKind.CORE)
    large = PlaceRules(largest=21)

    with transaction(), pytest.raises(CoreTooLarge):
        services.set_numbers(core, large, MessageTimes(), by=coordinator, now=utc_now())

    assert core.places.largest == 20


def test_specialist_numbers_are_settings(coordinator):
    topic = create(coordinator)

    with transaction():
        services.set_numbers(
            topic,
            PlaceRules(largest=40),
            MessageTimes(go_ahead_days=4),
            by=coordinator,
            now=utc_now(),
        )

    assert (topic.places.largest, topic.times.go_ahead_days) == (40, 4)
    assert audit_lines()[-1] == (
        "topic changed",
        f"topic {topic.id}",
        coordinator.id,
        "largest, go_ahead_days",
    )


def set_days(topic, by, *numbers):
    with transaction():
        services.set_days(topic, TopicDays(*numbers), by=by, now=utc_now())
    return services.days_of(topic)


def test_the_days_of_a_topic_are_rules_of_the_send_plan(coordinator):
    """OT-06: the number of one topic overrides the programme's, and stands in one place."""
    topic, other = create(coordinator), create(coordinator, title="Another")

    found = set_days(topic, coordinator, 5, 4, False)

    assert found == TopicDays(5, 4, False)
    assert services.days_of(other) == TopicDays(3, 2, True)
    assert audit_lines()[-1][3] == "joining_days, prework_days, sends_missed_you"
    to_run = rulebook.load().find(RUN_JOINING, f"topic {topic.id}")
    assert to_run.days == 4, "whoever runs it gets theirs on the same day"


def test_saving_other_numbers_leaves_those_who_run_it_theirs(coordinator):
    topic = create(coordinator)
    with transaction():
        theirs = replace(rulebook.load().find(RUN_JOINING), days=7)
        ruling.save(theirs, also_past=False, now=utc_now())

    set_days(topic, coordinator, 5, 2, True)

    assert rulebook.load().find(RUN_JOINING, f"topic {topic.id}").days == 7


def test_a_number_that_equals_the_programmes_follows_it(coordinator):
    topic = create(coordinator)
    set_days(topic, coordinator, 5, 4, True)

    set_days(topic, coordinator, 3, 2, True)

    assert db.session.scalars(select(SendRuleRow)).all() == []


def test_what_is_switched_on_again_remembers_since_when(coordinator):
    """PLAN-7: sessions that were over by then get nothing."""
    topic = create(coordinator)
    set_days(topic, coordinator, 3, 2, False)
    before = utc_now()

    set_days(topic, coordinator, 3, 2, True)

    (row,) = db.session.scalars(select(SendRuleRow)).all()
    assert (row.is_on, row.counts_from >= before) == (True, True)


def test_two_organisations_run_one_topic(coordinator, make):
    topic = create(coordinator)
    citizens, money = make.organisation(name="Citizens"), make.organisation(name="Money")
    closed = make.organisation(is_active=False)

    with transaction():
        services.set_topic_providers(
            topic, [money.id, citizens.id, closed.id], by=coordinator, now=utc_now()
        )

    assert [organisation.name for organisation in topic.providers] == ["Citizens", "Money"]
    assert TopicPart.PROVIDERS not in {gap.part for gap in services.list_gaps(topic)}


def test_a_resting_topic_is_not_offered(coordinator, make):
    topic = create(coordinator)

    with transaction():
        services.offer_topic(topic, is_offered=False, by=coordinator, now=utc_now())
        services.offer_topic(topic, is_offered=False, by=coordinator, now=utc_now())

    assert queries.list_offered_topics() == []
    assert topic in queries.list_topics(coordinator)
    assert topic not in queries.list_topics(make.person())
    assert [line[0] for line in audit_lines()] == ["topic created", "topic rests"]


def test_a_new_topic_knows_what_it_lacks(coordinator):
    topic = create(coordinator, kind=TopicKind.CORE)

    assert [gap.field for gap in services.list_gaps(topic)] == [
        "joining_instructions",
        "expectations",
        "prework",
    ]
