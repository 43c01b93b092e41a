"""Setting up a session, page by page; nothing is told to anybody before it is published."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from swa.core.db import db
from swa.people.models import Person
from swa.people.services import audit
from swa.people.types import Role
from swa.sessions.models import Topic, TrainingSession
from swa.sessions.queries.access import lock_session
from swa.sessions.queries.topics import list_organisations_with
from swa.sessions.rules import planning as rules
from swa.sessions.rules.planning import Crew, JoiningTexts, PlaceAndTime, Prework, Resources
from swa.sessions.services.booking import give_back_places_of
from swa.sessions.services.mails import plan_session_mails
from swa.sessions.services.readiness import check_free, check_still_ready, crew_of, end_of, is_free

Texts = JoiningTexts | Prework | Resources


def plan_session(
    topic: Topic, place: PlaceAndTime, *, by: Person, now: datetime
) -> TrainingSession:
    """Make a draft of a session; texts, numbers and providers are copied from the topic.

    A facilitator who plans leads it, unless they run another session at that time.

    Args:
        topic: One that is offered.
        place: Link, venue and borough may follow later.
        by: A facilitator or the programme coordinator.
        now: UTC.

    Raises:
        NotInTheFuture: It would begin now or earlier.
        PlaceRefused: Length, link or venue cannot be kept.

    Source:
        DC-08 (facilitators create sessions), MT-08 (texts are not retyped), CF-04 (numbers).
    """
    rules.check_place(place, now=now)
    leads = by.holds(Role.FACILITATOR) and is_free(by.id, place.starts_at, end_of(place))
    session = TrainingSession(
        topic=topic,
        lead_facilitator_id=by.id if leads else None,
        created_by_id=by.id,
        joining_instructions=topic.joining_instructions,
        expectations=topic.expectations,
        prework=topic.prework if topic.needs_prework else "",
        prework_minutes=topic.prework_minutes,
        places=topic.places,
        times=topic.times,
        providers=list(topic.providers),
        created_at=now,
    )
    _copy_place(session, place)
    db.session.add(session)
    db.session.flush()
    _record("session planned", session, by=by, now=now)
    return session


def set_place(session: TrainingSession, place: PlaceAndTime, *, by: Person, now: datetime) -> None:
    """Set where and when a draft is.

    Raises:
        ChangesByMoving: The session is published; moving it tells everybody (IN-09).
        NotInTheFuture: It would begin now or earlier.
        PlaceRefused: Length, link or venue cannot be kept.
        BusyElsewhere: One of its people runs another session then (IN-19).

    Source:
        AN-20, AN-21, IN-19.
    """
    lock_session(session)
    if session.published_at is not None:
        raise rules.ChangesByMoving
    rules.check_place(place, now=now)
    try:
        check_free(crew_of(session), place.starts_at, end_of(place), besides=session.id)
    except rules.BusyElsewhere as busy:
        raise rules.BusyElsewhere(busy.message, field="starts_on") from busy
    _copy_place(session, place)
    _record("session place set", session, by=by, now=now)


def set_people(session: TrainingSession, crew: Crew, *, by: Person, now: datetime) -> int:
    """Say who runs the session; whoever has a place in it gives it back and is told so.

    Returns:
        How many of them had a place or a turn.

    Raises:
        SamePersonTwice: The support person is one of the facilitators (TR-07).
        CoIsLead: Both facilitators are one person.
        BusyElsewhere: One of them runs another session at that time (IN-19).
        NotReady: A published session would lack somebody.

    Source:
        TR-07, TR-18, AN-28, IN-19, IN-03.
    """
    lock_session(session)
    rules.check_crew(crew)
    check_free(crew, session.starts_at, session.ends_at, besides=session.id)
    changed = _set(session, crew)
    db.session.flush()
    for name in ("lead_facilitator", "support_person", "co_facilitator"):
        db.session.refresh(session, [name])
    given_back = give_back_places_of(session, session.crew_ids, by=by, now=now)
    _finish("session people set", session, changed, by=by, now=now)
    return given_back


def set_texts(session: TrainingSession, texts: Texts, *, by: Person, now: datetime) -> None:
    """Replace joining instructions and expectations, the prework, or the resources.

    Raises:
        NotReady: A published session would lack a text that it must have.

    Source:
        TR-06, TR-12, TR-13, CC-10, MT-08 (the session's own words win over the topic's).
    """
    lock_session(session)
    changed = _set(session, texts)
    _finish("session texts set", session, changed, by=by, now=now)


def set_providers(
    session: TrainingSession, organisation_ids: Sequence[int], *, by: Person, now: datetime
) -> None:
    """Say which organisations run the session together.

    Raises:
        NotReady: A published specialist session would have none (AN-05).

    Source:
        AN-05, TR-18.
    """
    lock_session(session)
    session.providers = list_organisations_with(organisation_ids)
    _finish("session providers set", session, ["providers"], by=by, now=now)


def discard_draft(session: TrainingSession, *, by: Person, now: datetime) -> None:
    """Throw a draft away; nobody was told of it and nobody could book.

    Raises:
        OnlyDraftsGo: The session was published; it can be cancelled instead.
    """
    lock_session(session)
    if session.published_at is not None:
        raise rules.OnlyDraftsGo
    _record("session discarded", session, by=by, now=now)
    db.session.delete(session)


def _copy_place(session: TrainingSession, place: PlaceAndTime) -> None:
    session.starts_at = place.starts_at
    session.ends_at = end_of(place)
    session.mode = place.mode
    session.online_link = place.online_link
    session.venue = place.venue
    session.borough = place.borough


def _set(session: TrainingSession, part: Texts | Crew) -> list[str]:
    changed = [name for name, value in asdict(part).items() if getattr(session, name) != value]
    for name in changed:
        setattr(session, name, getattr(part, name))
    return changed


def _finish(
    what: str, session: TrainingSession, changed: Sequence[str], *, by: Person, now: datetime
) -> None:
    """Refuse what a published session cannot lack, write the line, bring e-mails up to date."""
    check_still_ready(session, now=now)
    if not changed:
        return
    _record(what, session, by=by, now=now, fields=", ".join(changed))
    if session.is_published:
        db.session.flush()
        plan_session_mails(session, now=now)


def _record(
    what: str, session: TrainingSession, *, by: Person, now: datetime, fields: str = ""
) -> None:
    audit.record(what, about=f"session {session.id}", by_id=by.id, now=now, fields=fields)
