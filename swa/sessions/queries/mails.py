"""What the outbox holds about bookings and those who run a session."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import joinedload

from swa.calendars.models import Invitation
from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.messaging.types import UNSENT, MessageState
from swa.people.models import Person, RoleGrant
from swa.people.types import Role
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.types import Mark, SessionStatus

Key = tuple[str, int]
OVER = frozenset({MessageState.DROPPED, MessageState.SUPERSEDED})
MAY_HAVE_LEFT = and_(
    OutboxMessage.attempts > 0,
    or_(OutboxMessage.state != MessageState.DROPPED, OutboxMessage.frozen_at.is_not(None)),
)
# What every message asks is put together once.
_TRIED = select(OutboxMessage.kind, OutboxMessage.edition).where(
    OutboxMessage.occasion == bindparam("occasion"),
    OutboxMessage.id != bindparam("without"),
    MAY_HAVE_LEFT,
)
_OF_MESSAGE = (
    joinedload(Booking.session).options(
        joinedload(TrainingSession.topic), joinedload(TrainingSession.moves)
    ),
    joinedload(Booking.person),
)
_BOOKING_OF = (
    select(Booking)
    .where(Booking.id == bindparam("number"))
    .options(*_OF_MESSAGE)
    .execution_options(populate_existing=True)
)
_SESSION_OF = (
    select(TrainingSession)
    .where(TrainingSession.id == bindparam("number"))
    .options(joinedload(TrainingSession.topic), joinedload(TrainingSession.moves))
    .execution_options(populate_existing=True)
)


def list_tried(occasion: str, *, without: int | None = None) -> frozenset[Key]:
    """List kind and edition of the messages of an occasion that may have reached the person.

    One that was handed over without an answer counts; one that was dropped before its words were
    made does not.

    Args:
        occasion: For example "booking 17".
        without: Id of a message that is left out: the one that is about to go.
    """
    rows = db.session.execute(_TRIED, {"occasion": occasion, "without": without or 0})
    return frozenset((kind, edition) for kind, edition in rows)


@dataclass(frozen=True)
class Written:
    """What of a message tells whether it, or another like it, is wanted; without its words.

    Attributes:
        may_have_left: As ``list_tried`` says it.
        left_at: When it went, or its words were made, or it was due, UTC.
    """

    id: int
    occasion: str
    kind: str
    edition: int
    person_id: int | None
    state: MessageState
    due_at: datetime
    is_by_hand: bool
    may_have_left: bool
    left_at: datetime

    @property
    def is_over(self) -> bool:
        """Whether it was dropped or replaced, and so does not count as planned."""
        return self.state in OVER

    @property
    def is_missed(self) -> bool:
        """Whether its last useful moment came before it could go."""
        return self.state is MessageState.MISSED


def list_written(occasions: Iterable[str]) -> defaultdict[str, list[Written]]:
    """List all messages of several occasions, by occasion, in the order in which they were made."""
    rows = db.session.execute(
        select(
            OutboxMessage.id,
            OutboxMessage.occasion,
            OutboxMessage.kind,
            OutboxMessage.edition,
            OutboxMessage.person_id,
            OutboxMessage.state,
            OutboxMessage.due_at,
            OutboxMessage.is_by_hand,
            MAY_HAVE_LEFT,
            func.coalesce(OutboxMessage.sent_at, OutboxMessage.frozen_at, OutboxMessage.due_at),
        )
        .where(OutboxMessage.occasion.in_(list(occasions)))
        .order_by(OutboxMessage.id)
    )
    written: defaultdict[str, list[Written]] = defaultdict(list)
    for row in rows:
        written[row.occasion].append(Written(*tuple(row)))
    return written


def list_invited_to_run(session: TrainingSession) -> set[int]:
    """Return the ids of those who have, or had, an invitation to run the session."""
    theirs = Invitation.occasion.startswith(f"session {session.id} run by ", autoescape=True)
    return set(db.session.scalars(select(Invitation.person_id).where(theirs)))


def list_invitations_to_run(session: TrainingSession) -> dict[str, Invitation]:
    """Return the newest invitation of everybody who runs, or ran, the session by its occasion."""
    theirs = select(Invitation).where(
        Invitation.occasion.startswith(f"session {session.id} run by ", autoescape=True)
    )
    return {row.occasion: row for row in db.session.scalars(theirs.order_by(Invitation.id))}


def count_messages() -> int:
    """Count all messages that were ever written."""
    return db.session.scalars(select(func.count()).select_from(OutboxMessage)).one()


def list_programme_coordinators() -> Sequence[Person]:
    """List the active programme coordinators by id."""
    holds = Person.grants.any(RoleGrant.role == Role.PROGRAMME_COORDINATOR)
    return db.session.scalars(
        select(Person).where(holds, Person.is_active).order_by(Person.id)
    ).all()


def list_sessions_with_mails(
    *, ended_after: datetime | None, after: int = 0, most: int | None = None
) -> Sequence[TrainingSession]:
    """List sessions whose messages may still change, in ascending id: drafts have none.

    Args:
        ended_after: Those that ended later, UTC, and those of which something still waits; None
            for all.
        after: Only those with a greater id.
        most: Longest list; None for all.
    """
    belongs = literal("session ") + cast(TrainingSession.id, String)
    something_waits = exists().where(
        OutboxMessage.belongs_to == belongs, OutboxMessage.state.in_(list(UNSENT))
    )
    may_change: ColumnElement[bool] = true()
    if ended_after is not None:
        may_change = or_(TrainingSession.ends_at > ended_after, something_waits)
    return db.session.scalars(
        select(TrainingSession)
        .where(
            TrainingSession.status != SessionStatus.DRAFT,
            TrainingSession.id > after,
            may_change,
        )
        .options(joinedload(TrainingSession.topic))
        .order_by(TrainingSession.id)
        .limit(most)
    ).all()


def list_sessions_to_decide(now: datetime) -> Sequence[TrainingSession]:
    """List published sessions that have not started, in ascending id."""
    return db.session.scalars(
        select(TrainingSession)
        .where(TrainingSession.status == SessionStatus.PUBLISHED, TrainingSession.starts_at > now)
        .order_by(TrainingSession.id)
    ).all()


def came_again(booking: Booking) -> bool:
    """Say whether the person has been at a later session of the same topic."""
    return booking.claim.person_id in list_came_again(booking.session)


def list_came_again(session: TrainingSession) -> frozenset[int]:
    """List the ids of the people who have been at a later session of the same topic.

    Nobody has before the attendance of this one is saved; then one read tells of everybody.

    Source:
        TR-22 (a refresher is for those whom the topic has not reached since).
    """
    if session.attendance_saved_at is None:
        return frozenset()
    later = (
        select(Booking.__table__.c.person_id)
        .join(Booking.session)
        .where(
            TrainingSession.topic_id == session.topic_id,
            TrainingSession.starts_at > session.starts_at,
            Booking.mark == Mark.PRESENT,
        )
    )
    return frozenset(db.session.scalars(later))


def get_booking_of(message: OutboxMessage) -> Booking:
    """Return the booking that a message is about, with its session, moves and person.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    number = {"number": _number_in(message.occasion)}
    return db.session.scalars(_BOOKING_OF, number).unique().one()


def get_session_of(message: OutboxMessage) -> TrainingSession:
    """Return the session that a message is about, with its topic and moves.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    number = {"number": _number_in(message.occasion)}
    return db.session.scalars(_SESSION_OF, number).unique().one()


def _number_in(occasion: str) -> int:
    """Return the id in "booking 17" or "session 5 on 2027-03-01"."""
    return int(occasion.split()[1])
