"""Keeps invitations and planned e-mails equal to how bookings and sessions stand."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from swa.calendars import services as calendars
from swa.calendars.queries import find_standing
from swa.messaging.models import OutboxMessage
from swa.messaging.queries import list_unsent_for_change
from swa.messaging.services import plan
from swa.messaging.setup import current_setup
from swa.messaging.types import UNSENT, WantedMail
from swa.sessions.emails.events import event_of
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
    _keep_invitation(booking, now=now)
    list_unsent_for_change(occasion, KINDS)
    wanted = list_wanted(booking, queries.list_tried(occasion)).mails
    planned = {(row.kind, row.edition) for row in queries.list_messages([occasion])}
    plan(occasion, _still_useful(wanted, planned, now=now), kinds=KINDS, now=now)


def plan_session_mails(session: TrainingSession, *, now: datetime) -> int:
    """Bring invitations and unsent e-mails of everybody in the session up to date.

    The caller holds the session's row.

    Returns:
        How many people have a place or a turn, or run the session.

    Source:
        IN-09.
    """
    bookings = list_live_bookings(session)
    for booking in bookings:
        plan_mails(booking, now=now)
    return len(bookings)


def plan_all_mails(*, now: datetime) -> int:
    """Bring the e-mails of all sessions up to date, in case something was missed.

    Only sessions that differ from what they ought to have are locked and planned anew.

    Returns:
        How many e-mails were written.

    Source:
        DC-07, IN-05.
    """
    before = queries.count_messages()
    for session in queries.list_sessions_with_mails(ended_after=now - USEFUL_AFTERWARDS):
        if not _is_up_to_date(session, now=now):
            lock_session(session)
            plan_session_mails(session, now=now)
    return queries.count_messages() - before


def _keep_invitation(booking: Booking, *, now: datetime) -> None:
    session, occasion = booking.session, occasion_of(booking)
    if session.ends_at <= now:
        return
    standing = find_standing(occasion)
    if _is_invited(booking):
        if standing is None:
            calendars.invite(
                occasion,
                booking.claim.person_id,
                event_of(session),
                organiser=current_setup().sender,
                now=now,
            )
        else:
            calendars.revise(standing, event_of(session), now=now)
    elif standing is not None:
        calendars.withdraw(standing, now=now)


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
