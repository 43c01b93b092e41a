"""What a topic must say and how large its sessions may be."""

from dataclasses import dataclass
from enum import StrEnum

from swa.core.errors import RuleBroken
from swa.sessions.rules.texts import LONGEST_MINUTES, SHORTEST_MINUTES, is_one_line
from swa.sessions.types import PlaceRules, TopicKind

CORE_LARGEST = 20
MOST_PLACES = 500
MOST_DAYS = 60


class TopicPart(StrEnum):
    """The pages that a topic is made of, in the order in which they are filled in."""

    ABOUT = "about"
    MESSAGES = "messages"
    REFERRAL = "referral"
    PROVIDERS = "providers"
    NUMBERS = "numbers"


@dataclass(frozen=True)
class TopicBasics:
    """What people read before they choose a session.

    Attributes:
        learning_points: One per line; may be empty.
        length_minutes: Usual length of a session; each topic states its own (CF-22).
    """

    title: str
    overview: str
    who_for: str
    who_not_for: str
    learning_points: str
    length_minutes: int


@dataclass(frozen=True)
class TopicMessages:
    """Prework, joining instructions and expectations that each new session starts with.

    Attributes:
        frees_declined: A declined calendar invitation gives the place back at once (REPLY-6).
    """

    needs_prework: bool
    prework: str
    prework_minutes: int
    joining_instructions: str
    expectations: str
    frees_declined: bool = False


@dataclass(frozen=True)
class TopicReferral:
    """Limits of advice, when to refer, and the five plan sections of a specialist topic."""

    is_regulated: bool
    limits_of_advice: str
    when_to_refer: str
    look_out_for: str
    triage: str
    key_elements: str
    how_to_refer: str
    discussion: str


@dataclass(frozen=True)
class TopicFacts:
    """Everything of a topic that a rule looks at."""

    kind: TopicKind
    basics: TopicBasics
    messages: TopicMessages
    referral: TopicReferral
    has_providers: bool


@dataclass(frozen=True)
class TopicGap:
    """Something that a topic lacks before its sessions can be published.

    Attributes:
        part: The page where it is mended.
        field: The field on that page; empty for a whole page.
        message: What to do, as a sentence for the person who can do it.
    """

    part: TopicPart
    field: str
    message: str


class TopicRefused(RuleBroken):
    """A topic's page cannot be saved as it was typed."""


class TitleTaken(RuleBroken):
    """Two topics cannot have one name (AN-31)."""

    rule_id = "AN-31"
    message = "A topic with this title exists already – enter another title"
    field = "title"


class CoreTooLarge(RuleBroken):
    """Core Conversations never has more than 20 people; nobody can raise it."""

    rule_id = "CF-04"
    message = f"Most places must be {CORE_LARGEST} or fewer for Core Conversations"
    field = "largest"


class PreworkIsCompulsory(RuleBroken):
    """Core Conversations always has prework; a specialist topic may go without."""

    rule_id = "CF-21"
    message = "Core Conversations always has prework – select “Yes”"
    field = "needs_prework"


def check_basics(basics: TopicBasics, *, is_taken: bool) -> None:
    """Refuse a title that is taken or has several lines, and a length that no session has.

    Args:
        basics: The page as typed.
        is_taken: Whether another topic has the title.

    Raises:
        TitleTaken: It is.
        TopicRefused: Says which field to mend.

    Source:
        AN-31, IN-14 (one line), CF-22 (each topic states its length).
    """
    if is_taken:
        raise TitleTaken
    if not basics.title or not is_one_line(basics.title):
        message = "Title must be on one line"
        raise TopicRefused(message, field="title")
    if not SHORTEST_MINUTES <= basics.length_minutes <= LONGEST_MINUTES:
        message = f"Length must be {SHORTEST_MINUTES} to {LONGEST_MINUTES} minutes"
        raise TopicRefused(message, field="length_minutes")


