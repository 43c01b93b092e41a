"""Writes invitations as iCalendar text (RFC 5545) for iTIP mail (RFC 5546) and for download.

Everything is read from the row, nothing from the clock or the request, so the same revision
gives the same bytes each time. No text that a person typed adds a line, property or parameter
(ML-4), and nobody but the addressee is named (ML-5).
"""

import unicodedata
from collections.abc import Iterable
from datetime import datetime

import icalendar

from swa.calendars.models import Invitation
from swa.calendars.timezone import VTIMEZONE_LONDON
from swa.calendars.types import InvitationState
from swa.core.dates import LONDON
from swa.messaging.types import Recipient

PRODUCT = "-//Social Welfare Alliance//Training and peer support//EN"
ZONE = icalendar.Timezone.from_ical(VTIMEZONE_LONDON)  # only ever read
NO_TITLE = "Appointment"  # some readers take an empty SUMMARY for a missing one
BYTE_ORDER_MARK = "\ufeff"
LINE_ENDS = dict.fromkeys("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", "\n")
BLANKS = str.maketrans({**LINE_ENDS, "\t": " "})
# icalendar writes the first two as ^' and ^^ (RFC 6868), which old programs show as they are; the
# third makes some readers swallow the next parameter.
NOT_IN_A_NAME = str.maketrans({'"': "'", "^": " ", "\\": " "})
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


class ExactText(icalendar.vText):
    r"""A TEXT value that comes back as it was; icalendar's own takes a typed ``\N`` for a line end.

    Source:
        RFC 5545, 3.3.11.
    """

    def to_ical(self) -> bytes:
        """Write the value with its four escapes."""
        return self.translate(ESCAPES).encode()


class OrganiserIsInvited(ValueError):  # noqa: N818 - reads as the sentence "organiser is invited"
    """The addressee owns the organiser's mailbox; Gmail then shows no invitation (CAL-8)."""


def itip_part(invitation: Invitation, attendee: Recipient) -> tuple[str, bytes] | None:
    """Return method and bytes of the calendar part that the invitation's state asks for.

    Returns:
        What ``Draft.calendar`` takes; None for the owner of the organiser's mailbox, who gets a
        plain mail.

    Source:
        DC-11.
    """
    if _is_organiser(invitation, attendee):
        return None
    if invitation.state is InvitationState.STANDING:
        return "REQUEST", request(invitation, attendee)
    return "CANCEL", cancel(invitation, attendee)


def request(invitation: Invitation, attendee: Recipient) -> bytes:
    """Write the invitation, or its newest revision, for the mail to the one attendee.

    Raises:
        ValueError: It was withdrawn, or an address does not fit on one line.
        OrganiserIsInvited: The attendee owns the organiser's mailbox.

    Source:
        DC-11; RFC 5546, 3.2.2 (REQUEST).
    """
    _check_state(invitation, InvitationState.STANDING)
    return _itip("REQUEST", invitation, attendee)


def cancel(invitation: Invitation, attendee: Recipient) -> bytes:
    """Write the withdrawal for the mail to the one attendee.

    Raises:
        ValueError: It still stands, or an address does not fit on one line.
        OrganiserIsInvited: The attendee owns the organiser's mailbox.

    Source:
        DC-11; RFC 5546, 3.2.5 (CANCEL).
    """
    _check_state(invitation, InvitationState.WITHDRAWN)
    return _itip("CANCEL", invitation, attendee)


def download(invitations: Iterable[Invitation]) -> bytes:
    """Write the "Add to calendar" file, in the order given: no METHOD, no people.

    With ``METHOD:PUBLISH`` and no ORGANIZER it would break RFC 5546 (FEED-4).

    Source:
        DC-11 (the same UID as in the mail).
    """
    calendar = _calendar()
    for invitation in invitations:
        calendar.add_component(_event(invitation))
    return _bytes_of(calendar)


def one_line(text: str) -> str:
    """Return the text on one line, without control characters."""
    return " ".join(several_lines(text).split())


