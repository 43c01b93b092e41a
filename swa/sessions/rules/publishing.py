"""What a session needs before people can find and book it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from swa.core.errors import RuleBroken
from swa.sessions.rules.planning import Crew, JoiningTexts, PlaceAndTime, Prework, Resources
from swa.sessions.rules.plans import list_plan_faults
from swa.sessions.rules.topics import TopicFacts, TopicPart, list_topic_gaps
from swa.sessions.types import Mode, Segment, TopicKind


class Task(StrEnum):
    """The rows of the task list; each is a page where its gaps are mended."""

    TOPIC = "topic"
    PLACE = "place"
    PEOPLE = "people"
    PROVIDERS = "providers"
    PLAN = "plan"
    JOINING = "joining"
    PREWORK = "prework"
    RESOURCES = "resources"
    SIZE = "size"


@dataclass(frozen=True)
class SessionFacts:
    """Everything of a session that the publish checklist looks at.

    Attributes:
        unable_ids: Those of its people who were disabled or lost the role since they were named.
    """

    topic: TopicFacts
    place: PlaceAndTime
    crew: Crew
    joining: JoiningTexts
    prework: Prework
    resources: Resources
    plan: Sequence[Segment]
    is_plan_agreed: bool
    provider_ids: frozenset[int]
    facilitator_organisation_ids: frozenset[int]
    unable_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Finding:
    """Something that is missing, or that somebody ought to think about.

    Attributes:
        task: The row of the task list it belongs to.
        message: What to do.
        is_must: Whether publishing waits for it.
        needs_reason: Publishing goes on when somebody writes down why.
    """

    task: Task
    message: str
    is_must: bool = True
    needs_reason: bool = False


class NotReady(RuleBroken):
    """The session cannot be published yet, or could not stay published with this change.

    Attributes:
        gaps: What is missing, in the order of the task list.
    """

    rule_id = "DC-08"
    message = "This session cannot be published yet"

    def __init__(self, gaps: Iterable[Finding]) -> None:
        self.gaps = tuple(gaps)
        super().__init__()


class ReasonMissing(RuleBroken):
    """Nobody who takes the referrals runs the session, and nobody has said why."""

    rule_id = "SS-07"
    message = "Enter why nobody who takes the referrals runs this session"
    field = "referral_reason"


class AlreadyCancelled(RuleBroken):
    """A session that was called off stays called off."""

    message = "This session is cancelled – plan a new one instead"


def list_findings(facts: SessionFacts, *, now: datetime | None) -> tuple[Finding, ...]:
    """Compare a session with everything that publishing asks for, in the order of the task list.

    Args:
        facts: The session as it stands.
        now: UTC; a session that has begun cannot be published. None when its date no longer
            matters, since it is published already.

    Source:
        DC-08, TR-02, TR-06, TR-07, TR-10, TR-11, TR-12, TR-13, TR-21, AN-05, AN-20, AN-21, AN-28,
        SS-07, SS-09, CF-16, CF-17, CF-21.
    """
    return (
        *_topic_findings(facts.topic),
        *_place_findings(facts.place, now=now),
        *_people_findings(facts),
        *_plan_findings(facts),
        *_text_findings(facts),
    )


def is_ready(findings: Iterable[Finding]) -> bool:
    """Say whether no must is left; advice does not hold anything up (OT-07)."""
    return not any(finding.is_must for finding in findings)


def check_ready(findings: Sequence[Finding], *, referral_reason: str) -> None:
    """Refuse publishing while a must is left or a reason is missing.

    Raises:
        NotReady: Lists the musts.
        ReasonMissing: Everything else holds, but a reason has to be written down.

    Source:
        DC-08, SS-07.
    """
    if not is_ready(findings):
        raise NotReady(finding for finding in findings if finding.is_must)
    if any(finding.needs_reason for finding in findings) and not referral_reason:
        raise ReasonMissing


def _topic_findings(topic: TopicFacts) -> list[Finding]:
    theirs = {TopicPart.ABOUT, TopicPart.REFERRAL}
    return [
        Finding(Task.TOPIC, gap.message) for gap in list_topic_gaps(topic) if gap.part in theirs
    ]


def _place_findings(place: PlaceAndTime, *, now: datetime | None) -> list[Finding]:
    wanted = (
        (now is None or place.starts_at > now, "Enter a date in the future"),
        (place.mode is not Mode.ONLINE or place.online_link, "Enter the online link"),
        (place.mode is not Mode.IN_PERSON or place.venue, "Enter the venue"),
        (place.borough, "Select the borough"),
    )
    return [Finding(Task.PLACE, message) for is_met, message in wanted if not is_met]


def _people_findings(facts: SessionFacts) -> list[Finding]:
    found = list_crew_findings(facts.crew, facts.unable_ids)
    if facts.topic.kind is not TopicKind.SPECIALIST:
        return found
    if not facts.provider_ids:
        message = "Select the organisations that run the session"
        return [*found, Finding(Task.PROVIDERS, message)]
    if facts.provider_ids.isdisjoint(facts.facilitator_organisation_ids):
        message = "Check the facilitators – none works for an organisation that takes the referrals"
        found.append(Finding(Task.PROVIDERS, message, is_must=False, needs_reason=True))
    return found


def list_crew_findings(crew: Crew, unable_ids: Collection[int]) -> list[Finding]:
    """Say which of those who run a session are missing, or can no longer run it.

    Args:
        crew: Who is named.
        unable_ids: Those of them who were disabled or lost the role.

    Source:
        TR-07, AU-5 of the security notes.
    """
    wanted = (
        (crew.lead_facilitator_id, "lead facilitator", True),
        (crew.support_person_id, "support person", True),
        (crew.co_facilitator_id, "co-facilitator", False),
    )
    found = []
    for person_id, part, is_needed in wanted:
        if person_id is None and is_needed:
            found.append(Finding(Task.PEOPLE, f"Select the {part}"))
        elif person_id in unable_ids:
            message = f"Select another {part} – the one named no longer runs sessions"
            found.append(Finding(Task.PEOPLE, message))
    return found


def _plan_findings(facts: SessionFacts) -> list[Finding]:
    faults = list_plan_faults(facts.plan, minutes=facts.place.minutes)
    found = [Finding(Task.PLAN, fault.message, is_must=fault.is_must) for fault in faults]
    if facts.plan and not facts.is_plan_agreed:
        message = "Agree the plan between facilitator and coordinator"
        found.append(Finding(Task.PLAN, message, is_must=False))
    return found


def _text_findings(facts: SessionFacts) -> list[Finding]:
    wanted = (
        (facts.joining.joining_instructions, Task.JOINING, "Enter the joining instructions"),
        (facts.joining.expectations, Task.JOINING, "Enter what people can expect on the day"),
        (
            facts.prework.prework or not facts.topic.messages.needs_prework,
            Task.PREWORK,
            "Enter the prework",
        ),
        (
            facts.resources.resources or facts.resources.has_no_resources,
            Task.RESOURCES,
            "Enter the resources, or say that there are none",
        ),
    )
    return [Finding(task, message) for is_met, task, message in wanted if not is_met]
