"""Turns the moments of foreign calendars into UTC.

A time zone is looked up by its name, Windows names included (REPLY-3). A VTIMEZONE that comes
along is not looked at: its rules are foreign text, and working them out could take for ever
(REPLY-10).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from swa.core.dates import LONDON

MOMENT = re.compile(r"(\d{8}T\d{6})(Z?)")
DURATION = re.compile(r"\+?P(?:(\d{1,2})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?)?")
# Beyond these the arithmetic of dates itself fails, here or where the moment is shown.
YEARS = frozenset(str(year) for year in range(2000, 2200))
ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}")


def read_moment(value: str, parameters: Mapping[str, str]) -> datetime:
    """Return a DATE-TIME as UTC.

    A wall time without a zone, or in a zone that nobody knows, is taken for London: it is our
    own event that comes back.

    Raises:
        ValueError: It is no moment, or a whole day.

    Source:
        RFC 5545, 3.3.5.
    """
    found = MOMENT.fullmatch(value.strip())
    if not found:
        msg = "not a moment"
        raise ValueError(msg)
    if found[1][:4] not in YEARS:
        msg = "not a moment of our time"
        raise ValueError(msg)
    wall = datetime.strptime(found[1], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - the zone follows
    zone = UTC if found[2] else find_zone(parameters.get("TZID", ""))
    try:
        return wall.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError as edge:
        msg = "not a moment of our calendar"
        raise ValueError(msg) from edge


def read_duration(value: str) -> timedelta:
    """Return a DURATION of days, hours, minutes and seconds.

    Raises:
        ValueError: It is none, or nothing long.

    Source:
        RFC 5545, 3.3.6.
    """
    found = DURATION.fullmatch(value.strip())
    days, hours, minutes, seconds = (int(n or 0) for n in found.groups()) if found else (0,) * 4
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not length:
        msg = "not a length of time"
        raise ValueError(msg)
    return length


def find_zone(name: str) -> tzinfo:
    """Return the zone of a TZID: a Windows name, a name of the tz database, or one that ends so."""
    name = name.strip().strip('"')
    if name in WINDOWS_TO_OLSON:
        name = WINDOWS_TO_OLSON[name]
    # Some programs put their own name before: "/softwarestudio.org/Tzfile/Europe/London".
    names = (name, "/".join(name.split("/")[-2:]))
    return next((zone for each in names if (zone := _load(each))), LONDON)


@cache
def _load(name: str) -> ZoneInfo | None:
    if not ZONE_NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
