"""What the home page shows; each desk takes the same few queries whatever the size."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from swa.calendars.replies.queries import count_tasks
from swa.calendars.replies.types import TaskState
from swa.core.db import db
from swa.home.rules.needs import SOON, Standing, list_needs
from swa.home.types import DeskRow, Troubles
from swa.messaging.lists import count_to_read_again
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.people.models import JoinRequest, Person
from swa.people.types import RequestState
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries.planning import CAN_SUPPORT, able_to_run, list_able
from swa.sessions.rules.attendance import ASKED_FOR
from swa.sessions.types import BookingStatus, GoAhead, SessionStatus

MOST_ROWS = 10
SMALLEST = TrainingSession.__table__.c.smallest
LOOK_BACK = timedelta(days=30)


def list_next_bookings(person: Person, *, now: datetime) -> list[Booking]:
    """List the person's places and turns in sessions that are not over, the next one first.

    Source:
        C36 of the interface notes (listed until the end time).
    """
    mine = (
        select(Booking)
        .join(Booking.session)
        .where(
            Booking.person == person,
            Booking.status != BookingStatus.CANCELLED,
            TrainingSession.status == SessionStatus.PUBLISHED,
            TrainingSession.ends_at > now,
        )
        .options(contains_eager(Booking.session).joinedload(TrainingSession.topic))
        .order_by(TrainingSession.starts_at, Booking.id)
        .limit(MOST_ROWS)
    )
    return list(db.session.scalars(mine))


def list_running(person: Person, *, now: datetime) -> list[DeskRow]:
    """List the sessions that the person leads or supports: those to come and those to finish.

    Being named on a session is not enough: whoever lost the role lost the sessions with it (AU-5).

    Source:
        TR-07 and TR-09 (the support person may finish it too).
    """
    if not person.holds(*CAN_SUPPORT):
        return []
    not_over = TrainingSession.ends_at > now
    return _list_rows(and_(_is_run_by(person), or_(not_over, _is_unfinished(now))), now=now)


def list_tasks(person: Person, *, now: datetime) -> list[DeskRow]:
    """List the sessions of others in the whole programme that need somebody's attention.

    Those that the person runs are on their own list already.

    Source:
        TR-07, CC-01, CF-28; OT-25 (the coordinator's home lists the open tasks).
    """
    is_coming = and_(
        TrainingSession.status == SessionStatus.PUBLISHED, TrainingSession.starts_at > now
    )
    is_low = and_(
        TrainingSession.places_taken < SMALLEST,
        TrainingSession.starts_at <= now + SOON,
    )
    lacks = or_(
        _is_missing(TrainingSession.lead_facilitator_id),
        _is_missing(TrainingSession.support_person_id),
        TrainingSession.go_ahead == GoAhead.ASKED,
        is_low,
    )
    wanted = or_(and_(is_coming, lacks), _is_unfinished(now))
    return _list_rows(and_(wanted, not_(_is_run_by(person))), now=now)


def count_troubles(*, now: datetime) -> Troubles:
    """Count what a coordinator should look at: messages, requests to join, letters."""
    is_missed = and_(OutboxMessage.state == MessageState.MISSED, OutboxMessage.private.is_(False))
    failed = select(func.count()).where(
        or_(OutboxMessage.state == MessageState.FAILED, is_missed),
        OutboxMessage.due_at > now - LOOK_BACK,
    )
    waiting = select(func.count()).where(JoinRequest.state == RequestState.OPEN)
    return Troubles(
        db.session.scalar(failed) or 0,
        db.session.scalar(waiting) or 0,
        open_letters=count_tasks(TaskState.OPEN),
        to_read_again=sum(count_to_read_again().values()),
    )


def _is_run_by(person: Person) -> ColumnElement[bool]:
    """Match sessions that the person leads or supports; an empty place never hides a session."""
    places = (
        TrainingSession.lead_facilitator_id,
        TrainingSession.co_facilitator_id,
        TrainingSession.support_person_id,
    )
    return or_(*(func.coalesce(place, 0) == person.id for place in places))


def _is_unfinished(now: datetime) -> ColumnElement[bool]:
    """Match sessions of the last weeks whose attendance nobody has saved."""
    return and_(
        TrainingSession.status == SessionStatus.PUBLISHED,
        TrainingSession.ends_at.between(now - ASKED_FOR, now),
        TrainingSession.places_taken > 0,
        TrainingSession.attendance_saved_at.is_(None),
    )


def _list_rows(wanted: ColumnElement[bool], *, now: datetime) -> list[DeskRow]:
    sessions = db.session.scalars(
        select(TrainingSession)
        .where(wanted, TrainingSession.status != SessionStatus.CANCELLED)
        .options(joinedload(TrainingSession.topic))
        .order_by(TrainingSession.starts_at, TrainingSession.id)
        .limit(MOST_ROWS)
    ).all()
    named = {row.lead_facilitator_id for row in sessions} | {
        row.support_person_id for row in sessions
    }
    able = list_able([person_id for person_id in named if person_id is not None])
    to_read = count_to_read_again()
    return [DeskRow(row, list_needs(_standing(row, able, to_read), now=now)) for row in sessions]


def _is_missing(place: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    """Match sessions where nobody is named, or somebody who no longer runs sessions."""
    return or_(place.is_(None), place.not_in(able_to_run()))


def _standing(
    session: TrainingSession, able: Collection[int], to_read: Mapping[str, int]
) -> Standing:
    return Standing(
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        people=session.places_taken,
        smallest=session.places.smallest,
        is_published=session.is_published,
        has_facilitator=session.lead_facilitator_id in able,
        has_second_person=session.support_person_id in able,
        waits_for_decision=session.go_ahead == GoAhead.ASKED,
        is_attendance_saved=session.attendance_saved_at is not None,
        words_to_read=to_read.get(f"session {session.id}", 0),
    )
