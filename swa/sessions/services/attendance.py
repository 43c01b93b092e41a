"""Who was there: one save for everybody, and people who come without a booking."""

from collections.abc import Mapping
from datetime import datetime

from swa.core.db import db
from swa.people.models import Person
from swa.people.services import audit
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries import bookings as queries
from swa.sessions.queries.access import lock_session
from swa.sessions.rules import attendance as rules
from swa.sessions.rules.places import AlreadyBooked, RunsTheSession
from swa.sessions.services.mails import plan_mails, plan_session_mails
from swa.sessions.services.references import make_reference
from swa.sessions.types import BookingStatus, Claim, Mark


def record_attendance(
    session: TrainingSession,
    marks: Mapping[int, Mark | None],
    *,
    seen_version: int,
    by: Person,
    now: datetime,
) -> None:
    """Save who was there; the after-mails follow. Sending the same twice changes nothing.

    Args:
        session: From 30 minutes before its start on.
        marks: By booking id; None for not marked. Bookings that are not confirmed in this
            session are left out.
        seen_version: ``attendance_version`` as it was when the page was opened.
        by: Facilitator, support person or coordinator.
        now: UTC.

    Raises:
        AttendanceNotOpen: It starts in more than 30 minutes.
        SessionWasCalledOff: It was cancelled, or never published.
        SavedMeanwhile: Somebody else saved other marks since; names them.

    Source:
        IN-13, TR-09, EV-50 (attendance is the basis of the measures), MT-10 (after-mail).
    """
    lock_session(session)
    rules.check_open(session.status, session.starts_at, now=now)
    coming = {booking.id: booking for booking in queries.list_confirmed(session)}
    changes = rules.find_changes({key: row.mark for key, row in coming.items()}, marks)
    is_first = session.attendance_saved_at is None
    if not changes and not is_first:
        return
    if seen_version != session.attendance_version:
        raise rules.SavedMeanwhile(_who_saved(session))
    for booking_id, mark in changes.items():
        coming[booking_id].mark = mark
        what = f"marked {mark}" if mark else "mark taken back"
        audit.record(what, about=f"booking {booking_id}", by_id=by.id, now=now)
    session.attendance_version += 1
    session.attendance_saved_at, session.attendance_saved_by_id = now, by.id
    db.session.flush()
    audit.record("attendance saved", about=f"session {session.id}", by_id=by.id, now=now)
    plan_session_mails(session, now=now)


def add_walk_in(session: TrainingSession, person: Person, *, by: Person, now: datetime) -> Booking:
    """Give a place to somebody who came without one, on the day and up to the maximum.

    They may be on the waiting list already; then that turn becomes the place. They are marked
    present: they stand at the door. The mix caps do not count any more.

    Args:
        session: From its day until 30 days later.
        person: Who came.
        by: Facilitator, support person or coordinator.
        now: UTC.

    Raises:
        AlreadyBooked: They have a place.
        RunsTheSession: They are there anyway.
        NotTheDayYet: It is before the day of the session.
        TooLateToAdd: It is more than 30 days after.
        NoPlaceLeft: All places are taken (CC-02).
        SessionWasCalledOff: It was cancelled, or never published.

    Source:
        EV-50, CC-02.
    """
    lock_session(session)
    booking = queries.find_live_booking(session, person)
    if booking is not None and booking.holds_a_place:
        raise AlreadyBooked
    if person.id in session.crew_ids:
        raise RunsTheSession
    rules.check_walk_in(
        session.status,
        session.starts_at,
        taken=session.places_taken,
        largest=session.places.largest,
        now=now,
    )
    if booking is None:
        claim = Claim(person.id, person.organisation_id, person.team_id)
        booking = Booking(session=session, reference=make_reference(), claim=claim, booked_at=now)
    db.session.add(booking)
    booking.status, booking.wait_reason = BookingStatus.CONFIRMED, None
    booking.is_walk_in, booking.confirmed_at = True, now
    booking.mark = Mark.PRESENT
    session.places_taken += 1
    db.session.flush()
    audit.record("walk-in added", about=f"booking {booking.id}", by_id=by.id, now=now)
    plan_mails(booking, now=now)
    return booking


def _who_saved(session: TrainingSession) -> str:
    saver = session.attendance_saved_by
    name = saver.name if saver else "Somebody else"
    return f"{name} saved the attendance after you opened this page, so check it again"
