"""Writes invitations as iCalendar text (RFC 5545) for iTIP mail (RFC 5546) and for download.

Everything is read from the row, nothing from the clock or the request, so the same revision
gives the same bytes each time. No text that a person typed adds a line, property or parameter
(ML-4), and nobody but the addressee is named (ML-5).
"""

from collections.abc import Iterable
from datetime import datetime

import icalendar

from swa.calendars.building import weekly
from swa.calendars.building.text import ExactText, one_line, person, several_lines, unbroken
from swa.calendars.models import Invitation, InvitationWeek
from swa.calendars.timezone import VTIMEZONE_LONDON
from swa.calendars.types import Answer, InvitationState, PublicEntry, Slot, WeekState
from swa.core.dates import LONDON
from swa.messaging.types import Recipient

PRODUCT = "-//Social Welfare Alliance//Training and peer support//EN"
ZONE = icalendar.Timezone.from_ical(VTIMEZONE_LONDON)  # only ever read
LOOK_AGAIN_AFTER = "PT1H"
CALLED_OFF = "Cancelled: "
NO_TITLE = "Appointment"  # some readers take an empty SUMMARY for a missing one


class OrganiserIsInvited(ValueError):  # noqa: N818 - reads as the sentence "organiser is invited"
    """The addressee owns the organiser's mailbox; Gmail then shows no invitation (CAL-8)."""


def itip_part(
    invitation: Invitation, attendee: Recipient, *, told: int = 0
) -> tuple[str, bytes] | None:
    """Return method and bytes of the calendar part that the invitation's state asks for.

    Of a series whose only news is one week, that week travels alone: Outlook takes a later change
    only so (CAL-17). Whatever else changed, the whole series goes, with every week that was left
    out or moved before: a program forgets what a whole invitation does not repeat (CAL-18).

    Args:
        invitation: As it stands now.
        attendee: Who gets it.
        told: The last revision that a mail may have brought them; 0 for none.

    Returns:
        What ``Draft.calendar`` takes; None for the owner of the organiser's mailbox, who gets a
        plain mail.

    Source:
        DC-11.
    """
    if _is_organiser(invitation, attendee):
        return None
    if invitation.state is not InvitationState.STANDING:
        return "CANCEL", cancel(invitation, attendee)
    week = _only_news(invitation, told)
    if week is None:
        return "REQUEST", request(invitation, attendee)
    method = "REQUEST" if week.state is WeekState.MOVED else "CANCEL"
    return method, _itip(method, invitation, attendee, [_week(invitation, week)])


def request(invitation: Invitation, attendee: Recipient) -> bytes:
    """Write the invitation, or its newest revision, for the mail to the one attendee.

    Raises:
        ValueError: It was withdrawn, or an address does not fit on one line.
        OrganiserIsInvited: The attendee owns the organiser's mailbox.

    Source:
        DC-11; RFC 5546, 3.2.2 (REQUEST).
    """
    _check_state(invitation, InvitationState.STANDING)
    return _itip("REQUEST", invitation, attendee, _everything(invitation))


def cancel(invitation: Invitation, attendee: Recipient) -> bytes:
    """Write the withdrawal for the mail to the one attendee.

    Raises:
        ValueError: It still stands, or an address does not fit on one line.
        OrganiserIsInvited: The attendee owns the organiser's mailbox.

    Source:
        DC-11; RFC 5546, 3.2.5 (CANCEL).
    """
    _check_state(invitation, InvitationState.WITHDRAWN)
    return _itip("CANCEL", invitation, attendee, [_event(invitation)])


def download(invitations: Iterable[Invitation]) -> bytes:
    """Write the "Add to calendar" file, in the order given: no METHOD, no people.

    With ``METHOD:PUBLISH`` and no ORGANIZER it would break RFC 5546 (FEED-4).

    Source:
        DC-11 (the same UID as in the mail).
    """
    calendar = _calendar()
    for invitation in invitations:
        for event in _everything(invitation):
            calendar.add_component(event)
    return _bytes_of(calendar)


def feed(entries: Iterable[Invitation | PublicEntry], *, title: str) -> bytes:
    """Write what a calendar program fetches by itself, in the order given: no METHOD, no people.

    The same entries give the same bytes at every fetch (FEED-3). What was called off says so in
    its title, since some programs show CANCELLED as if nothing had happened (FEED-7).

    Args:
        entries: Invitations, or dates that everybody may read.
        title: What programs call the calendar.

    Source:
        DC-11 (the same UID as in the mail); RFC 7986 (NAME, REFRESH-INTERVAL).
    """
    calendar = _calendar()
    calendar.add("name", ExactText(one_line(title)))
    calendar.add("x-wr-calname", ExactText(one_line(title)))
    calendar.add("x-wr-timezone", "Europe/London")
    # icalendar's own property forgets to say that it is a duration (FEED-5).
    as_duration = {"VALUE": "DURATION"}
    calendar.add("refresh-interval", ExactText(LOOK_AGAIN_AFTER), parameters=as_duration)
    calendar.add("x-published-ttl", LOOK_AGAIN_AFTER)
    for entry in entries:
        if entry.state is not InvitationState.STANDING:
            called_off = _event(entry)
            called_off["summary"] = ExactText(CALLED_OFF + title_of(entry))
            calendar.add_component(called_off)
        else:
            for event in _everything(entry):
                calendar.add_component(event)
    return _bytes_of(calendar)


