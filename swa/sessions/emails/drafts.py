"""The words of each e-mail about a booking, and whether it is still wanted when it goes."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from swa.calendars.building import itip_part
from swa.calendars.models import Invitation
from swa.calendars.queries import find_latest
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import render_draft
from swa.messaging.types import Draft, Recipient
from swa.sessions.emails import wanted
from swa.sessions.emails.news import Key, is_outdated, join_thread
from swa.sessions.models import Booking, SessionMove
from swa.sessions.queries.bookings import waiting_position
from swa.sessions.queries.mails import get_booking_of, list_tried
from swa.sessions.rules.places import caps_lift_at, most_per_organisation

TEMPLATES = {
    wanted.CONFIRMED: "booking_confirmed",
    wanted.WAITS: "on_waiting_list",
    wanted.PLACE_GIVEN: "place_given",
    wanted.MOVED: "session_moved",
    wanted.CANCELLED: "booking_cancelled",
    wanted.CALLED_OFF: "session_cancelled",
    wanted.PREWORK: "prework",
    wanted.JOINING: "joining_instructions",
    wanted.AFTER: "after_session",
    wanted.MISSED: "missed_you",
}
WITH_CALENDAR = wanted.INVITES | {wanted.CANCELLED, wanted.CALLED_OFF}


def why_not(message: OutboxMessage, now: datetime) -> str | None:
    """Say why a message about a booking is not wanted any more; None sends it.

    Args:
        message: The message that is about to go.
        now: UTC.

    Source:
        IN-05, CC-09 (nothing to the cancelled, nothing that the facts have overtaken).
    """
    booking = get_booking_of(message)
    tried = list_tried(message.occasion, without=message.id)
    mails = wanted.list_wanted(booking, tried).mails
    match = [mail for mail in mails if (mail.kind, mail.edition) == (message.kind, message.edition)]
    if not match:
        return _what_changed(booking)
    if now >= match[0].give_up_at:
        return "Its last useful moment is over"
    is_old = is_outdated(message, booking.session)
    return "It was written before the session moved" if is_old else None


def draft(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Write a message about a booking, with its calendar part if it has one.

    Args:
        message: The message, of one of the kinds of ``TEMPLATES``.
        recipient: Who gets it.

    Source:
        DC-07, DC-09, DC-11, TR-12, TR-13, TR-27, CC-10, MT-10.
    """
    booking = get_booking_of(message)
    tried = list_tried(message.occasion, without=message.id)
    told_before = wanted.list_wanted(booking, tried).told_before
    invitation = _find_invitation(message, told_before, tried)
    calendar = itip_part(invitation, recipient) if invitation else None
    words = render_draft(
        f"sessions/{TEMPLATES[message.kind]}",
        name=recipient.name,
        was=told_before.was if told_before else None,
        has_calendar=calendar is not None,
        **_facts(booking),
    )
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
    invitation = find_latest(message.occasion)
    was_invited = any(kind in wanted.INVITES for kind, _ in tried)
    if invitation is None or not (was_invited or message.kind in wanted.INVITES):
        return None
    if was_invited and told_before and invitation.revised_at < told_before.moved_at:
        return None  # only the joining link is another one, and that is in no calendar
    return invitation


def _what_changed(booking: Booking) -> str:
    if booking.session.is_cancelled:
        return "The session was cancelled"
    if not booking.is_live:
        return "The booking was cancelled"
    return "The booking or the session has changed since"


def _facts(booking: Booking) -> dict[str, Any]:
    """Return what every template may name; a moment is None when the mail goes at once."""
    session = booking.session
    known_at = wanted.known_at(booking)
    later = {
        mail.kind: mail.due_at
        for mail in wanted.list_wanted(booking, ()).mails
        if mail.due_at > known_at
    }
    return {
        "booking": booking,
        "session": session,
        "topic": session.topic,
        "prework_at": later.get(wanted.PREWORK),
        "joining_at": later.get(wanted.JOINING),
        "position": waiting_position(booking),
        "most_per_organisation": most_per_organisation(session.places),
        "caps_lift_at": caps_lift_at(session.starts_at, session.places),
    }
