"""How far a session is from being published, and whether its people are free."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from swa.core.dates import long_date, time_range
from swa.sessions.models import TrainingSession
from swa.sessions.queries import planning as queries
from swa.sessions.rules import publishing as rules
from swa.sessions.rules.planning import (
    BusyElsewhere,
    Crew,
    JoiningTexts,
    PlaceAndTime,
    Prework,
    Resources,
)
from swa.sessions.rules.publishing import Finding, NotReady, SessionFacts
from swa.sessions.services.topics import facts_of as facts_of_topic


def list_findings(session: TrainingSession, *, now: datetime) -> tuple[Finding, ...]:
    """List what a session lacks, and what somebody ought to think about.

    The date of a published session is no longer looked at: it is moved, not mended.
    """
    return rules.list_findings(facts_of(session), now=None if session.published_at else now)


def list_missing_crew(session: TrainingSession) -> list[Finding]:
    """List who is missing of those who run a session, and who was disabled or lost the role.

    Source:
        OT-10, TR-07.
    """
    crew = crew_of(session)
    return rules.list_crew_findings(crew, crew.ids - queries.list_able(crew.ids))


def check_still_ready(session: TrainingSession, *, now: datetime) -> None:
    """Refuse a change after which a published session would lack something.

    Somebody who was disabled or lost the role does not keep the others from mending the rest.

    Raises:
        NotReady: Lists what would be missing.
        AlreadyCancelled: The session was called off.

    Source:
        DC-08.
    """
    if session.is_cancelled:
        raise rules.AlreadyCancelled
    if session.is_published:
        facts = replace(facts_of(session), unable_ids=frozenset())
        findings = rules.list_findings(facts, now=None)
        if not rules.is_ready(findings):
            raise NotReady(finding for finding in findings if finding.is_must)


def check_free(crew: Crew, start: datetime, end: datetime, *, besides: int | None) -> None:
    """Refuse people who run another session at the same time, and hold their rows until then.

    Args:
        crew: Who would run the session.
        start: UTC.
        end: UTC.
        besides: The session itself, None when it is not kept yet.

    Raises:
        BusyElsewhere: Says who, and when they are busy.

    Source:
        IN-19.
    """
    queries.lock_people(crew.ids)
    clash = queries.find_clash(crew.ids, start, end, besides=besides)
    if clash is None:
        return
    busy = crew.ids & crew_of(clash).ids
    names = " and ".join(sorted(queries.list_names(busy).values()))
    times = f"{long_date(clash.starts_at)}, {time_range(clash.starts_at, clash.ends_at)}"
    verb = "runs" if len(busy) == 1 else "run"
    message = f"{names} already {verb} a session on {times}"
    raise BusyElsewhere(message, field=_field_of(crew, busy))


def is_free(person_id: int, start: datetime, end: datetime) -> bool:
    """Say whether somebody runs nothing else at that time."""
    return queries.find_clash({person_id}, start, end, besides=None) is None


def crew_of(session: TrainingSession) -> Crew:
    """Return who runs the session."""
    return Crew(
        lead_facilitator_id=session.lead_facilitator_id,
        support_person_id=session.support_person_id,
        co_facilitator_id=session.co_facilitator_id,
    )


def place_of(session: TrainingSession) -> PlaceAndTime:
    """Return where and when the session is."""
    return PlaceAndTime(
        starts_at=session.starts_at,
        minutes=session.duration_minutes,
        mode=session.mode,
        online_link=session.online_link,
        venue=session.venue,
        borough=session.borough,
    )


def end_of(place: PlaceAndTime) -> datetime:
    """Return when a session of that length ends, UTC."""
    return place.starts_at + timedelta(minutes=place.minutes)


def facts_of(session: TrainingSession) -> SessionFacts:
    """Hand the row to the rules; topic, plan, people and providers ought to be loaded."""
    facilitators = (session.lead_facilitator, session.co_facilitator)
    crew = crew_of(session)
    return SessionFacts(
        topic=facts_of_topic(session.topic),
        place=place_of(session),
        crew=crew,
        joining=JoiningTexts(session.joining_instructions, session.expectations),
        prework=Prework(session.prework, session.prework_minutes),
        resources=Resources(session.resources, session.has_no_resources),
        plan=[part.segment for part in session.plan],
        is_plan_agreed=session.is_plan_agreed,
        provider_ids=frozenset(organisation.id for organisation in session.providers),
        facilitator_organisation_ids=frozenset(
            person.organisation_id for person in facilitators if person is not None
        ),
        unable_ids=crew.ids - queries.list_able(crew.ids),
    )


def _field_of(crew: Crew, busy: Collection[int]) -> str:
    for field in ("lead_facilitator_id", "support_person_id", "co_facilitator_id"):
        if getattr(crew, field) in busy:
            return field
    return ""
