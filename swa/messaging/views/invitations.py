"""Reads a calendar part of our own back into words, for the demonstration's mailbox."""

import re
from datetime import datetime

from icalendar import Calendar, Component

from swa.core import dates

IS_A_LATER_VERSION = re.compile(rb"^SEQUENCE:[1-9]", re.MULTILINE)


def say_what_it_does(method: str, calendar: bytes) -> str:
    """Say what a calendar part does in the calendar of who gets it, in a few words.

    Args:
        method: The iTIP method, REQUEST or CANCEL.
        calendar: The part itself; a later version of an entry has a sequence above 0.
    """
    if method == "CANCEL":
        return "cancels the calendar entry"
    if IS_A_LATER_VERSION.search(calendar):
        return "updates the calendar entry"
    return "adds a calendar entry"


def read(calendar: bytes) -> list[tuple[str, str]]:
    """Return the fields of a calendar part that people look at, each with its name, in order."""
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
