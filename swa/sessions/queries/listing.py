"""Lists of sessions: what is coming, one month, what somebody runs."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from swa.core.dates import first_moment_of
from swa.core.db import db
from swa.core.paging import Page, paginate
from swa.people.models import Organisation, Person
from swa.sessions.models import Booking, Topic, TrainingSession, session_providers
from swa.sessions.queries import access
from swa.sessions.types import BookingStatus, Mode, SessionStatus, TopicKind

Sessions = Page[TrainingSession]
SOONEST_FIRST = (TrainingSession.starts_at, TrainingSession.id)
LATEST_FIRST = (TrainingSession.starts_at.desc(), TrainingSession.id.desc())
HOLDS_A_PLACE = (BookingStatus.CONFIRMED, BookingStatus.OFFERED)
LARGEST = TrainingSession.__table__.c.largest
TAKEN = Booking.__table__.c
LAST_DAY = date(2999, 12, 31)


@dataclass(frozen=True)
class SessionFilter:
    """What somebody looks for; None and False mean "any".

    Attributes:
        from_day, to_day: First and last day of the start, London.
        has_places: Only sessions with a place left.
        is_regulated: Only topics with limits of advice (TR-26).
    """

    kind: TopicKind | None = None
    topic_id: int | None = None
    borough: str = ""
    organisation_id: int | None = None
    mode: Mode | None = None
    from_day: date | None = None
    to_day: date | None = None
    has_places: bool = False
    is_regulated: bool = False


def list_coming(wanted: SessionFilter, *, now: datetime, page: str | None) -> Sessions:
    """List the published sessions that have not ended, soonest first (C36).

    Everybody gets the same list (AN-07). An unknown page is the first one (C32).
    """
    conditions = (
        TrainingSession.status == SessionStatus.PUBLISHED,
        TrainingSession.ends_at > now,
        *_conditions(wanted),
    )
    found = select(TrainingSession).where(*conditions).order_by(*SOONEST_FIRST)
    return paginate(_with_details(found), page)


def list_month(year: int, month: int) -> list[TrainingSession]:
    """List the sessions that begin in a month, London time, with those that were called off."""
    following = date(year + month // 12, month % 12 + 1, 1)
    wanted = select(TrainingSession).where(
        TrainingSession.published_at.is_not(None),
        TrainingSession.starts_at >= _midnight(date(year, month, 1)),
        TrainingSession.starts_at < _midnight(following),
    )
    # Joined, since what is loaded beside takes one more query for each 500 sessions.
    shown = wanted.options(joinedload(TrainingSession.topic)).order_by(*SOONEST_FIRST)
    return list(db.session.scalars(shown))


def list_to_run(person: Person, *, is_past: bool, now: datetime, page: str | None) -> Sessions:
    """List the sessions that somebody runs or manages.

    Args:
        person: Facilitator, support person, or programme coordinator, who manages all.
        is_past: Those that have ended or were called off, latest first; else drafts and coming
            ones, soonest first.
        now: UTC.
        page: What the address says.

    Source:
        DC-08, AN-28 (each session has an owner).
    """
    over = or_(
        TrainingSession.status == SessionStatus.CANCELLED,
        and_(TrainingSession.status == SessionStatus.PUBLISHED, TrainingSession.ends_at <= now),
    )
    wanted = access.runnable_by(person).where(over if is_past else ~over)
    order = LATEST_FIRST if is_past else SOONEST_FIRST
    return paginate(_with_crew(wanted).order_by(*order), page)


def list_organisations_coming(session: TrainingSession) -> list[str]:
    """List the organisations with a place, in alphabetical order; never names (TR-31, C41)."""
    coming = (
        select(TAKEN.organisation_id)
        .where(Booking.session_id == session.id, Booking.status.in_(HOLDS_A_PLACE))
        .distinct()
    )
    wanted = select(Organisation.name).where(Organisation.id.in_(coming))
    return list(db.session.scalars(wanted.order_by(Organisation.name)))


def find_my_booking(session: TrainingSession, person: Person) -> Booking | None:
    """Return the person's place or turn on the session, None when they have neither."""
    mine = select(Booking).where(
        Booking.session_id == session.id,
        TAKEN.person_id == person.id,
        Booking.status != BookingStatus.CANCELLED,
    )
    return db.session.scalars(mine).one_or_none()


def list_boroughs() -> list[str]:
    """List the boroughs in which a session was ever published, in alphabetical order (AN-20)."""
    wanted = select(TrainingSession.borough).where(
        TrainingSession.published_at.is_not(None), TrainingSession.borough != ""
    )
    return list(db.session.scalars(wanted.distinct().order_by(TrainingSession.borough)))


def list_providers() -> list[tuple[int, str]]:
    """List the organisations that run sessions as id and name, in alphabetical order.

    Only of what was published: who provides a draft is nobody else's business yet (AZ-1).
    """
    run = (
        select(session_providers.c.organisation_id)
        .join(TrainingSession, TrainingSession.id == session_providers.c.session_id)
        .where(TrainingSession.published_at.is_not(None))
    )
    wanted = select(Organisation.id, Organisation.name).where(Organisation.id.in_(run))
    rows = db.session.execute(wanted.order_by(Organisation.name))
    return [(organisation_id, name) for organisation_id, name in rows]


def list_topic_titles() -> list[tuple[int, str]]:
    """List the topics that are offered as id and title, in alphabetical order."""
    wanted = select(Topic.id, Topic.title).where(Topic.is_active).order_by(Topic.title)
    return [(topic_id, title) for topic_id, title in db.session.execute(wanted)]


def _conditions(wanted: SessionFilter) -> list[ColumnElement[bool]]:
    providers = TrainingSession.providers.any(Organisation.id == wanted.organisation_id)
    possible = (
        (wanted.kind, TrainingSession.topic.has(Topic.kind == wanted.kind)),
        (wanted.topic_id, TrainingSession.topic_id == wanted.topic_id),
        (wanted.borough, TrainingSession.borough == wanted.borough),
        (wanted.organisation_id, providers),
        (wanted.mode, TrainingSession.mode == wanted.mode),
        (wanted.has_places, TrainingSession.places_taken < LARGEST),
        (wanted.is_regulated, TrainingSession.topic.has(Topic.is_regulated)),
    )
    chosen = [condition for is_wanted, condition in possible if is_wanted]
    if wanted.from_day:
        chosen.append(TrainingSession.starts_at >= _midnight(wanted.from_day))
    if wanted.to_day:
        next_day = min(wanted.to_day, LAST_DAY) + timedelta(days=1)
        chosen.append(TrainingSession.starts_at < _midnight(next_day))
    return chosen


def _with_details(wanted: Select[TrainingSession]) -> Select[TrainingSession]:
    return wanted.options(
        joinedload(TrainingSession.topic), selectinload(TrainingSession.providers)
    )


def _with_crew(wanted: Select[TrainingSession]) -> Select[TrainingSession]:
    """Load what the publish checklist looks at, whatever the number of sessions."""
    return wanted.options(
        joinedload(TrainingSession.topic).selectinload(Topic.providers),
        joinedload(TrainingSession.lead_facilitator),
        joinedload(TrainingSession.co_facilitator),
        selectinload(TrainingSession.providers),
        selectinload(TrainingSession.plan),
    )


def _midnight(day: date) -> datetime:
    return first_moment_of(datetime.combine(day, time()))
