"""AN-03, AN-31, CC-01, CC-02, CF-03, CF-04, CF-16, CF-21, CF-22, CF-27, DC-03, IN-14, SS-01, SS-09,
SS-10, SS-11, SS-12, SS-13, TR-10, TR-11, TR-21, TR-26, TR-27: what a topic says and its size."""

from dataclasses import replace

import pytest

from swa.sessions.rules import texts, topics
from swa.sessions.rules.topics import (
    CoreTooLarge,
    PreworkIsCompulsory,
    TitleTaken,
    TopicBasics,
    TopicFacts,
    TopicMessages,
    TopicPart,
    TopicReferral,
    TopicRefused,
)
from swa.sessions.types import PlaceRules, TopicKind

CORE, SPECIALIST = TopicKind.CORE, TopicKind.SPECIALIST
BASICS = TopicBasics("Housing", "Overview", "Advisers", "Lawyers", "", 120)
MESSAGES = TopicMessages(True, "Read this", 20, "Come early", "What is said stays here")
REFERRAL = TopicReferral(False, "", "When", "Look", "Triage", "Key", "How", "Discuss")
NO_REFERRAL = TopicReferral(False, "", "", "", "", "", "", "")


def refused_field(check, *arguments):
    with pytest.raises(TopicRefused) as refusal:
        check(*arguments)
    return refusal.value.field


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Housing\nBcc: a@example.org", id="a line feed"),
        pytest.param("Housing\r", id="a carriage return"),
        pytest.param("Housing\x00", id="a NUL"),
        pytest.param("Housing\x7f", id="a delete"),
        pytest.param("Housing\u2028there", id="a Unicode line separator"),
    ],
)
def test_a_title_with_a_line_break_could_break_a_mail(text):
    assert not texts.is_one_line(text)
    assert (
        refused_field(
            lambda basics: topics.check_basics(basics, is_taken=False), replace(BASICS, title=text)
        )
        == "title"
    )


def test_an_ordinary_title_is_one_line():
    assert texts.is_one_line("Housing & Homelessness – “duty to refer”")