def several_lines(text: str) -> str:
    r"""Return the text with ``\n`` line ends and without what is not text.

    Control characters go (icalendar writes them as they are), as do halves of surrogate pairs
    and byte order marks; other marks for line ends become ``\n``, since some readers break
    lines there.
    """
    lines = text.replace("\r\n", "\n").translate(BLANKS)
    return "".join(mark for mark in lines if mark == "\n" or _is_text(mark))


def _is_text(mark: str) -> bool:
    return unicodedata.category(mark) not in {"Cc", "Cs"} and mark != BYTE_ORDER_MARK


def _itip(method: str, invitation: Invitation, attendee: Recipient) -> bytes:
    if _is_organiser(invitation, attendee):
        msg = f"{attendee.address} is the organiser's own mailbox: send a plain mail"
        raise OrganiserIsInvited(msg)
    event = _event(invitation)
    event.add("organizer", _person(invitation.organiser_name, invitation.organiser))
    event.add("attendee", _attendee(invitation, attendee, asks=method == "REQUEST"))
    event.add("x-microsoft-disallow-counter", "TRUE")
    calendar = _calendar()
    calendar.add("method", method)
    calendar.add_component(event)
    return _bytes_of(calendar)


def _calendar() -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add_component(ZONE)
    return calendar


def _bytes_of(calendar: icalendar.Calendar) -> bytes:
    written: bytes = calendar.to_ical()
    return written


def _event(invitation: Invitation) -> icalendar.Event:
    said, stands = invitation.event, invitation.state is InvitationState.STANDING
    event = icalendar.Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.revised_at)
    event.add("created", invitation.created_at)
    event.add("last-modified", invitation.revised_at)
    for name, moment in zip(("dtstart", "dtend"), _on_the_wall(invitation), strict=True):
        event.add(name, moment)
    event.add("summary", ExactText(one_line(said.title) or NO_TITLE))
    if description := several_lines(said.description).strip():
        event.add("description", ExactText(description))
    if location := one_line(said.location):
        event.add("location", ExactText(location))
    if said.url:
        event.add("url", _unbroken(said.url))
    event.add("status", "CONFIRMED" if stands else "CANCELLED")
    event.add("transp", "OPAQUE" if stands else "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "BUSY" if stands else "FREE")
    return event


def _on_the_wall(invitation: Invitation) -> tuple[datetime, datetime]:
    """Return start and end as London wall time, both in one zone (CAL-9).

    In the hour that October repeats a wall time means its first pass. An event that touches the
    second pass is the one case that goes out in UTC; forms refuse such starts (CAL-15).
    """
    said = invitation.event
    start, end = said.starts_at.astimezone(LONDON), said.ends_at.astimezone(LONDON)
    if start.fold or end.fold:
        return said.starts_at, said.ends_at
    return start, end


def _attendee(invitation: Invitation, attendee: Recipient, *, asks: bool) -> icalendar.vCalAddress:
    address = _person(attendee.name, attendee.address)
    address.params.update(
        CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", PARTSTAT=invitation.answer.upper()
    )
    if asks:
        address.params["RSVP"] = "TRUE"
    return address


def _person(name: str, address: str) -> icalendar.vCalAddress:
    person = icalendar.vCalAddress(f"mailto:{_unbroken(address)}")
    person.params["CN"] = one_line(name.translate(NOT_IN_A_NAME)) or address
    return person


def _is_organiser(invitation: Invitation, attendee: Recipient) -> bool:
    return attendee.address.casefold() == invitation.organiser.casefold()


def _check_state(invitation: Invitation, state: InvitationState) -> None:
    if invitation.state is not state:
        msg = f"invitation {invitation.id} is {invitation.state}, not {state}"
        raise ValueError(msg)


def _unbroken(value: str) -> str:
    """Return an address as it is.

    Raises:
        ValueError: It is empty or holds a blank or a control character (CAL-21).
    """
    if not value or any(mark.isspace() or not _is_text(mark) for mark in value):
        msg = f"{value!r} is no address: it is empty or holds a blank or a control character"
        raise ValueError(msg)
    return value
