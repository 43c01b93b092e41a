"""Who holds a place, who waits, and what somebody has booked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from swa.core.db import db
from swa.people.models import Organisation, Person, Team
from swa.sessions.models import Booking, PassedOver, TrainingSession
from swa.sessions.rules.mix import measure_mix
from swa.sessions.types import BookingStatus, Claim, MixMeter, SessionStatus

HOLDING = (BookingStatus.CONFIRMED, BookingStatus.OFFERED)
WITH_SESSION = joinedload(Booking.session).joinedload(TrainingSession.topic)
WITH_PEOPLE = (
    joinedload(Booking.person),
    joinedload(Booking.organisation),
    joinedload(Booking.team),
)


def list_live_bookings(session: TrainingSession) -> Sequence[Booking]:
    """List places and turns of a session with their people, in order of booking."""
    return db.session.scalars(
        _live().where(Booking.session_id == session.id).options(*WITH_PEOPLE)
    ).all()


def list_given_back(session: TrainingSession) -> Sequence[Booking]:
    """List the places of a session that were given back, with their people, in order of booking."""
    return db.session.scalars(
        select(Booking)
        .where(
            Booking.session_id == session.id,
            Booking.status == BookingStatus.CANCELLED,
            Booking.confirmed_at.is_not(None),
        )
        .order_by(Booking.id)
        .options(*WITH_PEOPLE)
    ).all()


def list_standing(session: TrainingSession) -> Sequence[Booking]:
    """List places and turns of a session in order of booking, for deciding who comes next.

    Read afresh, also where this transaction has seen a row before.
    """
    return db.session.scalars(
        _live()
        .where(Booking.session_id == session.id)
        .options(joinedload(Booking.person).load_only(Person.is_active))
        .execution_options(populate_existing=True)
    ).all()


def list_confirmed(session: TrainingSession) -> Sequence[Booking]:
    """List the confirmed bookings of a session with their people, by name."""
    return db.session.scalars(
        _live()
        .where(Booking.session_id == session.id, Booking.status == BookingStatus.CONFIRMED)
        .join(Booking.person)
        .order_by(None)
        .order_by(func.lower(Person.name), Booking.id)
        .options(*WITH_PEOPLE)
    ).all()


def list_held(session: TrainingSession) -> list[Claim]:
    """List the places that are confirmed or offered."""
    rows = db.session.scalars(
        _live().where(Booking.session_id == session.id, Booking.status.in_(HOLDING))
    )
    return [booking.claim for booking in rows]


def list_my_coming_bookings(person: Person, now: datetime) -> Sequence[Booking]:
    """List the person's live bookings of sessions that have not ended, soonest first.

    One of a cancelled session stays listed until its end; the page says so (C36).
    """
    return db.session.scalars(
        _of(person)
        .where(Booking.status != BookingStatus.CANCELLED, TrainingSession.ends_at > now)
        .order_by(TrainingSession.starts_at, Booking.id)
    ).all()


def list_my_past_bookings(person: Person, now: datetime) -> Sequence[Booking]:
    """List the places the person had in sessions that have ended, newest first."""
    return db.session.scalars(
        _of(person)
        .where(Booking.status == BookingStatus.CONFIRMED, TrainingSession.ends_at <= now)
        .order_by(TrainingSession.starts_at.desc(), Booking.id.desc())
    ).all()


def get_own_booking(booking_id: int, person: Person) -> Booking:
    """Return one booking of the person, live or cancelled, with its session.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none, or it is somebody else's; both are a 404.
    """
    return db.session.scalars(_of(person).where(Booking.id == booking_id)).one()


def find_live_booking(session: TrainingSession, person: Person) -> Booking | None:
    """Return the person's place or turn in the session, or None."""
    return db.session.scalar(
        _live().where(Booking.session_id == session.id, Booking.person == person)
    )


def waiting_position(booking: Booking) -> int:
    """Return the place in the waiting list, 1 for the first; 0 for somebody who does not wait.

    Source:
        AN-15.
    """
    if booking.status != BookingStatus.WAITING:
        return 0
    return _number_waiting_before(booking) + 1


def find_clash(session: TrainingSession, person: Person) -> Booking | None:
    """Return a confirmed booking of another session at the same hours, the earliest, or None.

    A session that ends when the other starts does not clash.

    Source:
        IN-20 (a warning, no refusal).
    """
    return db.session.scalar(
        _of(person)
        .where(
            Booking.status.in_(HOLDING),
            TrainingSession.id != session.id,
            TrainingSession.status == SessionStatus.PUBLISHED,
            TrainingSession.starts_at < session.ends_at,
            TrainingSession.ends_at > session.starts_at,
        )
        .order_by(TrainingSession.starts_at, Booking.id)
        .limit(1)
    )