@pytest.mark.parametrize(
    ("link", "is_fine"),
    [
        ("https://meet.example.org/room?id=1", True),
        ("http://meet.example.org/room", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("meet.example.org", False),
        ("https://", False),
        ("https://user:secret@example.org/", False),
        ("https://example.org/a b", False),
        ("https://[::1", False),
        ("https://example.org/\nX: y", False),
        ("", False),
    ],
)
def test_a_link_is_an_https_address(link, is_fine):
    assert texts.is_web_link(link) is is_fine


def test_a_title_is_there_once():
    with pytest.raises(TitleTaken):
        topics.check_basics(BASICS, is_taken=True)


@pytest.mark.parametrize(
    ("minutes", "is_fine"), [(14, False), (15, True), (600, True), (601, False)]
)
def test_a_session_takes_fifteen_minutes_to_ten_hours(minutes, is_fine):
    basics = replace(BASICS, length_minutes=minutes)

    if is_fine:
        topics.check_basics(basics, is_taken=False)
    else:
        with pytest.raises(TopicRefused, match="Length must be 15 to 600 minutes"):
            topics.check_basics(basics, is_taken=False)


def test_both_kinds_start_with_the_numbers_of_the_toolkit():
    places = PlaceRules()

    topics.check_size(CORE, places)
    topics.check_size(SPECIALIST, places)

    assert (places.smallest, places.recommended, places.largest) == (12, 16, 20)


def test_core_never_has_more_than_twenty_places():
    topics.check_size(CORE, PlaceRules(largest=20))

    with pytest.raises(CoreTooLarge, match="20 or fewer"):
        topics.check_size(CORE, PlaceRules(largest=21))


def test_specialist_sessions_may_be_larger_within_reason():
    topics.check_size(SPECIALIST, PlaceRules(largest=21))
    topics.check_size(SPECIALIST, PlaceRules(largest=500))

    assert refused_field(topics.check_size, SPECIALIST, PlaceRules(largest=501)) == "largest"


@pytest.mark.parametrize(
    ("places", "field"),
    [
        pytest.param(PlaceRules(largest=0), "largest", id="no place at all"),
        pytest.param(PlaceRules(smallest=0), "smallest", id="nobody is enough"),
        pytest.param(PlaceRules(recommended=21), "recommended", id="more than the most"),
        pytest.param(PlaceRules(smallest=17), "smallest", id="more than recommended"),
        pytest.param(PlaceRules(most_per_team=0), "most_per_team", id="no team can come"),
        pytest.param(PlaceRules(most_percent=0), "most_percent", id="no organisation can come"),
        pytest.param(PlaceRules(most_percent=101), "most_percent", id="more than everything"),
        pytest.param(PlaceRules(caps_lift_days=-1), "caps_lift_days", id="after the start"),
        pytest.param(PlaceRules(caps_lift_days=61), "caps_lift_days", id="two months before"),
    ],
)
def test_numbers_fit_together(places, field):
    assert refused_field(topics.check_size, CORE, places) == field


@pytest.mark.parametrize(
    "places",
    [
        pytest.param(PlaceRules(1, 1, 1, 1, 1, 0), id="the smallest of all"),
        pytest.param(PlaceRules(20, 20, 20, 20, 100, 60), id="the largest of all"),
    ],
)
def test_numbers_at_their_limits_are_fine(places):
    topics.check_size(CORE, places)


def test_core_always_has_prework():
    with pytest.raises(PreworkIsCompulsory):
        topics.check_prework(CORE, replace(MESSAGES, needs_prework=False))


def test_specialist_topics_may_go_without_prework():
    topics.check_prework(SPECIALIST, replace(MESSAGES, needs_prework=False, prework=""))


@pytest.mark.parametrize("kind", TopicKind)
def test_prework_that_is_wanted_has_words(kind):
    assert refused_field(topics.check_prework, kind, replace(MESSAGES, prework="")) == "prework"
    topics.check_prework(kind, MESSAGES)


@pytest.mark.parametrize("field", ["when_to_refer", "how_to_refer"])
def test_a_specialist_topic_says_when_and_how_to_refer(field):
    referral = replace(REFERRAL, **{field: ""})

    assert refused_field(topics.check_referral, SPECIALIST, referral) == field


@pytest.mark.parametrize("field", ["look_out_for", "triage", "key_elements", "discussion"])
def test_the_other_sections_may_follow(field):
    topics.check_referral(SPECIALIST, replace(REFERRAL, **{field: ""}))


def test_core_needs_no_referral():
    topics.check_referral(CORE, NO_REFERRAL)


@pytest.mark.parametrize("kind", TopicKind)
def test_a_regulated_topic_states_the_limits_of_advice(kind):
    regulated = replace(REFERRAL, is_regulated=True)

    assert refused_field(topics.check_referral, kind, regulated) == "limits_of_advice"
    topics.check_referral(kind, replace(regulated, limits_of_advice="No immigration advice"))


def gaps(kind=SPECIALIST, **changes):
    facts = TopicFacts(kind, BASICS, MESSAGES, REFERRAL, has_providers=True)
    return topics.list_topic_gaps(replace(facts, **changes))


@pytest.mark.parametrize("kind", TopicKind)
def test_a_complete_topic_has_no_gaps(kind):
    assert gaps(kind) == ()


@pytest.mark.parametrize("field", ["overview", "who_for", "who_not_for"])
def test_each_text_about_the_topic_counts(field):
    (gap,) = gaps(CORE, basics=replace(BASICS, **{field: ""}))

    assert (gap.part, gap.field) == (TopicPart.ABOUT, field)


@pytest.mark.parametrize("field", ["joining_instructions", "expectations", "prework"])
def test_each_message_counts(field):
    (gap,) = gaps(CORE, messages=replace(MESSAGES, **{field: ""}))

    assert (gap.part, gap.field) == (TopicPart.MESSAGES, field)


def test_the_five_sections_are_asked_for_in_order():
    missing = [gap.field for gap in gaps(referral=NO_REFERRAL)]

    assert missing == [
        "when_to_refer",
        "look_out_for",
        "triage",
        "key_elements",
        "how_to_refer",
        "discussion",
    ]


def test_core_has_no_referral_gaps():
    assert gaps(CORE, referral=NO_REFERRAL) == ()


def test_a_specialist_topic_has_providers():
    (gap,) = gaps(has_providers=False)

    assert gap.part is TopicPart.PROVIDERS
    assert gaps(CORE, has_providers=False) == ()
