"""Dates and times as people in London read and write them (C26 and C27 of the interface notes)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
NOON = 12
# Our own names, since those of the library follow whatever locale the process was given.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SHORT = 3


def long_date(moment: datetime | date) -> str:
    """Say a day in full: Monday 3 March 2025; a moment is taken in London."""
    day = local_date(moment)
    return f"{WEEKDAYS[day.weekday()]} {plain_date(day)}"


def plain_date(moment: datetime | date) -> str:
    """Say a day without its weekday: 3 March 2025; a moment is taken in London."""
    day = local_date(moment)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(moment: datetime | date) -> str:
    """Say a day for dense tables: Mon 3 Mar 2025; a moment is taken in London."""
    day = local_date(moment)
    weekday, month = WEEKDAYS[day.weekday()][:SHORT], MONTHS[day.month - 1][:SHORT]
    return f"{weekday} {day.day} {month} {day.year}"


def short_time(moment: datetime) -> str:
    """Say the London time of an aware moment: 9:30am, 1pm, midday, midnight."""
    return clock_time(moment.astimezone(LONDON).time())


def clock_time(local: time) -> str:
    """Say a London wall time: 9:30am, 1pm, midday, midnight."""
    if local.minute == 0 and local.hour in {0, NOON}:
        return "midnight" if local.hour == 0 else "midday"
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % NOON or NOON}{minutes}{'am' if local.hour < NOON else 'pm'}"


def time_range(start: datetime, end: datetime) -> str:
    """Say when something begins and ends: 9:30am to 12:30pm."""
    return f"{short_time(start)} to {short_time(end)}"


def when(moment: datetime) -> str:
    """Say day and time: Monday 3 March 2025 at 9:30am."""
    return f"{long_date(moment)} at {short_time(moment)}"


def local_date(moment: datetime | date) -> date:
    """Return the London calendar day of a moment; a date is itself."""
    return moment.astimezone(LONDON).date() if isinstance(moment, datetime) else moment


def days_before(start: datetime, days: int, *, at: time) -> datetime:
    """Return the moment so many calendar days before, at a London wall time, in UTC.

    A wall time that the clocks skip counts as the first moment after the gap.
    """
    day = local_date(start) - timedelta(days=days)
    return first_moment_of(datetime.combine(day, at))


def first_moment_of(local: datetime) -> datetime:
    """Return a naive London wall time as a UTC moment; a skipped one is moved past the gap.

    Source:
        IN-06 (wall-clock time is kept over the clock changes).
    """
    aware = local.replace(tzinfo=LONDON, fold=0)
    moment = aware.astimezone(UTC)
    if moment.astimezone(LONDON).replace(tzinfo=None) != local:
        # In the gap the offset before the change still applies at fold 0: one hour too late is
        # the same wall distance after it, so step back to the change itself.
        moment = moment.replace(minute=0, second=0, microsecond=0)
    return moment


def is_ambiguous_or_missing(local: datetime) -> bool:
    """Say whether the clocks skip or repeat a naive London wall time (CAL-15: forms refuse it)."""
    first, second = (local.replace(tzinfo=LONDON, fold=fold).utcoffset() for fold in (0, 1))
    return first != second


def duration(minutes: int) -> str:
    """Say a length of time: 45 minutes, 1 hour, 2 hours 30 minutes."""
    hours, rest = divmod(minutes, 60)
    words = [f"{hours} hour{'s' if hours > 1 else ''}"] if hours else []
    if rest or not hours:
        words.append(f"{rest} minute{'s' if rest != 1 else ''}")
    return " ".join(words)


def last_full_hour(moment: datetime) -> datetime:
    """Return the newest full hour that is not later than a moment, UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def last_at(wall: time, moment: datetime) -> datetime:
    """Return when the clock in London last showed a time of day, not later than a moment, UTC.

    A time that the clocks skip counts as the first moment after the gap.
    """
    today = local_date(moment)
    found = [first_moment_of(datetime.combine(today - timedelta(days=n), wall)) for n in (0, 1)]
    return next(each for each in found if each <= moment)
