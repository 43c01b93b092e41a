"""What the rules of the send plan count from: for a booking, or for who runs the session."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from swa.messaging.rules.editions import edition_of
from swa.messaging.send_rules import HAPPENINGS, Event, SendRule
from swa.sessions.emails.news import MoveNews
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.types import BookingStatus


@dataclass(frozen=True)
class Cause:
    """An event that took place, or will.

    Attributes:
        at: When, UTC.
        known_at: Since when it can be known that it concerns this person, UTC.
        time: Which time it is, from 1, for what may happen more than once; else 0.
    """

    at: datetime
    known_at: datetime
    time: int = 0


def find_cause(
    event: Event, booking: Booking, news: MoveNews | None, *, known_at: datetime
) -> Cause | None:
    """Return what a rule about a booking counts from; None when it did not happen and will not.

    A booking that was given back, or whose session was called off, hears of that and of nothing
    else.

    Args:
        event: Of the rule.
        booking: With its session.
        news: What the person must be told of moves.
        known_at: Since when booking and date are as they are, UTC.
    """
    session, place_at = booking.session, booking.confirmed_at or booking.booked_at
    if booking.status == BookingStatus.CANCELLED:
        had_a_place = booking.confirmed_at is not None
        return _happened(event, Event.GIVEN_BACK, booking.cancelled_at if had_a_place else None)
    if event is Event.OFFER and booking.offers and not session.is_cancelled:
        return Cause(place_at, known_at, booking.offers)
    moments = {Event.PLACE: place_at, Event.WAIT: booking.booked_at}
    return _find_common(event, session, news, moments, known_at=known_at)


def find_cause_to_run(
    event: Event, session: TrainingSession, news: MoveNews | None, *, known_at: datetime
) -> Cause | None:
    """Return what a rule counts from for somebody who runs the session; None for nothing.

    Args:
        event: Of the rule.
        session: With its moves.
        news: What they must be told of moves.
        known_at: Since when they and the date are as they are, UTC.
    """
    cause = _find_common(event, session, news, {}, known_at=known_at)
    if cause and event is Event.ATTENDANCE:
        return replace(cause, known_at=max(known_at, cause.known_at))
    return cause


def over_at(rule: SendRule, cause: Cause, session: TrainingSession) -> datetime:
    """Return when what a rule is about is over, UTC: the event itself, or the session."""
    return cause.at if rule.event in HAPPENINGS else session.ends_at


def edition_for(rule: SendRule, cause: Cause, *, shipped: int = 1) -> int:
    """Return the edition of the message of a rule; ``shipped`` is that of a shipped one."""
    return edition_of(rule.number, cause.time) if rule.is_own else shipped


def _happened(event: Event, expected: Event, at: datetime | None) -> Cause | None:
    return Cause(at, at) if at is not None and event is expected else None


def _find_common(
    event: Event,
    session: TrainingSession,
    news: MoveNews | None,
    moments: Mapping[Event, datetime],
    *,
    known_at: datetime,
) -> Cause | None:
    """Return what concerns everybody in a session alike, or one of their own ``moments``."""
    if session.is_cancelled:
        return _happened(event, Event.CALLED_OFF, session.cancelled_at)
    if event in {Event.MOVED, Event.GO_AHEAD}:
        # A move that was taken back, or that another followed, is no news.
        moved = Cause(news.moved_at, news.moved_at, news.edition) if news else None
        return moved if event is Event.MOVED else _find_go_ahead(session, known_at)
    if event is Event.ATTENDANCE:
        saved_at = session.attendance_saved_at
        return Cause(session.ends_at, saved_at) if saved_at else None
    found = {Event.START: session.starts_at, Event.END: session.ends_at, **moments}.get(event)
    return Cause(found, known_at) if found else None


def _find_go_ahead(session: TrainingSession, known_at: datetime) -> Cause | None:
    """Return the decision for the date as it is; who came later was never in doubt."""
    at = session.go_ahead_at
    return Cause(at, at, len(session.moves)) if at is not None and known_at <= at else None
