"""Which e-mails a booking ought to have, and when: one function of how things stand.

The planner compares the result with the outbox; just before a mail goes, the same function says
whether it is still wanted. So the two can never disagree.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from swa.core.dates import days_before
from swa.messaging.types import WantedMail
from swa.sessions.emails.news import Key, find_move_news
from swa.sessions.models import Booking, SessionMove
from swa.sessions.types import BookingStatus, Mark

MORNING = time(9)
USEFUL_AFTERWARDS = timedelta(days=7)

CONFIRMED = "booking confirmed"
WAITS = "on waiting list"
PLACE_GIVEN = "place given"
MOVED = "session moved"
CANCELLED = "booking cancelled"
CALLED_OFF = "session cancelled"
PREWORK = "prework"
JOINING = "joining instructions"
AFTER = "after the session"
MISSED = "sorry we missed you"

KINDS = (
    CONFIRMED,
    WAITS,
    PLACE_GIVEN,
    MOVED,
    CANCELLED,
    CALLED_OFF,
    PREWORK,
    JOINING,
    AFTER,
    MISSED,
)
INVITES = frozenset({CONFIRMED, PLACE_GIVEN, MOVED})
TELLS_OF_A_BOOKING = INVITES | {WAITS}


def occasion_of(booking: Booking) -> str:
    """Name the booking as the outbox and the calendars know it."""
    return f"booking {booking.id}"


def known_at(booking: Booking) -> datetime:
    """Return since when booking and date are as they are, UTC; nothing of them is due before."""
    since = booking.confirmed_at or booking.booked_at
    moves = booking.session.moves
    return max(since, moves[-1].moved_at) if moves else since


@dataclass(frozen=True)
class Wanted:
    """What a booking ought to have as things stand.

    Attributes:
        mails: In the order in which those due at the same time go.
        told_before: For the mail about a move: the move whose ``was`` the person knows of.
    """

    mails: tuple[WantedMail, ...]
    told_before: SessionMove | None = None


def list_wanted(booking: Booking, tried: Collection[Key]) -> Wanted:
    """List the e-mails that the booking ought to have as things stand.

    No moment depends on the present one, so planning twice changes nothing. What is late is due
    when its cause happened, so who books late misses nothing.

    Args:
        booking: With its session and the moves of that.
        tried: Kind and edition of the messages that may have reached the person; one that was
            handed over without an answer counts.

    Source:
        CC-09 (prework), TR-12, TR-13 (joining instructions), MT-10 (after-mail), MT-02, DC-07,
        IN-09 (everybody is told of a change), IN-05 (never twice).
    """
    if booking.status == BookingStatus.CANCELLED:
        return Wanted(_cancelled(booking, tried))
    if booking.session.is_cancelled:
        return Wanted(_called_off(booking))
    if booking.is_walk_in:
        return Wanted(_afterwards(booking, tried))
    news, told_before = _news(booking, tried)
    mails = news
    if booking.status == BookingStatus.CONFIRMED:
        mails += _before(booking) + _afterwards(booking, tried)
    return Wanted(mails, told_before)


def _news(
    booking: Booking, tried: Collection[Key]
) -> tuple[tuple[WantedMail, ...], SessionMove | None]:
    """Tell where the booking stands: as it began, or since the last move they know of."""
    since = booking.confirmed_at or booking.booked_at
    news = find_move_news(booking.session, since=since, kind=MOVED, tried=tried)
    if news:
        return (_mail(booking, MOVED, news.moved_at, edition=news.edition),), news.told_before
    return (_mail(booking, _first_kind(booking), since, edition=max(1, booking.offers)),), None


def _first_kind(booking: Booking) -> str:
    if booking.status != BookingStatus.CONFIRMED:
        return WAITS
    return PLACE_GIVEN if booking.offers else CONFIRMED


def _before(booking: Booking) -> tuple[WantedMail, ...]:
    session, times, earliest = booking.session, booking.session.times, known_at(booking)
    prework_at = max(earliest, days_before(session.starts_at, times.prework_days, at=MORNING))
    joining_at = max(earliest, days_before(session.starts_at, times.joining_days, at=MORNING))
    mails = (_mail(booking, PREWORK, prework_at),) if session.prework.strip() else ()
    return (*mails, _mail(booking, JOINING, joining_at))


def _afterwards(booking: Booking, tried: Collection[Key]) -> tuple[WantedMail, ...]:
    session = booking.session
    if session.attendance_saved_at is None or booking.mark is None:
        return ()
    due_at = max(session.ends_at, session.attendance_saved_at)
    until = due_at + USEFUL_AFTERWARDS
    if booking.mark == Mark.PRESENT:
        return (_mail(booking, AFTER, due_at, until=until),)
    if not session.times.sends_missed_you or (AFTER, 1) in tried:
        return ()
    return (_mail(booking, MISSED, due_at, until=until),)


def _cancelled(booking: Booking, tried: Collection[Key]) -> tuple[WantedMail, ...]:
    """Tell of the end only who was told of the beginning."""
    if booking.cancelled_at is None or not any(kind in TELLS_OF_A_BOOKING for kind, _ in tried):
        return ()
    return (_mail(booking, CANCELLED, booking.cancelled_at, until=booking.session.ends_at),)


def _called_off(booking: Booking) -> tuple[WantedMail, ...]:
    cancelled_at = booking.session.cancelled_at
    if cancelled_at is None:
        return ()
    return (_mail(booking, CALLED_OFF, cancelled_at, until=booking.session.ends_at),)


def _mail(
    booking: Booking,
    kind: str,
    due_at: datetime,
    *,
    edition: int = 1,
    until: datetime | None = None,
) -> WantedMail:
    return WantedMail(
        kind=kind,
        edition=edition,
        person_id=booking.claim.person_id,
        due_at=due_at,
        give_up_at=until or booking.session.starts_at,
    )
