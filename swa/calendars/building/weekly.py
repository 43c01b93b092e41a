"""What a weekly series adds to an event: its rule, the dates left out, the weeks that moved.

All of it in London wall time: with a time in UTC, or one hour off, an EXDATE removes nothing, and
no program says so (CAL-12).
"""

from datetime import date, datetime, time

import icalendar

from swa.calendars.types import Rhythm, Series, Slot
from swa.core.dates import LONDON

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def add_rule(event: icalendar.Event, series: Series) -> None:
    """Say how often: COUNT holds the left-out dates too, and each of them gets a line (CAL-11).

    No UNTIL, which would have to be in UTC, and no RDATE, which Outlook does not take (CAL-19).
    """
    rhythm = series.rhythm
    weekday = WEEKDAYS[rhythm.first_day.weekday()]
    event.add("rrule", {"FREQ": "WEEKLY", "COUNT": rhythm.weeks, "BYDAY": weekday})
    for day in sorted(series.left_out):
        event.add("exdate", original_start(rhythm, day))


def original_start(rhythm: Rhythm, day: date) -> datetime:
    """Return the start that a week has in the rhythm, whatever became of it (CAL-13)."""
    return _london(day, rhythm.begins)


def on_the_wall(slot: Slot) -> tuple[datetime, datetime]:
    """Return start and end of one meeting, both in London time (CAL-9)."""
    return _london(slot.day, slot.begins), _london(slot.day, slot.ends)


def _london(day: date, local: time) -> datetime:
    return datetime.combine(day, local, tzinfo=LONDON)
