"""DC-08, TR-02, TR-06, TR-07, TR-10, TR-11, TR-12, TR-13, TR-21, AN-05, AN-20, AN-21, AN-28, CF-16,
CF-17, CF-21, OT-07, SS-07, SS-09: what publishing waits for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from swa.sessions.rules import publishing
from swa.sessions.rules.planning import Crew, JoiningTexts, PlaceAndTime, Prework, Resources
from swa.sessions.rules.publishing import NotReady, ReasonMissing, SessionFacts, Task
from swa.sessions.rules.topics import TopicBasics, TopicFacts, TopicMessages, TopicReferral
from swa.sessions.types import Mode, Segment, SegmentKind, TopicKind

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PLAN = (
    Segment(30, SegmentKind.INTERACTIVE, "In pairs"),
    Segment(15, SegmentKind.BREAK, "Break"),
    Segment(45, SegmentKind.DISCUSSION, "Meet each other"),
)
TOPIC = TopicFacts(
    kind=TopicKind.SPECIALIST,
    basics=TopicBasics("Housing", "Overview", "Advisers", "Lawyers", "", 120),
    messages=TopicMessages(True, "Read this", 20, "Come early", "Confidential"),
    referral=TopicReferral(False, "", "When", "Look", "Triage", "Key", "How", "Discuss"),
    has_providers=True,
)
FACTS = SessionFacts(
    topic=TOPIC,
    place=PlaceAndTime(
        NOW + timedelta(days=30), 120, Mode.ONLINE, "https://meet.example.org/a", "", "Newham"
    ),
    crew=Crew(1, 2),
    joining=JoiningTexts("Come early", "Confidential"),
    prework=Prework("Read this", 20),
    resources=Resources("Slides", has_no_resources=False),
    plan=PLAN,
    is_plan_agreed=True,
    provider_ids=frozenset({7}),
    facilitator_organisation_ids=frozenset({7}),
)
CORE = replace(FACTS, topic=replace(TOPIC, kind=TopicKind.CORE), provider_ids=frozenset())


def findings(facts=FACTS, **changes):
    found = publishing.list_findings(replace(facts, **changes), now=NOW)
    return [(finding.task, finding.message, finding.is_must) for finding in found]


@pytest.mark.parametrize("facts", [FACTS, CORE])
def test_a_complete_session_lacks_nothing(facts):
    assert findings(facts) == []


@pytest.mark.parametrize("kind", [FACTS, CORE])
@pytest.mark.parametrize(
    ("change", "task", "message"),
    [
        ({"crew": Crew(None, 2)}, Task.PEOPLE, "Select the lead facilitator"),
        ({"crew": Crew(1, None)}, Task.PEOPLE, "Select the support person"),
        ({"joining": JoiningTexts("", "x")}, Task.JOINING, "Enter the joining instructions"),
        (
            {"joining": JoiningTexts("x", "")},
            Task.JOINING,
            "Enter what people can expect on the day",
        ),
        ({"prework": Prework("", 20)}, Task.PREWORK, "Enter the prework"),
        (
            {"resources": Resources("", has_no_resources=False)},
            Task.RESOURCES,
            "Enter the resources, or say that there are none",
        ),
        ({"plan": ()}, Task.PLAN, "Add the parts of the session plan"),
        ({"plan": PLAN[:2]}, Task.PLAN, "Add a part for networking or discussion"),
        ({"plan": PLAN[::2]}, Task.PLAN, "Add a break"),
    ],
)
def test_each_must_is_named(kind, change, task, message):
    assert findings(kind, **change) == [(task, message, True)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"online_link": ""}, "Enter the online link"),
        ({"mode": Mode.IN_PERSON}, "Enter the venue"),
        ({"borough": ""}, "Select the borough"),
        ({"starts_at": NOW}, "Enter a date in the future"),
    ],
)
def test_the_place_is_complete(change, message):
    assert findings(place=replace(FACTS.place, **change)) == [(Task.PLACE, message, True)]


def test_a_venue_is_enough_in_person():
    place = replace(FACTS.place, mode=Mode.IN_PERSON, online_link="", venue="Town hall")

    assert findings(place=place) == []


def test_the_date_of_a_published_session_is_not_looked_at_again():
    past = replace(FACTS, place=replace(FACTS.place, starts_at=NOW - timedelta(days=1)))

    assert publishing.list_findings(past, now=None) == ()


@pytest.mark.parametrize("field", ["overview", "who_for", "who_not_for"])
def test_the_topic_says_what_people_sign_up_for(field):
    topic = replace(TOPIC, basics=replace(TOPIC.basics, **{field: ""}))

    ((task, _message, is_must),) = findings(topic=topic)

    assert (task, is_must) == (Task.TOPIC, True)


@pytest.mark.parametrize(
    "field",
    ["when_to_refer", "look_out_for", "triage", "key_elements", "how_to_refer", "discussion"],
)
def test_a_specialist_session_has_its_five_sections(field):
    topic = replace(TOPIC, referral=replace(TOPIC.referral, **{field: ""}))

    assert [task for task, *_ in findings(topic=topic)] == [Task.TOPIC]
    assert findings(CORE, topic=replace(topic, kind=TopicKind.CORE)) == []


def test_a_regulated_topic_states_its_limits():
    topic = replace(TOPIC, referral=replace(TOPIC.referral, is_regulated=True))

    assert findings(topic=topic) == [(Task.TOPIC, "Enter what people may not advise on", True)]


def test_what_only_the_topic_lacks_does_not_hold_up_a_session():
    topic = replace(TOPIC, messages=replace(TOPIC.messages, joining_instructions=""))

    assert findings(topic=topic) == []


def test_no_prework_is_needed_where_the_topic_needs_none():
    topic = replace(TOPIC, messages=replace(TOPIC.messages, needs_prework=False))

    assert findings(topic=topic, prework=Prework("", 20)) == []


def test_no_resources_is_an_answer():
    assert findings(resources=Resources("", has_no_resources=True)) == []


def test_a_specialist_session_has_a_provider():
    assert findings(provider_ids=frozenset()) == [
        (Task.PROVIDERS, "Select the organisations that run the session", True)
    ]


def test_those_who_take_the_referrals_ought_to_run_it():
    ((task, _message, is_must),) = findings(facilitator_organisation_ids=frozenset({8}))

    assert (task, is_must) == (Task.PROVIDERS, False)


def test_advice_holds_nothing_up():
    found = publishing.list_findings(
        replace(
            FACTS, plan=(replace(PLAN[0], kind=SegmentKind.TALK), *PLAN[1:]), is_plan_agreed=False
        ),
        now=NOW,
    )

    assert [finding.is_must for finding in found] == [False, False]
    publishing.check_ready(found, referral_reason="")


def test_an_empty_plan_need_not_be_agreed():
    assert [message for _, message, _ in findings(plan=(), is_plan_agreed=False)] == [
        "Add the parts of the session plan"
    ]


def test_publishing_lists_the_musts_only():
    found = publishing.list_findings(replace(FACTS, crew=Crew(), is_plan_agreed=False), now=NOW)

    with pytest.raises(NotReady) as refusal:
        publishing.check_ready(found, referral_reason="")

    assert [gap.message for gap in refusal.value.gaps] == [
        "Select the lead facilitator",
        "Select the support person",
    ]


def test_outsiders_need_a_reason():
    found = publishing.list_findings(
        replace(FACTS, facilitator_organisation_ids=frozenset()), now=NOW
    )

    with pytest.raises(ReasonMissing):
        publishing.check_ready(found, referral_reason="")
    publishing.check_ready(found, referral_reason="The service sends a colleague to answer")
