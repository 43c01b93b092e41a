"""What moving a session and calling it off ask for."""

from datetime import datetime, timedelta

from swa.core.errors import RuleBroken
from swa.sessions.rules.places import check_not_started, check_open_for_booking
from swa.sessions.rules.texts import LONGEST_MINUTES
from swa.sessions.types import Mode, NewDate, SessionStatus


class DateHasPassed(RuleBroken):
    """Nobody can come to a session in the past."""

    rule_id = "IN-09"
    message = "The new date and time must be in the future"
    field = "starts_on"


class EndBeforeStart(RuleBroken):
    """A session ends after it starts."""

    rule_id = "IN-09"
    message = "The session must end after it starts"
    field = "ends_at"


class TooLong(RuleBroken):
    """A session is never longer than one that could be planned."""

    rule_id = "IN-09"
    message = f"The session must be at most {LONGEST_MINUTES} minutes long"
    field = "ends_at"


class NothingChanged(RuleBroken):
    """Nobody is told of a change that is none."""

    rule_id = "IN-09"
    message = "Change the date, the time or the place"


class AlreadyCancelled(RuleBroken):
    """A session is called off once, so that everybody is told once."""

    rule_id = "IN-09"
    message = "This session is already cancelled"


class SessionIsOver(RuleBroken):
    """What has taken place cannot be called off."""

    rule_id = "IN-08"
    message = "This session has already taken place"


class CancelReasonMissing(RuleBroken):
    """People are told why."""

    rule_id = "IN-09"
    message = "Enter why the session is cancelled"
    field = "reason"


def check_move(status: SessionStatus, old: NewDate, new: NewDate, *, now: datetime) -> None:
    """Refuse a move that cannot be, or that is none.

    Args:
        status: How far the session is.
        old: When and where it takes place so far.
        new: When and where it shall take place.
        now: UTC.

    Raises:
        NotOpenForBooking: The session is a draft or was cancelled.
        SessionHasStarted: It has begun.
        DateHasPassed: The new start is not in the future.
        EndBeforeStart: The new end is not after the new start.
        TooLong: It would last longer than a session may be planned to.
        NothingChanged: The new date and place are the old ones.

    Source:
        IN-09.
    """
    check_open_for_booking(status)
    check_not_started(old.starts_at, now)
    if new.starts_at <= now:
        raise DateHasPassed
    if new.ends_at <= new.starts_at:
        raise EndBeforeStart
    if new.ends_at - new.starts_at > timedelta(minutes=LONGEST_MINUTES):
        raise TooLong
    if _as_told(new) == _as_told(old):
        raise NothingChanged


def _as_told(date: NewDate) -> tuple[object, ...]:
    """Return what people learn of a date: a venue says nothing of an online session."""
    way_in = date.online_link if date.mode is Mode.ONLINE else date.venue
    return date.starts_at, date.ends_at, date.mode, way_in


def check_cancel(status: SessionStatus, ends_at: datetime, reason: str, *, now: datetime) -> None:
    """Refuse calling off twice, afterwards or without a reason.

    Raises:
        AlreadyCancelled: It was called off before.
        SessionIsOver: It has ended.
        CancelReasonMissing: No reason was written.

    Source:
        IN-08, IN-09.
    """
    if status == SessionStatus.CANCELLED:
        raise AlreadyCancelled
    if now >= ends_at:
        raise SessionIsOver
    if not reason.strip():
        raise CancelReasonMissing