def check_size(kind: TopicKind, places: PlaceRules) -> None:
    """Refuse numbers that do not fit together, or a core topic above 20 places.

    Args:
        kind: Core or specialist; both start at 12, 16 and 20, specialist ones may change.
        places: The sizes and caps asked for.

    Raises:
        CoreTooLarge: More than 20 places for a core topic.
        TopicRefused: A number is out of its range or out of order.

    Source:
        CC-01, CC-02, CF-03, CF-04, DC-03 (sizes), CF-27 (caps).
    """
    if kind is TopicKind.CORE and places.largest > CORE_LARGEST:
        raise CoreTooLarge
    faults = (
        (
            not 1 <= places.largest <= MOST_PLACES,
            "largest",
            f"Most places must be 1 to {MOST_PLACES}",
        ),
        (places.smallest < 1, "smallest", "Fewest people must be 1 or more"),
        (
            places.recommended > places.largest,
            "recommended",
            "Recommended number must be the most places or fewer",
        ),
        (
            places.smallest > places.recommended,
            "smallest",
            "Fewest people must be the recommended number or fewer",
        ),
        (places.most_per_team < 1, "most_per_team", "Most places for one team must be 1 or more"),
        (
            not 1 <= places.most_percent <= 100,  # noqa: PLR2004 - per cent
            "most_percent",
            "Share for one organisation must be 1 to 100 per cent",
        ),
        (
            not 0 <= places.caps_lift_days <= MOST_DAYS,
            "caps_lift_days",
            f"Days before the limits end must be 0 to {MOST_DAYS}",
        ),
    )
    for is_wrong, field, message in faults:
        if is_wrong:
            raise TopicRefused(message, field=field)


def check_prework(kind: TopicKind, messages: TopicMessages) -> None:
    """Refuse a core topic without prework, and prework without words.

    Raises:
        PreworkIsCompulsory: A core topic says it needs none.
        TopicRefused: Prework is wanted but nothing is written.

    Source:
        CF-21 (compulsory for core, optional for specialist).
    """
    if kind is TopicKind.CORE and not messages.needs_prework:
        raise PreworkIsCompulsory
    if messages.needs_prework and not messages.prework:
        message = "Enter the prework"
        raise TopicRefused(message, field="prework")


def check_referral(kind: TopicKind, referral: TopicReferral) -> None:
    """Refuse a specialist topic without “how to refer”, and a regulated one without limits.

    The other plan sections may follow later; publishing waits for them.

    Raises:
        TopicRefused: Names the first text that is missing.

    Source:
        TR-21, SS-01 (when and how to refer), TR-26 and TR-27 (limits of advice).
    """
    for gap in _referral_gaps(kind, referral):
        if gap.field in {"limits_of_advice", "when_to_refer", "how_to_refer"}:
            raise TopicRefused(gap.message, field=gap.field)


def list_topic_gaps(facts: TopicFacts) -> tuple[TopicGap, ...]:
    """List what a topic still lacks, page by page; empty when its sessions can be published.

    Source:
        TR-10, TR-11 (overview, who for and not for), SS-01, SS-09, SS-10, SS-11, SS-12 and SS-13
        (five sections in this order), TR-21, TR-27, CF-21, CF-16 (both kinds of training),
        AN-05 (providers).
    """
    gaps = [
        TopicGap(TopicPart.ABOUT, field, message)
        for field, message in BASICS.items()
        if not getattr(facts.basics, field)
    ]
    gaps += [
        TopicGap(TopicPart.MESSAGES, field, message)
        for field, message in MESSAGES.items()
        if not getattr(facts.messages, field)
    ]
    if facts.messages.needs_prework and not facts.messages.prework:
        gaps.append(TopicGap(TopicPart.MESSAGES, "prework", "Enter the prework"))
    gaps += _referral_gaps(facts.kind, facts.referral)
    if facts.kind is TopicKind.SPECIALIST and not facts.has_providers:
        gaps.append(
            TopicGap(TopicPart.PROVIDERS, "", "Select the organisations that take the referrals")
        )
    return tuple(gaps)


def _referral_gaps(kind: TopicKind, referral: TopicReferral) -> list[TopicGap]:
    wanted = dict(SECTIONS) if kind is TopicKind.SPECIALIST else {}
    if referral.is_regulated:
        wanted["limits_of_advice"] = "Enter what people may not advise on"
    return [
        TopicGap(TopicPart.REFERRAL, field, message)
        for field, message in wanted.items()
        if not getattr(referral, field)
    ]


BASICS = {
    "overview": "Enter an overview",
    "who_for": "Enter who the session is for",
    "who_not_for": "Enter who the session is not for",
}
MESSAGES = {
    "joining_instructions": "Enter the usual joining instructions",
    "expectations": "Enter what people can expect on the day",
}
SECTIONS = {
    "when_to_refer": "Enter when to refer",
    "look_out_for": "Enter what to look out for",
    "triage": "Enter the first advice and triage",
    "key_elements": "Enter the key elements of the service",
    "how_to_refer": "Enter how to refer",
    "discussion": "Enter what there is to discuss",
}
