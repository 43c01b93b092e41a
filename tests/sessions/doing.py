"""What people do in the tests of training, each in a transaction of its own."""

from datetime import datetime, timedelta
from typing import Any

from swa.core.db import transaction
from swa.people.models import Person
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries.bookings import list_live_bookings, list_to_fill
from swa.sessions.queries.mails import list_sessions_to_decide
from swa.sessions.services import attendance, booking, changes, go_ahead, mails
from swa.sessions.types import BookingDetails, BookingStatus, Mark, NewDate


def book(
    session: TrainingSession,
    person: Person,
    *,
    now: datetime | None = None,
    by: Person | None = None,
    **details: Any,
) -> Booking:
    """Book nine days before the start unless told otherwise."""
    now = now or session.starts_at - timedelta(days=9)
    with transaction():
        return booking.book_place(
            session, person, by=by or person, details=BookingDetails(**details), now=now
        )


def waiting_in(session: TrainingSession) -> list[Booking]:
    return [row for row in list_live_bookings(session) if row.status == BookingStatus.WAITING]


def cancel(row: Booking, *, now: datetime | None = None, by: Person | None = None) -> None:
    now = now or row.session.starts_at - timedelta(days=8)
    with transaction():
        booking.cancel_booking(row, by=by or row.person, now=now)


def later(session: TrainingSession, **changed: Any) -> NewDate:
    """Return the date of the session with something else; ``by=`` moves start and end."""
    shift = changed.pop("by", timedelta(0))
    return NewDate(
        **{
            "starts_at": session.starts_at + shift,
            "ends_at": session.ends_at + shift,
            "mode": session.mode,
            "online_link": session.online_link,
            "venue": session.venue,
        }
        | changed
    )


def move(session: TrainingSession, new: NewDate, *, by: Person, now: datetime) -> int:
    with transaction():
        return changes.move_session(session, new, by=by, now=now)


def call_off(
    session: TrainingSession, *, by: Person, now: datetime, reason: str = "The room is flooded"
) -> int:
    with transaction():
        return changes.cancel_session(session, reason=reason, by=by, now=now)


def mark(
    session: TrainingSession,
    marks: dict[int, Mark | None],
    *,
    by: Person,
    now: datetime | None = None,
    seen: int | None = None,
) -> None:
    now = now or session.ends_at
    version = session.attendance_version if seen is None else seen
    with transaction():
        attendance.record_attendance(session, marks, seen_version=version, by=by, now=now)


def fill_all(now: datetime) -> int:
    """Do in the open transaction what the worker does in one for each session."""
    return sum(booking.fill_where_caps_lifted(row, now=now) for row in list_to_fill(now))


def ask_all(now: datetime) -> int:
    """Do in the open transaction what the worker does in one for each session."""
    return sum(go_ahead.ask_where_due(row, now=now) for row in list_sessions_to_decide(now))


def plan_all(now: datetime) -> int:
    """Do in the open transaction what the worker does in one for each session."""
    return sum(mails.plan_anew(row, now=now) for row in mails.list_sessions_to_plan(now))
