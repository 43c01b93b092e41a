"""When attendance may be taken and who may be added on the day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from swa.core.dates import local_date, plain_date
from swa.core.errors import RuleBroken
from swa.sessions.types import Mark, SessionStatus

OPENS_BEFORE = timedelta(minutes=30)
# So long the desks ask for attendance that nobody has saved, and a paper sheet is typed up.
ASKED_FOR = timedelta(days=30)


class AttendanceNotOpen(RuleBroken):
    """People arrive shortly before the start; nobody can be marked before that.

    Source:
        EV-50.
    """

    rule_id = "EV-50"
    message = "You can take attendance from 30 minutes before the session starts"


class SessionWasCalledOff(RuleBroken):
    """A session that we called off counts for nobody.

    Source:
        IN-08.
    """

    rule_id = "IN-08"
    message = "This session does not take place, so there is no attendance to take"


class SavedMeanwhile(RuleBroken):
    """Somebody else saved after the page was opened: their marks are not overwritten.

    Source:
        IN-13.
    """

    rule_id = "IN-13"


class NotTheDayYet(RuleBroken):
    """Walk-ins are added on the day of the session, or later.

    Source:
        EV-50.
    """

    rule_id = "EV-50"
    message = "You can add people from the day of the session on"


class TooLateToAdd(RuleBroken):
    """Nobody's name is looked up for a session that is long over.

    Source:
        IN-15 (no more personal data than is needed).
    """

    rule_id = "IN-15"


class NoPlaceLeft(RuleBroken):
    """A walk-in does not lift the maximum.

    Source:
        CC-02.
    """

    rule_id = "CC-02"


def opens_at(starts_at: datetime) -> datetime:
    """Return the moment (UTC) from which attendance may be saved.

    Source:
        EV-50.
    """
    return starts_at - OPENS_BEFORE


def check_open(status: SessionStatus, starts_at: datetime, *, now: datetime) -> None:
    """Refuse attendance that is too early, or of a session that does not take place.

    Raises:
        SessionWasCalledOff: It was cancelled, or never published.
        AttendanceNotOpen: It starts in more than 30 minutes.
    """
    if status != SessionStatus.PUBLISHED:
        raise SessionWasCalledOff
    if now < opens_at(starts_at):
        raise AttendanceNotOpen


def has_day_come(starts_at: datetime, *, now: datetime) -> bool:
    """Say whether it is the day of the session in London, or later.

    Source:
        TR-09 and EV-50: from then on the desk offers to take attendance, not weeks ahead.
    """
    return local_date(now) >= local_date(starts_at)


def walk_ins_end_on(starts_at: datetime) -> date:
    """Return the last day in London on which people who came without a booking are added.

    Source:
        EV-50: as long as the desks ask for the attendance. IN-15: not for good.
    """
    return local_date(starts_at) + ASKED_FOR


def check_walk_in_time(status: SessionStatus, starts_at: datetime, *, now: datetime) -> None:
    """Refuse to look for people and to add them outside the time for it.

    Before the day nobody stands at the door; a month later nobody is typing up the sheet any more.

    Args:
        status: How far the session is.
        starts_at: UTC; the days are those in London.
        now: UTC.

    Raises:
        SessionWasCalledOff: It was cancelled, or never published.
        NotTheDayYet: It is before the day of the session.
        TooLateToAdd: The last day is over.

    Source:
        EV-50, IN-15.
    """
    if status != SessionStatus.PUBLISHED:
        raise SessionWasCalledOff
    if not has_day_come(starts_at, now=now):
        raise NotTheDayYet
    last_day = walk_ins_end_on(starts_at)
    if local_date(now) > last_day:
        msg = f"You could add people until {plain_date(last_day)}"
        raise TooLateToAdd(msg)


def why_no_walk_ins(status: SessionStatus, starts_at: datetime, *, now: datetime) -> str:
    """Say why nobody can be looked for and added now; empty when they can."""
    try:
        check_walk_in_time(status, starts_at, now=now)
    except RuleBroken as refusal:
        return refusal.message
    return ""


def check_walk_in(
    status: SessionStatus, starts_at: datetime, *, taken: int, largest: int, now: datetime
) -> None:
    """Refuse a walk-in outside the time for it, above the maximum or on a cancelled session.

    Args:
        status: How far the session is.
        starts_at: UTC; the days are those in London.
        taken: Places that are held.
        largest: Places there are.
        now: UTC.

    Raises:
        SessionWasCalledOff: It was cancelled, or never published.
        NotTheDayYet: It is before the day of the session.
        TooLateToAdd: The last day is over.
        NoPlaceLeft: All places are taken (CC-02).
    """
    check_walk_in_time(status, starts_at, now=now)
    if taken >= largest:
        msg = f"All {largest} places are taken"
        raise NoPlaceLeft(msg)


def find_changes(
    saved: Mapping[int, Mark | None], wanted: Mapping[int, Mark | None]
) -> dict[int, Mark | None]:
    """Return the marks that differ from the saved ones, by booking id.

    Bookings that are not on the list any more are left out.

    Source:
        IN-13 (one page, all names, one save; sending it twice changes nothing).
    """
    return {
        number: mark for number, mark in wanted.items() if number in saved and saved[number] != mark
    }
