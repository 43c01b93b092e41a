"""A person's calendar program, in two engines that know nothing of each other.

recurring-ical-events in Python, and ical.js, the engine of Thunderbird, in Node. Each keeps what
the invitation mails tell it, in order of arrival, as RFC 5546 says; both must show the same.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import icalendar
import pytest

from tests.support.icalendars import occurrences, parse_all

FOLDER = Path(__file__).parent / "ical_js"
NOTHING_YET = (-1, datetime.min.replace(tzinfo=UTC))
Shown = list[tuple[datetime, datetime]]


@dataclass
class Program:
    """Takes the calendar parts of mails and shows what is in the calendar."""

    mails: list[bytes] = field(default_factory=list)

    def take(self, part: tuple[str, bytes] | None) -> list[icalendar.Event]:
        """Take one mail, look at its bytes with every parser, and return its events."""
        assert part is not None, "the mail has no calendar part"
        method, data = part
        events = parse_all(data)
        assert icalendar.Calendar.from_ical(data)["METHOD"] == method
        self.mails.append(data)
        return events

    def shows(self) -> Shown:
        """Return start and end of every meeting shown, in UTC; both engines agree."""
        shown = in_python(self.mails)
        assert in_javascript(self.mails) == shown
        return shown


def in_python(mails: list[bytes]) -> Shown:
    """Keep the mails as one stored calendar and let recurring-ical-events read it."""
    stored: list[icalendar.Event] = []
    newest = NOTHING_YET
    for data in mails:
        calendar = icalendar.Calendar.from_ical(data)
        news = calendar.walk("VEVENT")
        if max(map(_version, news)) > newest:
            newest = max(map(_version, news))
            stored = _put(stored, news, is_cancel=calendar.get("METHOD") == "CANCEL")
    if not stored:
        return []
    whole = icalendar.Calendar.from_ical(mails[0])
    whole.subcomponents = [*whole.walk("VTIMEZONE"), *stored]
    return occurrences(whole.to_ical())


def in_javascript(mails: list[bytes]) -> Shown:
    """Let ical.js take the mails; in CI it must be there."""
    if shutil.which("node") is None or not (FOLDER / "node_modules").exists():
        assert os.environ.get("CI") != "true", "ical.js is missing in CI"
        pytest.skip("ical.js is not installed: npm ci --prefix tests/support/ical_js")
    done = subprocess.run(
        ["node", str(FOLDER / "show.mjs")],
        input=json.dumps([data.decode() for data in mails]),
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    pairs = json.loads(done.stdout)
    return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in pairs]


def _put(
    stored: list[icalendar.Event], news: list[icalendar.Event], *, is_cancel: bool
) -> list[icalendar.Event]:
    """Return what is stored once the news is taken; a whole invitation replaces everything."""
    if any(_week(event) is None for event in news):
        return [] if is_cancel else news
    for event in news:
        week = event["RECURRENCE-ID"].dt
        stored = [one for one in stored if _week(one) != week]
        if is_cancel:
            stored[0].add("exdate", week)
        else:
            stored.append(event)
    return stored


def _week(event: icalendar.Event) -> datetime | None:
    return event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else None


def _version(event: icalendar.Event) -> tuple[int, datetime]:
    return int(event["SEQUENCE"]), event["DTSTAMP"].dt
