"""The constant is still the law: equal to tzdata (DC-11)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Timezone

from swa.calendars.timezone import VTIMEZONE_LONDON

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)


def changes_of_the_constant(first, last):
    for rule in Timezone.from_ical(VTIMEZONE_LONDON).subcomponents:
        before, after = rule["TZOFFSETFROM"].td, rule["TZOFFSETTO"].td
        dates = rrulestr(rule["RRULE"].to_ical().decode(), dtstart=rule["DTSTART"].dt)
        for wall in dates.between(datetime(first, 1, 1), datetime(last + 1, 1, 1)):  # noqa: DTZ001 - wall time
            yield wall.replace(tzinfo=UTC) - before, before, after


def changes_of_tzdata(first, last):
    moment, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while (moment := moment + HOUR) < end:
        offsets = [m.astimezone(LONDON).utcoffset() for m in (moment - HOUR, moment)]
        if offsets[0] != offsets[1]:
            yield moment, *offsets


def test_the_constant_is_still_the_law():
    wanted = list(changes_of_tzdata(2024, 2037))

    assert len(wanted) == 28
    assert sorted(changes_of_the_constant(2024, 2037)) == wanted


def test_it_has_one_rule_for_summer_and_one_for_winter_and_no_list_of_dates():
    lines = VTIMEZONE_LONDON.splitlines()

    assert lines.count("BEGIN:DAYLIGHT") == lines.count("BEGIN:STANDARD") == 1
    assert sum(line.startswith("RRULE:") for line in lines) == 2
    assert not any(line.startswith("RDATE") for line in lines)
    assert VTIMEZONE_LONDON.endswith("END:VTIMEZONE\r\n")
