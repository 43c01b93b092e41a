"""A place for somebody who asked those who run the session, by telephone or e-mail."""

from datetime import datetime

from swa.people.models import Person
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.rules.places import AlreadyBooked
from swa.sessions.services.booking import book_place
from swa.sessions.types import BookingDetails


def book_for(
    session: TrainingSession, person: Person, *, by: Person, told_needs: str, now: datetime
) -> Booking:
    """Book a named person by the rules that hold for everybody.

    The access needs of their account go with it, unread by whoever books.

    Args:
        session: The session asked for.
        person: Who will attend; gets the usual e-mail.
        by: Who books on their behalf; the audit line has them.
        told_needs: Access needs that they told on top; may be empty.
        now: UTC.

    Raises:
        RuleBroken: As ``book_place``.

    Source:
        AN-14, DC-09, IN-11.
    """
    needs = "\n".join(each for each in (person.access_needs, told_needs) if each)
    details = BookingDetails(access_needs=needs)
    try:
        return book_place(session, person, by=by, details=details, now=now)
    except AlreadyBooked as refusal:
        message = f"{person.name} has booked this session already"
        raise AlreadyBooked(message) from refusal
