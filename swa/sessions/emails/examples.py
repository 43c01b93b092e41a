"""Real sessions and people with which the texts of messages can be looked at before they count."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from swa.core.dates import when
from swa.core.db import db
from swa.messaging.texts.catalogue import Examples
from swa.people.models import Person
from swa.sessions.emails.drafts import next_messages
from swa.sessions.emails.values import (
    booking_values,
    material_values,
    run_values,
    session_values,
    turn_values,
)
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries.access import manageable_by
from swa.sessions.queries.bookings import list_live_bookings

MOST = 20
Row = TypeVar("Row", Booking, Person)


def list_sessions(person: Person) -> Sequence[tuple[str, str]]:
    """Return the latest sessions that the person may change, each with its title and date.

    A preview shows the joining link, which those who only see a session must not know.
    """
    latest = (
        manageable_by(person)
        .options(joinedload(TrainingSession.topic))
        .order_by(TrainingSession.starts_at.desc(), TrainingSession.id)
        .limit(MOST)
    )
    found = db.session.scalars(latest).all()
    return [(str(one.id), f"{one.title}, {when(one.starts_at)}") for one in found]


def list_participants(person: Person, key: str) -> Sequence[tuple[str, str]]:
    """Return who has a place or a turn in a session that the person may change, by name."""
    live = _live_bookings(_session(person, key))
    words = [(each.person.name + _standing(each), str(each.id)) for each in live]
    return [(key, name) for name, key in sorted(words, key=lambda pair: pair[0].casefold())]


def list_staff(person: Person, key: str) -> Sequence[tuple[str, str]]:
    """Return who runs a session that the person may change: facilitators, then who supports."""
    return [(str(each.id), each.name) for each in _crew(_session(person, key))]


def values_for_participants(person: Person, key: str, recipient: str) -> dict[str, Any]:
    """Return what a session says to people with a booking, or to one of them.

    Args:
        person: Who looks.
        key: Of the session.
        recipient: Of a booking of the session; empty to keep the samples of a booking.

    Raises:
        NoResultFound: There is no such session or booking, or it is not theirs to see.
    """
    session = _session(person, key)
    if not recipient:
        return session_values(session) | material_values(session)
    booking = _one_of(_live_bookings(session), recipient)
    more = next_messages(booking) if booking.holds_a_place else turn_values(booking)
    return booking_values(booking, name=booking.person.name, has_calendar=True) | more


def values_for_staff(person: Person, key: str, recipient: str) -> dict[str, Any]:
    """Return what a session says to who runs it; unless one is chosen, who looks stands in."""
    session = _session(person, key)
    reader = _one_of(_crew(session), recipient) if recipient else person
    return run_values(session, name=reader.name, has_calendar=True)


def _live_bookings(session: TrainingSession) -> list[Booking]:
    """Return the bookings whose people get mail: nobody who has left, nobody who was erased."""
    return [each for each in list_live_bookings(session) if each.person.is_active]


def _crew(session: TrainingSession) -> list[Person]:
    crew = (session.lead_facilitator, session.co_facilitator, session.support_person)
    return [each for each in crew if each and each.is_active]


def _standing(booking: Booking) -> str:
    return "" if booking.holds_a_place else ", on the waiting list"


def _one_of(rows: Sequence[Row], key: str) -> Row:
    """Return the row whose id the key is.

    Raises:
        NoResultFound: There is none among them.
    """
    for row in rows:
        if str(row.id) == key:
            return row
    raise NoResultFound


def _session(person: Person, key: str) -> TrainingSession:
    """Return a session that the person may change.

    Raises:
        NoResultFound: There is none, or it is not theirs to change.
    """
    if not (key.isascii() and key.isdecimal()):
        raise NoResultFound
    wanted = manageable_by(person).where(TrainingSession.id == int(key[:9]))
    return db.session.scalars(wanted.options(joinedload(TrainingSession.topic))).one()


TO_PARTICIPANTS = Examples(list_sessions, list_participants, values_for_participants)
TO_STAFF = Examples(list_sessions, list_staff, values_for_staff)
