"""Keeps invitations and planned e-mails equal to how bookings and sessions stand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from swa.calendars.queries import find_latest, find_standing
from swa.calendars.services import invitations as calendars
from swa.calendars.types import Event
from swa.messaging import rulebook
from swa.messaging.models import OutboxMessage
from swa.messaging.queries import list_unsent_for_change
from swa.messaging.send_rules import longest_reach
from swa.messaging.services import plan
from swa.messaging.setup import current_setup
from swa.messaging.types import UNSENT, WantedMail
from swa.sessions.emails.events import event_of, event_to_run
from swa.sessions.emails.wanted import KINDS, list_wanted, occasion_of
from swa.sessions.emails.wanted_to_run import (
    STAFF_KINDS,
    list_wanted_to_run,
    occasion_to_run,
    staff_of,
)
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries import mails as queries
from swa.sessions.queries.access import lock_session
from swa.sessions.queries.bookings import list_live_bookings
from swa.sessions.types import BookingStatus

Key = tuple[str, int, int | None]


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
    _plan(occasion, wanted, booking.session, kinds=KINDS, now=now)


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
    """List the sessions whose e-mails may still change, in ascending id.

    Those that are over longer than any rule reaches are left out, unless something of them waits.
    """
    reach = longest_reach(rulebook.load().list_all())
    return queries.list_sessions_with_mails(ended_after=now - reach)


def list_sessions_of_round(after: int, *, most: int, now: datetime) -> Sequence[TrainingSession]:
    """List the next sessions to be planned anew since a rule was changed, in ascending id.

    Args:
        after: Those with this id and below have been planned.
        most: Longest list.
        now: UTC.
    """
    rules = rulebook.load().list_all()
    asks_for_past = any(rule.is_on and rule.past_asked_at for rule in rules)
    ended_after = None if asks_for_past else now - longest_reach(rules)
    return queries.list_sessions_with_mails(ended_after=ended_after, after=after, most=most)


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
    _plan(occasion, wanted, session, kinds=STAFF_KINDS, now=now)


def _plan(
    occasion: str,
    wanted: Sequence[WantedMail],
    session: TrainingSession,
    *,
    kinds: Collection[str],
    now: datetime,
) -> None:
    planned = {_key(row) for row in queries.list_messages([occasion])}
    useful = _still_useful(wanted, planned, now=now)
    plan(occasion, useful, kinds=kinds, now=now, belongs_to=f"session {session.id}")


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
    wanted: Sequence[WantedMail], planned: set[Key], *, now: datetime
) -> list[WantedMail]:
    """Leave out what would come too late; a row that is there already becomes missed instead."""
    return [mail for mail in wanted if mail.give_up_at > now or _key(mail) in planned]


def _key(mail: WantedMail | OutboxMessage) -> Key:
    return (mail.kind, mail.edition, mail.person_id)


def _is_up_to_date(session: TrainingSession, *, now: datetime) -> bool:
    if session.is_published and not staff_of(session) <= queries.list_invited_to_run(session):
        return False
    bookings, invitations = list_live_bookings(session), queries.list_invitations_to_run(session)
    of_bookings = [occasion_of(booking) for booking in bookings]
    rows = _by_occasion([*of_bookings, *invitations])
    book = rulebook.load()
    wanted = {
        occasion_of(b): list_wanted(b, _tried(rows[occasion_of(b)]), book).mails for b in bookings
    } | {
        occasion: list_wanted_to_run(session, invitation, _tried(rows[occasion]), book)
        for occasion, invitation in invitations.items()
    }
    return all(_has_what_it_ought(mails, rows[about], now=now) for about, mails in wanted.items())


def _by_occasion(occasions: Iterable[str]) -> defaultdict[str, list[OutboxMessage]]:
    rows: defaultdict[str, list[OutboxMessage]] = defaultdict(list)
    for row in queries.list_messages(occasions):
        rows[row.occasion].append(row)
    return rows


def _tried(rows: Iterable[OutboxMessage]) -> set[tuple[str, int]]:
    return {(row.kind, row.edition) for row in rows if row.attempts > 0}


def _has_what_it_ought(
    mails: Sequence[WantedMail], rows: Sequence[OutboxMessage], *, now: datetime
) -> bool:
    planned = {_key(row) for row in rows}
    due = {_key(m): max(m.due_at, now) for m in _still_useful(mails, planned, now=now)}
    unsent = [row for row in rows if row.state in UNSENT]
    return due.keys() <= planned and all(
        _key(row) in due and (row.is_by_hand or due[_key(row)] == max(row.due_at, now))
        for row in unsent
    )
