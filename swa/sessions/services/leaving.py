"""What becomes of the places of somebody whose account is disabled."""

from datetime import datetime

from swa.core.errors import RuleBroken
from swa.people.models import Person
from swa.people.services.people import Held
from swa.sessions.queries.access import lock_session
from swa.sessions.queries.duties import list_coming_bookings
from swa.sessions.queries.planning import lock_people
from swa.sessions.services.booking import give_back_places_of


class BookedMeanwhile(RuleBroken):
    """A place that came in between would stay; the page then counts it, too."""

    message = "They booked another session just now – check the numbers and try again"


def count_held(person_id: int, *, now: datetime) -> Held:
    """Count places and turns in sessions that have not begun; ``now`` is UTC."""
    rows = list_coming_bookings(person_id, now=now)
    places = sum(booking.holds_a_place for booking in rows)
    return Held(places=places, turns=len(rows) - places)


def hold_bookings(person_id: int, now: datetime) -> None:
    """Lock the coming sessions that somebody booked, then the person: the order of bookings.

    Args:
        person_id: Who will be disabled.
        now: UTC.

    Raises:
        BookedMeanwhile: There is one more by the time that the person is locked.
    """
    sessions = [booking.session for booking in list_coming_bookings(person_id, now=now)]
    for session in sessions:
        lock_session(session)
    lock_people({person_id})
    booked = {booking.session_id for booking in list_coming_bookings(person_id, now=now)}
    if not booked <= {session.id for session in sessions}:
        raise BookedMeanwhile


def give_back_bookings(person_id: int, by: Person, now: datetime) -> None:
    """Give back the places and turns of somebody; what is free goes to who may have it.

    The caller holds the sessions, see ``hold_bookings``.

    Args:
        person_id: Who is disabled.
        by: Who disables them.
        now: UTC.

    Source:
        OT-10, IN-03, AN-15.
    """
    for booking in list_coming_bookings(person_id, now=now):
        give_back_places_of(booking.session, {person_id}, by=by, now=now)