def _only_news(invitation: Invitation, told: int) -> InvitationWeek | None:
    """Return the one week that changed since a revision; None when there is more, or nothing."""
    if invitation.rhythm is None or told < invitation.whole_revision:
        return None
    news = [week for week in invitation.changed_weeks if week.revision > told]
    return news[0] if len(news) == 1 else None


def _everything(invitation: Invitation | PublicEntry) -> list[icalendar.Event]:
    """Return the event, and of a series every week that was moved."""
    if isinstance(invitation, PublicEntry):
        return [_event(invitation)]
    moved = (
        [week for week in invitation.changed_weeks if week.state is WeekState.MOVED]
        if invitation.rhythm
        else []
    )
    return [_event(invitation), *(_week(invitation, week) for week in moved)]


def _itip(
    method: str, invitation: Invitation, attendee: Recipient, events: list[icalendar.Event]
) -> bytes:
    if _is_organiser(invitation, attendee):
        msg = f"{attendee.address} is the organiser's own mailbox: send a plain mail"
        raise OrganiserIsInvited(msg)
    calendar = _calendar()
    calendar.add("method", method)
    for event in events:
        event.add("organizer", person(invitation.organiser_name, invitation.organiser))
        answer = Answer.NEEDS_ACTION if "recurrence-id" in event else invitation.answer
        event.add("attendee", _attendee(attendee, answer, asks=method == "REQUEST"))
        event.add("x-microsoft-disallow-counter", "TRUE")
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


def _event(invitation: Invitation | PublicEntry) -> icalendar.Event:
    """Return the single date, or the series without the weeks that moved."""
    stands = invitation.state is InvitationState.STANDING
    event = _what_is_said(invitation, _on_the_wall(invitation), stands=stands)
    if isinstance(invitation, Invitation) and (series := invitation.series):
        weekly.add_rule(event, series)
    return event


def _week(invitation: Invitation, week: InvitationWeek) -> icalendar.Event:
    """Return one week that does not follow the rhythm; it has no rule of its own."""
    rhythm = invitation.rhythm
    assert rhythm is not None  # noqa: S101 - only a series has such weeks
    slot = week.slot or Slot(week.day, rhythm.begins, rhythm.ends)
    is_on = invitation.state is InvitationState.STANDING and week.state is WeekState.MOVED
    event = _what_is_said(invitation, weekly.on_the_wall(slot), stands=is_on)
    event.add("recurrence-id", weekly.original_start(rhythm, week.day))
    return event


def _what_is_said(
    invitation: Invitation | PublicEntry, times: tuple[datetime, datetime], *, stands: bool
) -> icalendar.Event:
    said = invitation.event
    event = icalendar.Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.revised_at)
    event.add("created", invitation.created_at)
    event.add("last-modified", invitation.revised_at)
    for name, moment in zip(("dtstart", "dtend"), times, strict=True):
        event.add(name, moment)
    event.add("summary", ExactText(title_of(invitation)))
    if description := several_lines(said.description).strip():
        event.add("description", ExactText(description))
    if location := one_line(said.location):
        event.add("location", ExactText(location))
    if said.url:
        event.add("url", unbroken(said.url))
    event.add("status", "CONFIRMED" if stands else "CANCELLED")
    event.add("transp", "OPAQUE" if stands else "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "BUSY" if stands else "FREE")
    return event


def title_in(data: bytes) -> str:
    """Return the name of the first entry in calendar text of ours; empty when there is none."""
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    return str(events[0].get("SUMMARY", "")) if events else ""


def title_of(entry: Invitation | PublicEntry) -> str:
    """Return the name of an entry as calendars show it: on one line, never empty."""
    return one_line(entry.event.title) or NO_TITLE


def _on_the_wall(invitation: Invitation | PublicEntry) -> tuple[datetime, datetime]:
    """Return start and end as London wall time, both in one zone (CAL-9).

    In the hour that October repeats a wall time means its first pass. A single event that touches
    the second pass is the one case that goes out in UTC; forms refuse such starts (CAL-15).
    """
    if isinstance(invitation, Invitation) and (rhythm := invitation.rhythm):
        return weekly.on_the_wall(Slot(rhythm.first_day, rhythm.begins, rhythm.ends))
    said = invitation.event
    start, end = said.starts_at.astimezone(LONDON), said.ends_at.astimezone(LONDON)
    if start.fold or end.fold:
        return said.starts_at, said.ends_at
    return start, end


def _attendee(attendee: Recipient, answer: Answer, *, asks: bool) -> icalendar.vCalAddress:
    address = person(attendee.name, attendee.address)
    address.params.update(CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", PARTSTAT=answer.upper())
    if asks:
        address.params["RSVP"] = "TRUE"
    return address


def _is_organiser(invitation: Invitation, attendee: Recipient) -> bool:
    return attendee.address.casefold() == invitation.organiser.casefold()


def _check_state(invitation: Invitation, state: InvitationState) -> None:
    if invitation.state is not state:
        msg = f"invitation {invitation.id} is {invitation.state}, not {state}"
        raise ValueError(msg)
