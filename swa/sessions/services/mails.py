"""Keeps invitations and planned e-mails equal to how bookings and sessions stand."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from swa.calendars.models import Invitation
from swa.calendars.queries import hold_newest
from swa.calendars.services import invitations as calendars
from swa.calendars.services.names import tell_new_name
from swa.calendars.types import Change, Event, InvitationState
from swa.messaging import rulebook
from swa.messaging.models import OutboxMessage
from swa.messaging.queries import list_unsent_for_change
from swa.messaging.send_rules import Event as Moment
from swa.messaging.send_rules import longest_reach
from swa.messaging.services import plan_together
from swa.messaging.setup import current_setup
from swa.messaging.types import UNSENT, WantedMail
from swa.sessions.emails.events import event_of, event_to_run
from swa.sessions.emails.managers import MANAGER_KINDS, list_wanted_by_managers
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
from swa.sessions.queries.bookings import list_given_back, list_live_bookings
from swa.sessions.rules.send_plan import scope_of
from swa.sessions.types import BookingStatus

Key = tuple[str, int, int | None]
Tried = tuple[str, int]


def plan_mails(*bookings: Booking, now: datetime, is_new: bool = False) -> None:
    """Bring invitations and unsent e-mails of bookings of one session up to date; safe to repeat.

    What a worker has in hand counts as delivered: the rows are held first, so that a CANCEL is
    planned when its REQUEST is on the way, and neither when it is not.

    Args:
        bookings: Live or cancelled; none changes nothing.
        now: UTC.
        is_new: They were made in this very transaction, so nothing of them can be there yet.

    Source:
        CC-09, DC-07, IN-05 (never twice), DC-11.
    """
    if bookings:
        session = bookings[0].session
        _plan(_parts_of(session, bookings), session, now=now, is_new=is_new)


def plan_session_mails(session: TrainingSession, *, now: datetime) -> int:
    """Bring invitations and unsent e-mails of everybody in the session up to date.

    The caller holds the session's row. Everybody is planned together: the number of reads does
    not grow with the people.

    Returns:
        How many people have a place or a turn; those who run the session are told besides.

    Source:
        IN-09.
    """
    bookings = _list_to_tell(session)
    run_it = staff_of(session) | queries.list_invited_to_run(session)
    _plan(_parts_of(session, bookings, run_it), session, now=now)
    return sum(booking.is_live for booking in bookings)


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


@dataclass(frozen=True)
class _Part:
    """What one person is told about a session: where they have booked it, or since they run it.

    Attributes:
        occasion: As the outbox and the calendars know it.
        event: What stands in their calendar; None for nothing.
        list_wanted: Given their invitation and what may have reached them, lists their e-mails.
        list_for_managers: Given all messages about it, lists those to line managers who know of it.
    """

    occasion: str
    person_id: int
    event: Event | None
    list_wanted: Callable[[Invitation | None, Collection[Tried]], Sequence[WantedMail]]
    list_for_managers: Callable[[Sequence[queries.Written]], Sequence[WantedMail]] = lambda _: ()


def _parts_of(
    session: TrainingSession, bookings: Iterable[Booking], run_it: Iterable[int] = ()
) -> list[_Part]:
    """List the bookings of a session and those who run it, in this order.

    Args:
        session: The session.
        bookings: Some or all of its bookings.
        run_it: Ids of those who run it, or did.
    """
    to_come = event_of(session) if session.is_published else None
    to_run = event_to_run(session) if session.is_published else None
    book, came_again = rulebook.load(), queries.list_came_again(session)

    def part_of(booking: Booking) -> _Part:
        has_place = booking.status == BookingStatus.CONFIRMED and not booking.is_walk_in
        return _Part(
            occasion_of(booking),
            booking.claim.person_id,
            to_come if has_place else None,
            lambda _, tried: list_wanted(booking, tried, book, came_again).mails,
            lambda rows: list_wanted_by_managers(booking, rows, book),
        )

    def part_to_run(person_id: int) -> _Part:
        return _Part(
            occasion_to_run(session, person_id),
            person_id,
            to_run if person_id in staff_of(session) else None,
            lambda invitation, tried: (
                list_wanted_to_run(session, invitation, tried, book) if invitation else ()
            ),
        )

    return [*map(part_of, bookings), *map(part_to_run, sorted(run_it))]


def _list_to_tell(session: TrainingSession) -> Sequence[Booking]:
    """List places and turns, and what was given back where a rule says something of that."""
    live = list_live_bookings(session)
    rules = rulebook.load().rules_for(scope_of(session.topic_id))
    if all(rule.event is not Moment.GIVEN_BACK for rule in rules):
        return live
    return [*live, *list_given_back(session)]


def _plan(
    parts: Sequence[_Part], session: TrainingSession, *, now: datetime, is_new: bool = False
) -> None:
    """Hold the rows of the outbox, then the invitations, as a worker does; compare and write."""
    occasions = [part.occasion for part in parts if not is_new]
    held = list_unsent_for_change(occasions, (*KINDS, *MANAGER_KINDS, *STAFF_KINDS))
    invitations = hold_newest(occasions)
    if now < session.ends_at:
        _keep_invitations(parts, invitations, held, session, now=now)
    written = queries.list_written(occasions) if occasions else defaultdict(list)
    wanted = {
        part.occasion: _useful(part, invitations, written[part.occasion], now=now) for part in parts
    }
    missed = {row.occasion for row in chain(*written.values()) if row.is_missed}
    about = f"session {session.id}"
    plan_together(wanted, held=held, missed=missed, now=now, belongs_to=about)


def _keep_invitations(
    parts: Iterable[_Part],
    invitations: dict[str, Invitation],
    held: Collection[OutboxMessage],
    session: TrainingSession,
    *,
    now: datetime,
) -> None:
    """Make, revise or withdraw invitations so that each says the event, or is none.

    A new date or place has a mail of its own; a new name brings one here.
    """
    for part in parts:
        newest = invitations.get(part.occasion)
        standing = newest if newest and newest.state is InvitationState.STANDING else None
        if standing and part.event:
            was = standing.event.title
            change = calendars.revise(standing, part.event, now=now, is_held=True)
            if change is Change.TEXT and part.event.title != was:
                waiting = [row for row in held if row.occasion == part.occasion]
                about = f"session {session.id}"
                tell_new_name(standing, waiting=waiting, belongs_to=about, now=now)
        elif standing:
            calendars.withdraw(standing, now=now, is_held=True)
        elif part.event:
            sender = current_setup().sender
            invitations[part.occasion] = calendars.invite(
                part.occasion, part.person_id, part.event, organiser=sender, now=now, is_first=True
            )


def _useful(
    part: _Part,
    invitations: Mapping[str, Invitation],
    rows: Sequence[queries.Written],
    *,
    now: datetime,
) -> list[WantedMail]:
    """List what the person ought to have, without what would come too late.

    A row that is there already becomes missed instead.
    """
    tried = {(row.kind, row.edition) for row in rows if row.may_have_left}
    planned = {_key(row) for row in rows if not row.is_over}
    mails = [
        *part.list_wanted(invitations.get(part.occasion), tried),
        *part.list_for_managers(rows),
    ]
    return [mail for mail in mails if mail.give_up_at > now or _key(mail) in planned]


def _key(mail: WantedMail | queries.Written) -> Key:
    return (mail.kind, mail.edition, mail.person_id)


def _is_up_to_date(session: TrainingSession, *, now: datetime) -> bool:
    invitations = queries.list_invitations_to_run(session)
    run_it = {invitation.person_id for invitation in invitations.values()}
    if session.is_published and not staff_of(session) <= run_it:
        return False
    parts = _parts_of(session, _list_to_tell(session), run_it)
    written = queries.list_written([part.occasion for part in parts])
    return all(
        _has_what_it_ought(
            _useful(part, invitations, rows, now=now),
            [row for row in rows if not row.is_over],
            now=now,
        )
        for part in parts
        for rows in [written[part.occasion]]
    )


def _has_what_it_ought(
    mails: Sequence[WantedMail], rows: Sequence[queries.Written], *, now: datetime
) -> bool:
    planned = {_key(row) for row in rows}
    due = {_key(mail): max(mail.due_at, now) for mail in mails}
    unsent = [row for row in rows if row.state in UNSENT]
    return due.keys() <= planned and all(
        _key(row) in due and (row.is_by_hand or due[_key(row)] == max(row.due_at, now))
        for row in unsent
    )
