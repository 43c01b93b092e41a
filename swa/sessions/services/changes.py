"""Moving and calling off a session, and changing its number of places; everybody is told."""

from datetime import datetime

from swa.core.db import db
from swa.people.models import Person
from swa.people.services import audit
from swa.sessions.models import SessionMove, TrainingSession
from swa.sessions.queries.access import lock_session
from swa.sessions.rules import changes as rules
from swa.sessions.rules.places import (
    check_another_number,
    check_not_started,
    check_open_for_booking,
    check_places_cover,
    with_largest,
)
from swa.sessions.rules.topics import check_size
from swa.sessions.services.booking import fill_free_places
from swa.sessions.services.mails import plan_session_mails
from swa.sessions.services.readiness import check_free, crew_of
from swa.sessions.types import GoAhead, NewDate, PlaceRules, SessionStatus


def move_session(
    session: TrainingSession,
    new: NewDate,
    *,
    by: Person,
    now: datetime,
    prework_again: bool = False,
) -> int:
    """Give a published session another date, time or place, and tell everybody.

    Everybody keeps their place or turn. The go-ahead is decided afresh for the new date.

    Args:
        session: A published session that has not started.
        new: When and where it takes place now.
        by: Who moves it.
        now: UTC.
        prework_again: Whether those who got the prework get it once more, for the new date.

    Returns:
        How many people are told.

    Raises:
        NotOpenForBooking: The session is a draft or was cancelled.
        SessionHasStarted: It has begun.
        DateHasPassed: The new start is not in the future.
        EndBeforeStart: The new end is not after the new start.
        NothingChanged: The new date and place are the old ones.
        BusyElsewhere: One of its people runs another session then (IN-19).

    Source:
        IN-09 (updated invitation with SEQUENCE + 1 for each).
    """
    lock_session(session)
    rules.check_move(session.status, session.date, new, now=now)
    check_free(crew_of(session), new.starts_at, new.ends_at, besides=session.id)
    number = len(session.moves) + 1
    session.moves.append(
        SessionMove(
            number=number,
            moved_at=now,
            moved_by_id=by.id,
            was=session.date,
            prework_again=prework_again,
        )
    )
    session.starts_at, session.ends_at = new.starts_at, new.ends_at
    session.mode, session.online_link, session.venue = new.mode, new.online_link, new.venue
    session.go_ahead, session.go_ahead_reason = GoAhead.NOT_DUE, ""
    session.go_ahead_by_id = session.go_ahead_at = None
    db.session.flush()
    audit.record("session moved", about=f"session {session.id}", by_id=by.id, now=now)
    told = plan_session_mails(session, now=now)
    fill_free_places(session, now=now)
    return told


def cancel_session(session: TrainingSession, *, reason: str, by: Person, now: datetime) -> int:
    """Call a session off and tell everybody with a place or a turn, and those who run it.

    Bookings stay as they are: they say who had a place when we called it off (IN-08).

    Args:
        session: A draft or published session that has not ended.
        reason: In words that everybody reads; not empty.
        by: Who calls it off.
        now: UTC.

    Returns:
        How many people are told.

    Raises:
        AlreadyCancelled: It was called off before.
        SessionIsOver: It has ended.
        CancelReasonMissing: No reason was written.

    Source:
        IN-08, IN-09.
    """
    lock_session(session)
    rules.check_cancel(session.status, session.ends_at, reason, now=now)
    session.status = SessionStatus.CANCELLED
    session.cancelled_at, session.cancel_reason = now, reason.strip()
    db.session.flush()
    audit.record("session cancelled", about=f"session {session.id}", by_id=by.id, now=now)
    return plan_session_mails(session, now=now)


def change_places(
    session: TrainingSession, places: PlaceRules, *, by: Person, now: datetime
) -> int:
    """Change sizes and caps of a session; nobody is ever dropped.

    Args:
        session: The session.
        places: The new numbers.
        by: Who changes them.
        now: UTC.

    Returns:
        How many people moved up from the waiting list.

    Raises:
        TooManyPlacesTaken: More places are taken than there would be.
        CoreTooLarge: More than 20 places for a core topic.

    Source:
        CC-02, CF-04.
    """
    lock_session(session)
    check_size(session.topic.kind, places)
    check_places_cover(session.places_taken, places)
    return _set_places(session, places, by=by, now=now)


def change_number_of_places(
    session: TrainingSession, largest: int, *, by: Person, now: datetime
) -> int:
    """Give a coming session more or fewer places; its caps stay, and nobody is ever dropped.

    Args:
        session: A published session that has not started.
        largest: Places there shall be.
        by: Who changes them.
        now: UTC.

    Returns:
        How many people moved up from the waiting list; they are told.

    Raises:
        NotOpenForBooking: The session is a draft or was cancelled.
        SessionHasStarted: It has begun.
        SameNumberOfPlaces: There are as many already.
        TooManyPlacesTaken: More places are taken than there would be.
        CoreTooLarge: More than 20 places for a core topic.
        TopicRefused: No session has so few or so many places.

    Source:
        CC-02, CF-04, IN-03.
    """
    lock_session(session)
    places = check_number_of_places(session, largest, now=now)
    return _set_places(session, places, by=by, now=now)


def check_number_of_places(session: TrainingSession, largest: int, *, now: datetime) -> PlaceRules:
    """Return what the numbers of a session would be, or refuse as the change itself would.

    Raises:
        RuleBroken: As ``change_number_of_places``.
    """
    check_open_for_booking(session.status)
    check_not_started(session.starts_at, now)
    check_another_number(session.places, largest)
    places = with_largest(session.places, largest)
    check_places_cover(session.places_taken, places)
    check_size(session.topic.kind, places)
    return places


def _set_places(session: TrainingSession, places: PlaceRules, *, by: Person, now: datetime) -> int:
    session.places = places
    db.session.flush()
    audit.record("places changed", about=f"session {session.id}", by_id=by.id, now=now)
    return fill_free_places(session, now=now)
