"""What the desk of a session reads beside its bookings."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.messaging.types import UNSENT
from swa.people.models import Person
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries.bookings import HOLDING
from swa.sessions.types import BookingStatus


@dataclass(frozen=True)
class PlannedMail:
    """Messages of one kind that wait to be sent.

    Attributes:
        kind: Name of the kind, in words.
        people: How many messages; each goes to one person.
        first_at: When the first of them may go, UTC.
    """

    kind: str
    people: int
    first_at: datetime


def can_read_needs(session: TrainingSession, person: Person) -> bool:
    """Say whether the person may read access needs: facilitators and support person only.

    Source:
        IN-11. A coordinator who does not run the session sees names, but no needs.
    """
    return person.id in session.crew_ids


def list_planned_mails(bookings: Iterable[Booking]) -> Sequence[PlannedMail]:
    """Count the messages of these bookings that still wait, those due first at the top."""
    occasions = [f"booking {booking.id}" for booking in bookings]
    if not occasions:
        return []
    first_at = func.min(OutboxMessage.due_at, type_=OutboxMessage.due_at.type)
    rows = db.session.execute(
        select(OutboxMessage.kind, func.count(), first_at)
        .where(OutboxMessage.occasion.in_(occasions), OutboxMessage.state.in_(UNSENT))
        .group_by(OutboxMessage.kind)
        .order_by(first_at, OutboxMessage.kind)
    )
    return [PlannedMail(kind, people, first) for kind, people, first in rows]


def get_booking_of(session: TrainingSession, booking_id: int) -> Booking:
    """Return one live booking of this very session.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none, or it belongs to another session.
    """
    return db.session.scalars(
        select(Booking).where(
            Booking.id == booking_id,
            Booking.session_id == session.id,
            Booking.status != BookingStatus.CANCELLED,
        )
    ).one()


def find_people(words: str, *, session: TrainingSession, most: int = 20) -> Sequence[Person]:
    """Find people to add on the day by a part of their name or address.

    People who hold a place already and those who run the session are left out; somebody who waits
    can be added.

    Args:
        words: At least three characters, checked by the caller.
        session: The session they came to.
        most: Longest list, people; one more is read so that the page can say "more".
    """
    return _find_people(words, session, without=HOLDING, most=most)


def find_people_to_book(
    words: str, *, session: TrainingSession, most: int = 20
) -> Sequence[Person]:
    """Find people to book a place for; who waits already is left out, too.

    Args:
        words: At least three characters, checked by the caller.
        session: The session they asked for.
        most: As ``find_people``.
    """
    return _find_people(words, session, without=(*HOLDING, BookingStatus.WAITING), most=most)


def get_person_to_book(person_id: int) -> Person:
    """Return somebody whose account is not disabled.

    Raises:
        sqlalchemy.exc.NoResultFound: There is no such person.
    """
    wanted = select(Person).where(Person.id == person_id, Person.is_active)
    return db.session.scalars(wanted.options(joinedload(Person.organisation))).one()


def _find_people(
    words: str, session: TrainingSession, *, without: Collection[BookingStatus], most: int
) -> Sequence[Person]:
    pattern = f"%{_escaped(words.lower())}%"
    table = Booking.__table__
    booked = select(table.c.person_id).where(
        table.c.session_id == session.id, table.c.status.in_(without)
    )
    return db.session.scalars(
        select(Person)
        .where(
            Person.is_active,
            func.lower(Person.name).like(pattern, escape="\\")
            | Person.email.like(pattern, escape="\\"),
            Person.id.not_in(booked),
            Person.id.not_in(session.crew_ids),
        )
        .options(joinedload(Person.organisation))
        .order_by(func.lower(Person.name), Person.id)
        .limit(most + 1)
    ).all()


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
