"""Reads a calendar part of our own back into words, for the demonstration's mailbox."""

from datetime import datetime

from icalendar import Calendar, Component

from swa.core import dates


def read(calendar: bytes) -> list[tuple[str, str]]:
    """Return the fields of an invitation that people look at, each with its name, in order."""
    whole = Calendar.from_ical(calendar.decode())
    fields = [("What it asks", str(whole.get("METHOD", "")))]
    for event in whole.walk("VEVENT"):
        fields += [
            ("Title", str(event.get("SUMMARY", ""))),
            ("Starts", _moment(event, "DTSTART")),
            ("Ends", _moment(event, "DTEND")),
            ("Place", str(event.get("LOCATION", ""))),
            ("Organiser", _address(event, "ORGANIZER")),
            ("For", _address(event, "ATTENDEE")),
            ("Status", str(event.get("STATUS", ""))),
            ("Identifier (UID)", str(event.get("UID", ""))),
            ("Sequence", str(event.get("SEQUENCE", ""))),
        ]
    return [(name, value) for name, value in fields if value]


def _moment(event: Component, name: str) -> str:
    value = getattr(event.get(name), "dt", None)
    return dates.when(value) if isinstance(value, datetime) else ""


def _address(event: Component, name: str) -> str:
    return str(event.get(name, "")).removeprefix("mailto:")
