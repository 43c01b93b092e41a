"""When attendance may be taken and who may be added on the day."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from swa.core.dates import local_date
from swa.core.errors import RuleBroken
from swa.sessions.types import Mark, SessionStatus

OPENS_BEFORE = timedelta(minutes=30)


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


def is_walk_in_time(status: SessionStatus, starts_at: datetime, *, now: datetime) -> bool:
    """Say whether people may be looked for and added: from the day in London on.

    Source:
        EV-50. Before it nobody stands at the door, so nobody's name is looked up.
    """
    return status == SessionStatus.PUBLISHED and local_date(now) >= local_date(starts_at)


def check_walk_in(
    status: SessionStatus, starts_at: datetime, *, taken: int, largest: int, now: datetime
) -> None:
    """Refuse a walk-in before the day, above the maximum or on a cancelled session.

    Args:
        status: How far the session is.
        starts_at: UTC; the day is the one in London.
        taken: Places that are held.
        largest: Places there are.
        now: UTC.

    Raises:
        SessionWasCalledOff: It was cancelled, or never published.
        NotTheDayYet: It is before the day of the session.
        NoPlaceLeft: All places are taken (CC-02).
    """
    if status != SessionStatus.PUBLISHED:
        raise SessionWasCalledOff
    if local_date(now) < local_date(starts_at):
        raise NotTheDayYet
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
