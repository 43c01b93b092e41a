"""The words of each e-mail about a booking, and whether it is still wanted when it goes."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from swa.calendars.building import itip_part
from swa.calendars.emails import was_ended
from swa.calendars.models import Invitation
from swa.calendars.queries import find_latest
from swa.core.dates import long_date
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import render_draft
from swa.messaging.types import Draft, Recipient
from swa.sessions.emails import wanted
from swa.sessions.emails.cases import case_of
from swa.sessions.emails.news import Key, find_match, join_thread, why_not_now
from swa.sessions.emails.values import booking_values, move_values, turn_values
from swa.sessions.models import Booking, SessionMove
from swa.sessions.queries.mails import came_again
from swa.sessions.rules import send_plan

TEMPLATES = {
    wanted.CONFIRMED: "booking_confirmed",
    wanted.WAITS: "on_waiting_list",
    wanted.PLACE_GIVEN: "place_given",
    wanted.MOVED: "session_moved",
    wanted.CANCELLED: "booking_cancelled",
    wanted.CALLED_OFF: "session_cancelled",
    send_plan.PREWORK: "prework",
    send_plan.JOINING: "joining_instructions",
    send_plan.AFTER: "after_session",
    send_plan.MISSED: "missed_you",
    send_plan.REFRESHER: "refresher",
}
WITH_CALENDAR = wanted.INVITES | {wanted.CANCELLED, wanted.CALLED_OFF}


def why_not(message: OutboxMessage, now: datetime) -> str | None:
    """Say why a message about a booking is not wanted any more; None sends it.

    Args:
        message: The message that is about to go.
        now: UTC.

    Source:
        IN-05, CC-09 (nothing to the cancelled, nothing that the facts have overtaken), TR-22.
    """
    case = case_of(message)
    mail = find_match(message, case.wanted.mails)
    if mail is None:
        return _what_changed(message, case.booking)
    return why_not_now(message, mail, case.booking.session, now=now)


def draft(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Write a message about a booking, with its calendar part if it has one.

    Args:
        message: The message, of one of the kinds of ``TEMPLATES``.
        recipient: Who gets it.

    Source:
        DC-07, DC-09, DC-11, TR-12, TR-13, TR-27, CC-10, MT-10.
    """
    case = case_of(message)
    booking, told_before = case.booking, case.wanted.told_before
    invitation = _find_invitation(message, told_before, case.tried)
    calendar = itip_part(invitation, recipient) if invitation else None
    values = booking_values(
        booking, name=recipient.name, has_calendar=calendar is not None
    ) | _more_values(message.kind, booking, told_before)
    words = render_draft(f"sessions/{TEMPLATES[message.kind]}", **values)
    thread_id = join_thread(message, invitation) if invitation else ""
    return replace(words, calendar=calendar, thread_id=thread_id)


def _find_invitation(
    message: OutboxMessage,
    told_before: SessionMove | None,
    tried: frozenset[Key],
) -> Invitation | None:
    """Return what the calendar part is made of; a CANCEL goes only to who was invited."""
    if message.kind not in WITH_CALENDAR:
        return None
    invitation, invites = find_latest(message.occasion), message.kind in wanted.INVITES
    was_invited = any(kind in wanted.INVITES for kind, _ in tried)
    if invitation is None or not (invites or (was_invited and not was_ended(invitation))):
        return None
    if was_invited and told_before and invitation.revised_at < told_before.moved_at:
        return None  # only the joining link is another one, and that is in no calendar
    return invitation


def _what_changed(message: OutboxMessage, booking: Booking) -> str:
    if booking.session.is_cancelled:
        return "The session was cancelled"
    if not booking.is_live:
        return "The booking was cancelled"
    if message.kind == send_plan.REFRESHER and came_again(booking):
        return "They have come to this topic again since"
    return "The booking or the session has changed since"


def _more_values(kind: str, booking: Booking, told_before: SessionMove | None) -> dict[str, Any]:
    """Return what only messages of this kind may name."""
    if kind == wanted.WAITS:
        return turn_values(booking)
    if kind == wanted.MOVED:
        return move_values(booking.session, told_before.was if told_before else None)
    return next_messages(booking)


def next_messages(booking: Booking) -> dict[str, Any]:
    """Say whether prework and joining instructions come, and when; no day means at once."""
    known_at = wanted.known_at(booking)
    comes = {mail.kind: mail.due_at for mail in wanted.list_wanted(booking, ()).mails}
    later = {kind: long_date(due_at) for kind, due_at in comes.items() if due_at > known_at}
    return {
        "prework_comes": send_plan.PREWORK in comes,
        "prework_day": later.get(send_plan.PREWORK, ""),
        "joining_comes": send_plan.JOINING in comes,
        "joining_day": later.get(send_plan.JOINING, ""),
    }