def list_organisations_coming(session: TrainingSession) -> Sequence[Organisation]:
    """List the organisations with a confirmed place, by name; never the people.

    Source:
        TR-31.
    """
    coming = select(Booking.__table__.c.organisation_id).where(
        Booking.session_id == session.id, Booking.status == BookingStatus.CONFIRMED
    )
    return db.session.scalars(
        select(Organisation)
        .where(Organisation.id.in_(coming))
        .order_by(func.lower(Organisation.name), Organisation.id)
    ).all()


def list_questions(session: TrainingSession) -> list[tuple[str, str]]:
    """List the questions of those with a place or a turn, each with a name or "".

    Those without a name come in alphabetical order after the others, so that the order of
    booking does not tell whose they are.

    Source:
        TR-14, TR-32 (no name for facilitator, support person or anybody else).
    """
    asked = [booking for booking in list_live_bookings(session) if booking.question]
    named = [(row.question, row.person.name) for row in asked if not row.hides_name]
    unnamed = sorted((row.question, "") for row in asked if row.hides_name)
    return named + unnamed


def measure(session: TrainingSession) -> MixMeter:
    """Measure how mixed the places of the session are, for those who run it.

    Source:
        CC-03, AN-18.
    """
    held = list_held(session)
    organisations = db.session.scalars(
        select(Organisation).where(Organisation.id.in_({claim.organisation_id for claim in held}))
    ).all()
    in_teams = {claim.team_id for claim in held if claim.team_id is not None}
    teams = db.session.scalars(select(Team).where(Team.id.in_(in_teams))).all()
    names = {row.id: row.name for row in organisations}
    return measure_mix(
        held,
        session.places,
        organisations=names,
        # Several organisations have a team of the same name, and a claim keeps the organisation
        # of its day, so the one of the team may be missing.
        teams={row.id: _team_name(row, names.get(row.organisation_id)) for row in teams},
        sectors={row.id: row.sector for row in organisations},
    )


def _team_name(team: Team, organisation: str | None) -> str:
    return f"{team.name} ({organisation})" if organisation else team.name


def list_passed_over(session: TrainingSession) -> Sequence[PassedOver]:
    """List who was passed over for whom and why, the latest first (CF-27); staff see it."""
    return db.session.scalars(
        select(PassedOver)
        .where(PassedOver.session_id == session.id)
        .order_by(PassedOver.at.desc(), PassedOver.id.desc())
        .options(
            joinedload(PassedOver.booking).joinedload(Booking.person),
            joinedload(PassedOver.for_booking).joinedload(Booking.person),
        )
    ).all()


def list_passing_over(booking: Booking) -> Sequence[PassedOver]:
    """List when somebody who asked later got a place first, and why, the latest first.

    Source:
        AN-15 (the person sees the reason; not for whom).
    """
    return db.session.scalars(
        select(PassedOver)
        .where(PassedOver.booking_id == booking.id)
        .order_by(PassedOver.at.desc(), PassedOver.id.desc())
    ).all()


def list_to_fill(now: datetime) -> Sequence[TrainingSession]:
    """List coming sessions with a free place and a waiting list, in ascending id."""
    waiting = TrainingSession.bookings.any(Booking.status == BookingStatus.WAITING)
    return db.session.scalars(
        select(TrainingSession)
        .where(
            TrainingSession.status == SessionStatus.PUBLISHED,
            TrainingSession.starts_at > now,
            TrainingSession.places_taken < TrainingSession.__table__.c.largest,
            waiting,
        )
        .order_by(TrainingSession.id)
    ).all()


def _live() -> Select[Booking]:
    """Select live bookings, read afresh: whoever held the session before may have changed them."""
    return (
        select(Booking)
        .where(Booking.status != BookingStatus.CANCELLED)
        .order_by(Booking.booked_at, Booking.id)
        .execution_options(populate_existing=True)
    )


def _of(person: Person) -> Select[Booking]:
    return (
        select(Booking).join(Booking.session).where(Booking.person == person).options(WITH_SESSION)
    )


def _number_waiting_before(booking: Booking) -> int:
    ahead = (Booking.booked_at < booking.booked_at) | (
        (Booking.booked_at == booking.booked_at) & (Booking.id < booking.id)
    )
    return db.session.scalars(
        select(func.count())
        .select_from(Booking)
        .where(
            Booking.session_id == booking.session_id,
            Booking.status == BookingStatus.WAITING,
            ahead,
        )
    ).one()
