"""Which sessions stand in somebody's calendar links, and which dates are for everybody."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from swa.calendars.feeds.rules import CANCELLED_STAYS, PAST_STAYS
from swa.core.db import db
from swa.people.models import Person
from swa.sessions.models import Booking, Topic, TrainingSession
from swa.sessions.queries.access import runnable_by
from swa.sessions.types import BookingStatus, SessionStatus


def list_booked(person: Person, now: datetime) -> Sequence[int]:
    """List the bookings with a place in sessions that are shown, by id.

    Who gave their place back, or waits, does not have the session in their calendar.
    """
    return db.session.scalars(
        select(Booking.id)
        .join(Booking.session)
        .where(
            Booking.person == person,
            Booking.status == BookingStatus.CONFIRMED,
            _is_shown(now, past=PAST_STAYS),
        )
        .order_by(Booking.id)
    ).all()


def list_run(person: Person, now: datetime) -> Sequence[TrainingSession]:
    """List the sessions that are shown and that somebody is named to run, by id.

    A coordinator may run every session; in the calendar are those with their name on it.
    """
    named = or_(
        TrainingSession.lead_facilitator_id == person.id,
        TrainingSession.co_facilitator_id == person.id,
        TrainingSession.support_person_id == person.id,
    )
    shown = runnable_by(person).where(named, _is_shown(now, past=PAST_STAYS))
    return db.session.scalars(shown.order_by(TrainingSession.id)).all()


def list_open(topic: Topic | None, now: datetime) -> Sequence[TrainingSession]:
    """List the dates that everybody may read, soonest first, with topic and moves.

    Args:
        topic: Only its dates; None for those of all topics that are offered.
        now: UTC.

    Source:
        AN-07 (everybody sees the same published sessions).
    """
    wanted = select(TrainingSession).where(_is_shown(now, past=timedelta(0)))
    if topic is None:
        wanted = wanted.where(TrainingSession.topic.has(Topic.is_active))
    else:
        wanted = wanted.where(TrainingSession.topic_id == topic.id)
    return db.session.scalars(
        wanted.order_by(TrainingSession.starts_at, TrainingSession.id).options(
            joinedload(TrainingSession.topic), selectinload(TrainingSession.moves)
        )
    ).all()


def get_open_topic(topic_id: int) -> Topic:
    """Return a topic whose dates everybody may read.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none, or it rests; both are a 404.
    """
    return db.session.scalars(select(Topic).where(Topic.id == topic_id, Topic.is_active)).one()


def _is_shown(now: datetime, *, past: timedelta) -> ColumnElement[bool]:
    """Say whether a session is in calendars: published, or called off for less than 30 days.

    Args:
        now: UTC.
        past: How long it stays after its end.

    Source:
        FEED-7.
    """
    takes_place = and_(
        TrainingSession.status == SessionStatus.PUBLISHED, TrainingSession.ends_at > now - past
    )
    called_off = and_(
        TrainingSession.status == SessionStatus.CANCELLED,
        TrainingSession.published_at.is_not(None),
        TrainingSession.cancelled_at > now - CANCELLED_STAYS,
    )
    return or_(takes_place, called_off)
