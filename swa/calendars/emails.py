"""The mails about a calendar entry itself: its owner's address changes, or its name does.

An attendee's address never changes under one UID: the entry at the old address is cancelled, and
the new address gets one with a new UID. A new name changes the entry that is there. They are the
same for whatever the entry is about.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from swa.calendars import queries
from swa.calendars.building import itip_part, title_in, title_of
from swa.calendars.models import Invitation
from swa.calendars.rules import series as rules
from swa.calendars.types import InvitationState
from swa.core.dates import long_date, time_range, when
from swa.messaging import kinds
from swa.messaging.models import OutboxMessage
from swa.messaging.queries import list_kinds
from swa.messaging.rendering import Link, render_draft
from swa.messaging.texts.types import Condition, Form, Group, Lists, Placeholder, Template, Value
from swa.messaging.types import Draft, Recipient

ENTRY_ENDED = "calendar entry at an old address"
ENTRY_AGAIN = "calendar entry at a new address"
ENTRY_RENAMED = "calendar entry with a new name"

NAME = {"name": Placeholder("The person’s name", "Amina Begum")}
ENTRY = {
    "entry_title": Placeholder("What the entry is called", "Core Conversations"),
    "entry_start": Placeholder("When it is, or first is", "Monday 1 March 2027 at 9:30am"),
    "entry_hours": Placeholder(
        "Its day and hours, of several meetings the first",
        "Monday 1 March 2027, 9:30am to 1pm (UK time)",
    ),
    "entry_meetings": Placeholder("How many meetings are to come", "10"),
    "entry_place": Placeholder("Where it is", "Room 2, Town Hall", may_be_empty=True),
    "entry_link": Placeholder("Link to its page", "/bookings/", Form.LINK, may_be_empty=True),
}
BEFORE = {
    "title_before": Placeholder("What it was called", "Listening first", may_be_empty=True),
}
WEEKLY = {"weekly": Condition("It is every week, so there are several meetings")}


def _template(
    name: str, title: str, sent: str, more: Mapping[str, Placeholder] | None = None
) -> Template:
    must_have = ("entry_title",)
    lists = Lists(NAME | ENTRY | dict(more or {}), WEEKLY, must_have)
    return Template(f"calendars/{name}", title, sent, lists, group=Group.CALENDARS)


TEMPLATES = {
    ENTRY_ENDED: _template(
        "entry_ended",
        "Calendar entry ends at an old address",
        "Goes to the old address when somebody’s email address changes.",
    ),
    ENTRY_AGAIN: _template(
        "entry_again",
        "Calendar entry at a new address",
        "Goes to the new address when somebody’s email address changes.",
    ),
    ENTRY_RENAMED: _template(
        "entry_renamed",
        "Calendar entry has a new name",
        "Goes to everybody who has a session in their calendar when its topic gets another title.",
        BEFORE,
    ),
}


def register() -> None:
    """Make these mails known; doing it twice changes nothing."""
    for name, draft, why_not in (
        (ENTRY_ENDED, draft_ended, why_not_ended),
        (ENTRY_AGAIN, draft_again, why_not_again),
        (ENTRY_RENAMED, draft_renamed, why_not_renamed),
    ):
        template = TEMPLATES[name]
        kinds.register(kinds.Kind(name, draft, why_not, template=template, carries_calendar=True))


def occasion_of(invitation: Invitation) -> str:
    """Return the occasion of the mails about an entry."""
    return f"invitation {invitation.id}"


def ends_at(invitation: Invitation) -> datetime:
    """Return when the event, or the last meeting of the series, has ended; UTC."""
    series = invitation.series
    meetings = rules.list_meetings(series) if series else ()
    return max((one.ends_at for one in meetings), default=invitation.event.ends_at)


def was_ended(invitation: Invitation) -> bool:
    """Say whether the address that knows the entry is told by a mail of its own that it ends."""
    return ENTRY_ENDED in list_kinds(occasion_of(invitation))


def why_not_ended(message: OutboxMessage, now: datetime) -> str | None:
    """Say why the old address need not hear of it; None sends it (CAL-24)."""
    is_over = ends_at(_invitation_of(message)) <= now
    return "It is over" if is_over else None


def why_not_again(message: OutboxMessage, now: datetime) -> str | None:
    """Say why the new address needs no entry any more; None sends it."""
    invitation = _invitation_of(message)
    if invitation.state is not InvitationState.STANDING:
        return "It was cancelled, or the address has changed again"
    if ends_at(invitation) <= now:
        return "It is over"
    is_first = invitation.first_message_id in {"", message.message_id}
    return None if is_first else "Another message has brought the entry"


def draft_ended(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Cancel the entry at the old address; the mail does not say what the new one is.

    Source:
        DC-11 (an attendee address never changes under one UID).
    """
    invitation = _invitation_of(message)
    owner = kinds.list_recipients([invitation.person_id]).get(invitation.person_id)
    old = replace(recipient, name=owner.name if owner else "")
    words = render_draft(kinds.template_of(ENTRY_ENDED), **_facts(invitation, old))
    calendar = itip_part(invitation, old)
    return replace(words, calendar=calendar, thread_id=invitation.first_message_id)


def draft_again(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Bring the entry, with its new UID, to the new address.

    Source:
        DC-11.
    """
    invitation = _invitation_of(message)
    invitation.first_message_id = message.message_id
    words = render_draft(kinds.template_of(ENTRY_AGAIN), **_facts(invitation, recipient))
    return replace(words, calendar=itip_part(invitation, recipient))


def why_not_renamed(message: OutboxMessage, now: datetime) -> str | None:
    """Say why nobody need hear of a new name any more; None sends it (CAL-24)."""
    invitation = _invitation_of(message)
    if invitation.state is not InvitationState.STANDING:
        return "It was cancelled"
    if ends_at(invitation) <= now:
        return "It is over"
    is_known = _title_before(invitation, message) == title_of(invitation)
    return "Their calendar has this name already" if is_known else None


def draft_renamed(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Give the entry its new name; nobody is asked to answer again.

    Source:
        DC-11; the table of changes in the calendar notes (a new title keeps SEQUENCE).
    """
    invitation = _invitation_of(message)
    words = render_draft(
        kinds.template_of(ENTRY_RENAMED),
        **_facts(invitation, recipient),
        title_before=_title_before(invitation, message),
    )
    calendar = itip_part(invitation, recipient)
    return replace(words, calendar=calendar, thread_id=invitation.first_message_id)


def _title_before(invitation: Invitation, message: OutboxMessage) -> str:
    """Return the name under which the entry last left; empty when that was deleted meanwhile."""
    about = [invitation.occasion, occasion_of(invitation)]
    brought = queries.find_last_request(about, without=message.id)
    return title_in(brought) if brought else ""


def _facts(invitation: Invitation, recipient: Recipient) -> dict[str, Value]:
    said, series = invitation.event, invitation.series
    meetings = rules.list_meetings(series) if series else ()
    start, end = (
        (meetings[0].starts_at, meetings[0].ends_at) if meetings else (said.starts_at, said.ends_at)
    )
    return {
        "name": recipient.name,
        "entry_title": said.title,
        "entry_start": when(start),
        "entry_hours": f"{long_date(start)}, {time_range(start, end)} (UK time)",
        "entry_meetings": len(meetings) or 1,
        "entry_place": said.location,
        "entry_link": Link(said.url),
        "weekly": len(meetings) > 1,
    }


def _invitation_of(message: OutboxMessage) -> Invitation:
    return queries.get_invitation(int(message.occasion.removeprefix("invitation ")))
