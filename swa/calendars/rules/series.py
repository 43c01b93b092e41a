"""A meeting every week at the same time: which dates it has, and which changes calendars can hold.

Days and times are those of the clock on the wall in London; bank holidays come as an argument.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from swa.calendars.types import Meeting, Rhythm, Series, Slot
from swa.core.dates import LONDON, clock_time, is_ambiguous_or_missing, long_date
from swa.core.errors import RuleBroken

WEEK = timedelta(days=7)
MOST_CLOSED = 60  # a block of ten passes over a handful; more means that no day would ever do
NEVER_OPEN = "no day of this rhythm is open"


class ClockChange(RuleBroken):
    """The clocks skip or repeat the time, so that no program can say which moment is meant."""

    message = "Choose another time: the clocks change during this hour"
    field = "begins"


class EndsBeforeItBegins(RuleBroken):
    """A meeting lasts, and ends on the day on which it began."""

    message = "End time must be after the start time"
    field = "ends"


class NoSuchWeek(RuleBroken):
    """The date is none of the series, or its meeting was called off before."""

    message = "There is no meeting in that week any more"


def plan_series(
    first: Slot, meetings: int, *, is_closed: Callable[[date], bool] = lambda _day: False
) -> Series:
    """Plan so many meetings, one a week, and pass over the days on which nobody works.

    Each day that is passed over makes the block a week longer; weekday and hour never change. A
    block whose first day is closed begins a week later, since a series begins with a meeting.

    Args:
        first: When the first meeting is.
        meetings: How many there shall be, at least 1.
        is_closed: Says whether a day is a bank holiday.

    Raises:
        ClockChange: One of the meetings would lie in an hour that the clocks skip or repeat.
        EndsBeforeItBegins: It would not last.
        ValueError: It finds no open day, however long it looks.

    Source:
        IN-07, CF-08 (ten meetings stay ten); IN-06 (the same hour over a clock change).
    """
    days = (first.day + WEEK * number for number in range(MOST_CLOSED))
    opens = next((day for day in days if not is_closed(day)), None)
    if opens is None:
        raise ValueError(NEVER_OPEN)
    alone = Series(Rhythm(opens, first.begins, first.ends, weeks=1))
    return check_clock(lengthen(alone, meetings, is_closed))


def lengthen(series: Series, meetings: int, is_closed: Callable[[date], bool]) -> Series:
    """Add weeks at the end, passing over closed days, until there are so many meetings.

    Args:
        series: As it stands.
        meetings: How many there shall be in the end.
        is_closed: Says whether a day is a bank holiday.

    Raises:
        ValueError: It finds no open day, however long it looks.
    """
    while len(series.left_out) + meetings > series.rhythm.weeks:
        rhythm = replace(series.rhythm, weeks=series.rhythm.weeks + 1)
        added = list_dates(rhythm)[-1]
        closed: Collection[date] = {added} if is_closed(added) else ()
        series = replace(series, rhythm=rhythm, left_out=series.left_out.union(closed))
        if rhythm.weeks > meetings + MOST_CLOSED:
            raise ValueError(NEVER_OPEN)
    return series


def list_dates(rhythm: Rhythm) -> tuple[date, ...]:
    """List the dates of the rhythm in order, the left-out ones included."""
    return tuple(rhythm.first_day + WEEK * number for number in range(rhythm.weeks))


def list_meetings(series: Series) -> tuple[Meeting, ...]:
    """List the meetings that take place, in the order of their dates in the rhythm.

    Source:
        IN-06, IN-07.
    """
    days = [day for day in list_dates(series.rhythm) if day not in series.left_out]
    return tuple(_meeting(day, series.moved.get(day) or usual_slot(series, day)) for day in days)


def usual_slot(series: Series, day: date) -> Slot:
    """Return when the meeting of a date would be if it had not been moved."""
    return Slot(day, series.rhythm.begins, series.rhythm.ends)


def find_meeting(series: Series, day: date) -> Meeting:
    """Return the meeting of a date of the rhythm, wherever it was moved.

    Raises:
        NoSuchWeek: There is none.
    """
    for meeting in list_meetings(series):
        if meeting.day == day:
            return meeting
    raise NoSuchWeek


def still_to_come(series: Series, now: datetime) -> Series | None:
    """Return what is left for somebody who joins now: a series from the first meeting to come.

    Weeks before it are gone from the count, so that nobody is invited to the past.

    Args:
        series: As it stands for everybody.
        now: UTC; a meeting that has begun is not to come.

    Returns:
        None when no meeting is left.

    Source:
        DC-11; CAL-24.
    """
    coming = [meeting.day for meeting in list_meetings(series) if meeting.starts_at > now]
    if not coming:
        return None
    first, rhythm = min(coming), series.rhythm
    gone = (first - rhythm.first_day) // WEEK
    return Series(
        replace(rhythm, first_day=first, weeks=rhythm.weeks - gone),
        frozenset(day for day in series.left_out if day > first),
        {day: slot for day, slot in series.moved.items() if day >= first},
    )


def is_over(series: Series, now: datetime) -> bool:
    """Whether the last meeting has ended, so that no calendar needs to hear of it; UTC."""
    return all(now >= meeting.ends_at for meeting in list_meetings(series))


def check_slot(slot: Slot) -> None:
    """Refuse a meeting that does not last or whose hour the clocks skip or repeat.

    Raises:
        EndsBeforeItBegins: It ends at its start or before.
        ClockChange: 01:00 to 01:59 on a day in March and on one in October (CAL-15).
    """
    if slot.ends <= slot.begins:
        raise EndsBeforeItBegins
    for local, name in ((slot.begins, "begins"), (slot.ends, "ends")):
        if is_ambiguous_or_missing(datetime.combine(slot.day, local)):
            refusal = ClockChange(
                f"The clocks change on {long_date(slot.day)}. Choose another time than"
                f" {clock_time(local)}"
            )
            refusal.field = name
            raise refusal


def check_clock(series: Series) -> Series:
    """Return the series once each of its meetings has a time that the clocks show exactly once.

    Raises:
        EndsBeforeItBegins: A meeting would not last.
        ClockChange: The clocks skip or repeat the time of one.
    """
    for meeting in list_meetings(series):
        check_slot(meeting.slot)
    return series


def moment_of(day: date, local: time) -> datetime:
    """Return a London wall time as a UTC moment; one that ``check_slot`` lets through has one."""
    return datetime.combine(day, local, tzinfo=LONDON).astimezone(UTC)


def _meeting(day: date, slot: Slot) -> Meeting:
    return Meeting(day, slot, moment_of(slot.day, slot.begins), moment_of(slot.day, slot.ends))
