"""What somebody has promised to do, and the sessions that messages to them may be about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from swa.core.db import db
from swa.people.services.people import Duty
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.types import BookingStatus, SessionStatus

PARTS = {
    "lead_facilitator_id": "Lead facilitator",
    "co_facilitator_id": "Co-facilitator",
    "support_person_id": "Support person",
}


def list_sessions_of_person(person_id: int, *, ended_after: datetime) -> Sequence[TrainingSession]:
    """List the sessions that somebody booked or runs, in ascending id: the order of their locks.

    Args:
        person_id: Whose.
        ended_after: Those that ended by this moment (UTC) are left out.
    """
    runs = or_(*(getattr(TrainingSession, column) == person_id for column in PARTS))
    booked = select(Booking.session_id).where(
        Booking.__table__.c.person_id == person_id, Booking.status != BookingStatus.CANCELLED
    )
    return db.session.scalars(
        select(TrainingSession)
        .where(
            runs | TrainingSession.id.in_(booked),
            TrainingSession.ends_at > ended_after,
            TrainingSession.status != SessionStatus.DRAFT,
        )
        .order_by(TrainingSession.id)
    ).all()


def list_coming_bookings(person_id: int, *, now: datetime) -> Sequence[Booking]:
    """List places and turns of somebody in sessions that have not begun, by session.

    The sessions come in ascending id: the order of their locks. Read afresh.
    """
    return db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .where(
            Booking.__table__.c.person_id == person_id,
            Booking.status != BookingStatus.CANCELLED,
            TrainingSession.status == SessionStatus.PUBLISHED,
            TrainingSession.starts_at > now,
        )
        .order_by(TrainingSession.id)
        .options(contains_eager(Booking.session))
        .execution_options(populate_existing=True)
    ).all()


def list_duties(person_id: int, *, now: datetime) -> list[Duty]:
    """List the sessions still to come that would be left without the person, the next first.

    Source:
        OT-10 (disabling a facilitator lists what is left without one).
    """
    theirs = or_(*(getattr(TrainingSession, column) == person_id for column in PARTS))
    coming = (
        select(TrainingSession)
        .where(
            theirs,
            TrainingSession.ends_at > now,
            TrainingSession.status != SessionStatus.CANCELLED,
        )
        .options(joinedload(TrainingSession.topic))
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return [
        Duty(session.title, session.starts_at, part, f"/sessions/{session.id}/desk")
        for session in db.session.scalars(coming)
        for column, part in PARTS.items()
        if getattr(session, column) == person_id
    ]
