"""Which sessions stand in a person's calendar."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from swa.calendars.models import Invitation
from swa.core.db import db
from swa.sessions.models import Booking, TrainingSession

BOOKING, SESSION = "booking", "session"


def list_sessions_of(invitations: Iterable[Invitation]) -> Sequence[TrainingSession]:
    """List the sessions that the invitations are for, in ascending id: the order of their locks."""
    numbers: dict[str, set[int]] = {BOOKING: set(), SESSION: set()}
    for invitation in invitations:
        word, number, *_ = invitation.occasion.split()
        if word in numbers:
            numbers[word].add(int(number))
    booked = select(Booking.session_id).where(Booking.id.in_(numbers[BOOKING]))
    return db.session.scalars(
        select(TrainingSession)
        .where(TrainingSession.id.in_(numbers[SESSION]) | TrainingSession.id.in_(booked))
        .order_by(TrainingSession.id)
    ).all()


def is_for_a_booking(invitation: Invitation) -> bool:
    """Say whether an invitation is for a place; else somebody runs the session."""
    return invitation.occasion.startswith(f"{BOOKING} ")
