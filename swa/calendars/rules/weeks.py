"""One week of a series at another time or not at all, and what calendar programs can hold."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime

from swa.calendars.rules.series import (
    check_clock,
    check_slot,
    find_meeting,
    lengthen,
    list_meetings,
    moment_of,
)
from swa.calendars.types import Series, Slot
from swa.core.dates import long_date
from swa.core.errors import RuleBroken

INSTEAD = "Cancel that week and send a single invitation for the other day instead"


class PastItsNeighbour(RuleBroken):
    """A calendar keeps a moved week only between the meetings before and after it (CAL-16)."""

    field = "day"


class MovedIntoThePast(RuleBroken):
    """What is over cannot be moved to, and nobody could come."""

    message = "Date and time must be in the future"
    field = "day"


class WeekIsOver(RuleBroken):
    """What has taken place is neither moved nor called off; nobody is told of it (CAL-24)."""

    message = "You cannot change a meeting that has already begun"


class NoWeekLeft(RuleBroken):
    """A series keeps at least one meeting; who wants none withdraws it."""

    message = "At least one week must remain. Cancel the whole series instead"


def may_move_week(series: Series, day: date, to: Slot, *, now: datetime) -> None:
    """Refuse to move one week where a calendar program could not keep it.

    A moved week stays strictly between the meetings before and after it, as they stand, and shares
    no day with them: Outlook cannot hold anything else.

    Args:
        series: As it stands.
        day: The date of the week in the rhythm.
        to: When its meeting shall be.
        now: UTC.

    Raises:
        NoSuchWeek: There is no meeting in that week.
        WeekIsOver: It has begun.
        EndsBeforeItBegins: It would not last.
        ClockChange: The clocks skip or repeat the new time.
        MovedIntoThePast: The new time is over.
        PastItsNeighbour: It would reach the day of a meeting before or after it; the sentence says
            which, and what to do instead.

    Source:
        CAL-15, CAL-16, CAL-24 of the calendar notes; MS-OXCICAL 2.1.3.1.1.20.18.
    """
    meeting = find_meeting(series, day)
    if meeting.starts_at <= now:
        raise WeekIsOver
    check_slot(to)
    if moment_of(to.day, to.begins) <= now:
        raise MovedIntoThePast
    meetings = list_meetings(series)
    place = meetings.index(meeting)
    if place > 0 and to.day <= meetings[place - 1].slot.day:
        raise _past(meetings[place - 1].slot, to, "after")
    if place + 1 < len(meetings) and to.day >= meetings[place + 1].slot.day:
        raise _past(meetings[place + 1].slot, to, "before")


def skip_days(
    series: Series,
    days: Iterable[date],
    *,
    now: datetime,
    is_closed: Callable[[date], bool] = lambda _day: False,
) -> Series:
    """Leave dates out and make the block longer, so that as many meetings remain as before.

    Args:
        series: As it stands.
        days: Dates of its rhythm; one that was left out before changes nothing.
        now: UTC.
        is_closed: Says whether a day is a bank holiday; the added weeks pass over those.

    Raises:
        ClockChange: An added meeting would lie in an hour that the clocks skip or repeat.
        NoSuchWeek: A date is none of the rhythm.
        WeekIsOver: A meeting has begun.

    Source:
        IN-07.
    """
    wanted, without = len(list_meetings(series)), series
    for day in sorted(set(days) - series.left_out):
        without = _leave_out(without, day, now)
    return check_clock(lengthen(without, wanted, is_closed))


def cancel_week(series: Series, day: date, *, now: datetime) -> Series:
    """Return the series without the meeting of that date, and no longer than before.

    Raises:
        NoSuchWeek: There is no meeting in that week.
        WeekIsOver: It has begun, so that nobody needs to be told (CAL-24).
        NoWeekLeft: It is the only one.
    """
    without = _leave_out(series, day, now)
    if not list_meetings(without):
        raise NoWeekLeft
    return without


def _leave_out(series: Series, day: date, now: datetime) -> Series:
    if find_meeting(series, day).starts_at <= now:
        raise WeekIsOver
    moved = {kept: slot for kept, slot in series.moved.items() if kept != day}
    return replace(series, left_out=series.left_out | {day}, moved=moved)


def _past(neighbour: Slot, to: Slot, side: str) -> PastItsNeighbour:
    where = "on the same day as" if to.day == neighbour.day else f"not {side}"
    return PastItsNeighbour(
        f"{long_date(to.day)} is {where} the meeting of {long_date(neighbour.day)}, and calendars"
        f" cannot keep a moved week there. {INSTEAD}"
    )
