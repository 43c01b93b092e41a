"""Reads about topics."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import selectinload

from swa.core.db import db
from swa.people.models import Organisation, Person
from swa.people.types import Role
from swa.sessions.models import Booking, Topic, TrainingSession
from swa.sessions.types import SessionStatus

NEXT_DATES = 3


def visible_to(person: Person) -> Select[Topic]:
    """Select the topics that are offered; a programme coordinator sees the resting ones too.

    Source:
        SS-15 (the topic list is for everybody who is signed in), AN-07.
    """
    if person.holds(Role.PROGRAMME_COORDINATOR):
        return select(Topic)
    return select(Topic).where(Topic.is_active)


def get_topic(topic_id: int, person: Person) -> Topic:
    """Return one topic that the person may see, with its providers.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none, or it rests; both are a 404.
    """
    wanted = visible_to(person).where(Topic.id == topic_id)
    return db.session.scalars(wanted.options(selectinload(Topic.providers))).one()


def list_topics(person: Person) -> list[Topic]:
    """List the topics that the person may see with their providers, core first, then by title."""
    wanted = visible_to(person).options(selectinload(Topic.providers))
    return list(db.session.scalars(wanted.order_by(Topic.kind, Topic.title, Topic.id)))


def list_offered_topics() -> list[Topic]:
    """List the topics of which a session can be planned, core first, then by title (AN-31)."""
    wanted = select(Topic).where(Topic.is_active)
    return list(db.session.scalars(wanted.order_by(Topic.kind, Topic.title, Topic.id)))


def get_offered_topic(topic_id: int) -> Topic:
    """Return a topic of which a session can be planned, with its providers.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none, or it rests.
    """
    wanted = select(Topic).where(Topic.is_active, Topic.id == topic_id)
    return db.session.scalars(wanted.options(selectinload(Topic.providers))).one()


def has_title(title: str, *, besides: int | None) -> bool:
    """Say whether another topic has the title, whatever its case.

    Args:
        title: The title asked for.
        besides: A topic that does not count, None for a new one.
    """
    same = select(Topic.id).where(func.lower(Topic.title) == title.lower())
    if besides is not None:
        same = same.where(Topic.id != besides)
    return db.session.scalars(same.limit(1)).first() is not None


def list_next_dates(topic_ids: Sequence[int], *, now: datetime) -> dict[int, list[TrainingSession]]:
    """List the next three dates of each topic, soonest first, in one query.

    Returns:
        Topic id to sessions; a topic without dates is not in it.

    Source:
        SS-15.
    """
    turn = func.row_number().over(
        partition_by=TrainingSession.topic_id,
        order_by=(TrainingSession.starts_at, TrainingSession.id),
    )
    coming = (
        select(TrainingSession.id, turn.label("turn"))
        .where(
            TrainingSession.topic_id.in_(topic_ids),
            TrainingSession.status == SessionStatus.PUBLISHED,
            TrainingSession.ends_at > now,
        )
        .subquery()
    )
    wanted = (
        select(TrainingSession)
        .join(coming, coming.c.id == TrainingSession.id)
        .where(coming.c.turn <= NEXT_DATES)
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    dates: dict[int, list[TrainingSession]] = {}
    for session in db.session.scalars(wanted):
        dates.setdefault(session.topic_id, []).append(session)
    return dates


def list_to_come(topic: Topic, now: datetime) -> Sequence[TrainingSession]:
    """List the published sessions of a topic that are not over, in ascending id."""
    wanted = select(TrainingSession).where(*_is_to_come(topic, now))
    return db.session.scalars(wanted.order_by(TrainingSession.id)).all()


def list_bookings_to_come(topic: Topic, now: datetime) -> Sequence[int]:
    """List the ids of all bookings of the topic's published sessions that are not over."""
    wanted = select(Booking.id).join(Booking.session).where(*_is_to_come(topic, now))
    return db.session.scalars(wanted.order_by(Booking.id)).all()


def _is_to_come(topic: Topic, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        TrainingSession.topic_id == topic.id,
        TrainingSession.status == SessionStatus.PUBLISHED,
        TrainingSession.ends_at > now,
    )


def list_organisations() -> list[Organisation]:
    """List the organisations that take part, in alphabetical order (AN-22)."""
    wanted = select(Organisation).where(Organisation.is_active)
    return list(db.session.scalars(wanted.order_by(Organisation.name, Organisation.id)))


def list_organisations_with(ids: Sequence[int]) -> list[Organisation]:
    """List the organisations with these ids that take part, in alphabetical order."""
    wanted = select(Organisation).where(Organisation.is_active, Organisation.id.in_(ids))
    return list(db.session.scalars(wanted.order_by(Organisation.name, Organisation.id)))
