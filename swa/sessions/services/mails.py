"""Keeps invitations and planned e-mails equal to how bookings and sessions stand."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from swa.calendars import services as calendars
from swa.calendars.queries import find_latest, find_standing
from swa.calendars.types import Event
from swa.messaging.models import OutboxMessage
from swa.messaging.queries import list_unsent_for_change
from swa.messaging.services import plan
from swa.messaging.setup import current_setup
from swa.messaging.types import UNSENT, WantedMail
from swa.sessions.emails.events import event_of, event_to_run
from swa.sessions.emails.staff import (
    STAFF_KINDS,
    list_wanted_to_run,
    occasion_to_run,
    staff_of,
)
from swa.sessions.emails.wanted import KINDS, USEFUL_AFTERWARDS, list_wanted, occasion_of
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries import mails as queries
from swa.sessions.queries.access import lock_session
from swa.sessions.queries.bookings import list_live_bookings
from swa.sessions.types import BookingStatus


def plan_mails(booking: Booking, *, now: datetime) -> None:
    """Bring the booking's invitation and unsent e-mails up to date; safe to repeat.

    What a worker has in hand counts as delivered: the rows are held first, so that a CANCEL is
    planned when its REQUEST is on the way, and neither when it is not.

    Args:
        booking: Live or cancelled.
        now: UTC.

    Source:
        CC-09, DC-07, IN-05 (never twice), DC-11.
    """
    occasion = occasion_of(booking)
    list_unsent_for_change(occasion, KINDS)
    event = event_of(booking.session) if _is_invited(booking) else None
    _keep_invitation(occasion, booking.claim.person_id, event, booking.session, now)
    wanted = list_wanted(booking, queries.list_tried(occasion)).mails
    planned = {(row.kind, row.edition) for row in queries.list_messages([occasion])}
    plan(occasion, _still_useful(wanted, planned, now=now), kinds=KINDS, now=now)


def plan_session_mails(session: TrainingSession, *, now: datetime) -> int:
    """Bring invitations and unsent e-mails of everybody in the session up to date.

    The caller holds the session's row.

    Returns:
        How many people have a place or a turn; those who run the session are told besides.

    Source:
        IN-09.
    """
    bookings = list_live_bookings(session)
    for booking in bookings:
        plan_mails(booking, now=now)
    for person_id in sorted(staff_of(session) | queries.list_invited_to_run(session)):
        _plan_mails_to_run(session, person_id, now=now)
    return len(bookings)


def list_sessions_to_plan(now: datetime) -> Sequence[TrainingSession]:
    """List the sessions whose e-mails may still change, in ascending id."""
    return queries.list_sessions_with_mails(ended_after=now - USEFUL_AFTERWARDS)


def plan_anew(session: TrainingSession, *, now: datetime) -> int:
    """Bring the e-mails of a session up to date, in case something was missed.

    It is locked and planned anew only when it differs from what it ought to have.

    Returns:
        How many e-mails were written.

    Source:
        DC-07, IN-05.
    """
    if _is_up_to_date(session, now=now):
        return 0
    lock_session(session)
    before = queries.count_messages()
    plan_session_mails(session, now=now)
    return queries.count_messages() - before


def _plan_mails_to_run(session: TrainingSession, person_id: int, *, now: datetime) -> None:
    occasion = occasion_to_run(session, person_id)
    list_unsent_for_change(occasion, STAFF_KINDS)
    runs_it = session.is_published and person_id in staff_of(session)
    _keep_invitation(occasion, person_id, event_to_run(session) if runs_it else None, session, now)
    invitation = find_latest(occasion)
    if invitation is None:
        return
    wanted = list_wanted_to_run(session, invitation, queries.list_tried(occasion))
    planned = {(row.kind, row.edition) for row in queries.list_messages([occasion])}
    plan(occasion, _still_useful(wanted, planned, now=now), kinds=STAFF_KINDS, now=now)


def _keep_invitation(
    occasion: str, person_id: int, event: Event | None, session: TrainingSession, now: datetime
) -> None:
    """Make, revise or withdraw an invitation so that it says the event, or is none."""
    if session.ends_at <= now:
        return
    standing = find_standing(occasion)
    if event is None and standing is not None:
        calendars.withdraw(standing, now=now)
    elif event is not None and standing is not None:
        calendars.revise(standing, event, now=now)
    elif event is not None:
        sender = current_setup().sender
        calendars.invite(occasion, person_id, event, organiser=sender, now=now)


def _is_invited(booking: Booking) -> bool:
    has_place = booking.status == BookingStatus.CONFIRMED and not booking.is_walk_in
    return has_place and booking.session.is_published


def _still_useful(
    wanted: Sequence[WantedMail], planned: set[tuple[str, int]], *, now: datetime
) -> list[WantedMail]:
    """Leave out what would come too late; a row that is there already becomes missed instead."""
    return [
        mail for mail in wanted if mail.give_up_at > now or (mail.kind, mail.edition) in planned
    ]


def _is_up_to_date(session: TrainingSession, *, now: datetime) -> bool:
    if session.is_published and not staff_of(session) <= queries.list_invited_to_run(session):
        return False
    bookings = list_live_bookings(session)
    rows: dict[str, list[OutboxMessage]] = defaultdict(list)
    for row in queries.list_messages(map(occasion_of, bookings)):
        rows[row.occasion].append(row)
    return all(_has_what_it_ought(b, rows[occasion_of(b)], now=now) for b in bookings)


def _has_what_it_ought(booking: Booking, rows: list[OutboxMessage], *, now: datetime) -> bool:
    tried = {(row.kind, row.edition) for row in rows if row.attempts > 0}
    planned = {(row.kind, row.edition) for row in rows}
    wanted = _still_useful(list_wanted(booking, tried).mails, planned, now=now)
    due = {(mail.kind, mail.edition): max(mail.due_at, now) for mail in wanted}
    unsent = [row for row in rows if row.state in UNSENT]
    has_all = due.keys() <= planned
    return has_all and all(
        due.get((row.kind, row.edition)) == max(row.due_at, now) for row in unsent
    )
