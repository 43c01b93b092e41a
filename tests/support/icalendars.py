"""Reads iCalendar text as strictly as the strictest programs do.

libical knows iTIP and is the only one that checks a body against its METHOD; the ``ical`` package
is the strictest parser; recurring-ical-events tells which moments a calendar program would show.
What none of them sees (no METHOD, no VTIMEZONE, wrong line ends, a bad PARTSTAT) is asserted here.
"""

import ctypes
import os
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream

LONGEST_LINE = 75
PARTSTATS = {"NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE"}


@cache
def _libical() -> dict[str, Any]:
    """Load libical; without ``restype`` 64-bit pointers would be cut."""
    try:
        library = ctypes.CDLL("libical.so.3")
    except OSError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("libical is not installed: apt-get install libical3")
    pointer = ctypes.c_void_p
    functions = {
        "icalparser_parse_string": (pointer, ctypes.c_char_p),
        "icalcomponent_free": (None, pointer),
        "icalrestriction_check": (ctypes.c_int, pointer),
        "icalcomponent_as_ical_string": (ctypes.c_char_p, pointer),
    }
    for name, (result, argument) in functions.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, [argument]
    return {name: getattr(library, name) for name in functions}


def itip_faults(data: bytes) -> list[str]:
    """Return what libical finds wrong with the bytes as an iTIP message; nothing when fine."""
    library = _libical()
    component = library["icalparser_parse_string"](data)
    if not component:
        return ["unparsable"]
    is_fine = library["icalrestriction_check"](component)
    text = library["icalcomponent_as_ical_string"](component).decode("utf-8", "replace")
    library["icalcomponent_free"](component)
    lines = text.replace("\r\n ", "").splitlines()
    errors = [line for line in lines if line.startswith("X-LIC-ERROR")]
    return errors or ([] if is_fine else ["restricted"])


def occurrences(data: bytes) -> list[tuple[datetime, datetime]]:
    """Return start and end of everything the calendar shows until 2040, in UTC and in order."""
    calendar = icalendar.Calendar.from_ical(data)
    shown = recurring_ical_events.of(calendar).between((2000, 1, 1), (2040, 1, 1))
    return sorted(
        (event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC)) for event in shown
    )


def unfolded(data: bytes) -> list[str]:
    """Return the content lines, read by hand: CRLF only, no line too long, no split character."""
    assert data.endswith(b"\r\n")
    raw = data[:-2].split(b"\r\n")
    assert max(map(len, raw)) <= LONGEST_LINE
    for line in raw:
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), f"a control character in {line!r}"
        line.decode()  # a fold inside a character would fail here
    return data[:-2].decode().replace("\r\n ", "").split("\r\n")


def parse_one(data: bytes) -> icalendar.Event:
    """Return the only event, once three parsers and our own eyes are content with the bytes."""
    (event,) = parse_all(data)
    return event


def parse_all(data: bytes) -> list[icalendar.Event]:
    """Return the events, once three parsers and our own eyes are content with the bytes."""
    lines = unfolded(data)
    assert not data.startswith(b"\xef\xbb\xbf")
    assert [lines.count(f"BEGIN:{part}") for part in ("VCALENDAR", "VTIMEZONE")] == [1, 1]
    assert not any(line.startswith(("RDATE", "BEGIN:VALARM")) for line in lines)
    calendar = icalendar.Calendar.from_ical(data)
    events = calendar.walk("VEVENT")
    assert len(IcsCalendarStream.calendar_from_ics(data.decode()).events) == len(events) >= 1
    for event in events:
        assert not event.errors
        assert event["DTEND"].dt - event["DTSTART"].dt > timedelta(0)
    if "METHOD" in calendar:
        assert itip_faults(data) == []
        assert len({event["UID"] for event in events}) == 1
        for event in events:
            check_people(event)
    check_weeks(events)
    return events


def check_weeks(events: list[icalendar.Event]) -> None:
    """Check what no parser sees: weeks are named by London wall time, that of the series."""
    series = {event["UID"]: event for event in events if "RRULE" in event}
    for event in events:
        named = [event["RECURRENCE-ID"]] if "RECURRENCE-ID" in event else []
        lists = event.get("EXDATE", [])
        named += [
            one for each in (lists if isinstance(lists, list) else [lists]) for one in each.dts
        ]
        whole = series.get(event["UID"], event if "RRULE" in event else None)
        for week in named:
            assert week.dt.tzinfo.key == "Europe/London"
            assert whole is None or week.dt.time() == whole["DTSTART"].dt.time(), "CAL-12, CAL-13"
        if "RECURRENCE-ID" in event:
            assert "RRULE" not in event
            assert whole is None or event["SEQUENCE"] >= whole["SEQUENCE"], "CAL-5"
        if "RRULE" in event:
            assert set(event["RRULE"]) == {"FREQ", "COUNT", "BYDAY"}, "CAL-11: no UNTIL"


def check_people(event: icalendar.Event) -> None:
    """Check that there is one attendee, and an organiser who is somebody else."""
    attendee, organiser = event["ATTENDEE"], event["ORGANIZER"]
    assert not isinstance(attendee, list), "exactly one ATTENDEE"
    assert attendee.params["PARTSTAT"] in PARTSTATS
    assert attendee.casefold() != organiser.casefold()
