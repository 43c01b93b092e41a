"""Which sessions somebody may see, run and manage: the one gateway to a session."""

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, false, inspect, or_, select, true
from sqlalchemy.orm import InstanceState, joinedload

from swa.core.db import db
from swa.core.errors import NotAllowed
from swa.people.models import Person
from swa.people.types import Role
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.types import BookingStatus

# The row is held first and read by a second statement: PostgreSQL reads what is joined to a held
# row as it was before the wait, so the topic and the moves of then would be missed.
_HELD = select(TrainingSession.id).with_for_update(of=TrainingSession)
_HELD_BY_ID = _HELD.where(TrainingSession.id == bindparam("row"))
_HELD_BY_BOOKING = _HELD.join(
    Booking, Booking.__table__.c.session_id == TrainingSession.__table__.c.id
).where(Booking.__table__.c.id == bindparam("row"))
# With what planning the e-mails asks of it.
_AFRESH = (
    select(TrainingSession)
    .where(TrainingSession.id == bindparam("row"))
    .options(joinedload(TrainingSession.topic), joinedload(TrainingSession.moves))
    .execution_options(populate_existing=True)
)


def visible_to(person: Person) -> Select[TrainingSession]:
    """Select what the person may see: what was published, what they booked, what they run.

    Source:
        AN-07 (everybody sees the same published sessions).
    """
    theirs = TrainingSession.bookings.any(
        (Booking.person == person) & (Booking.status != BookingStatus.CANCELLED)
    )
    was_published = TrainingSession.published_at.is_not(None)
    return select(TrainingSession).where(or_(was_published, theirs, _is_run_by(person)))


def runnable_by(person: Person) -> Select[TrainingSession]:
    """Select what the person runs: names, access needs, attendance (TR-08, TR-09, C41).

    Being named on a session is not enough: whoever lost the role lost the sessions with it (AU-5).
    """
    return select(TrainingSession).where(_is_run_by(person))


def manageable_by(person: Person) -> Select[TrainingSession]:
    """Select what the person may plan, change, move and call off."""
    return select(TrainingSession).where(_is_managed_by(person))


def get_session(session_id: int, person: Person) -> TrainingSession:
    """Return one session that the person may see, with its topic.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none, or it is not theirs to see; both are a 404.
    """
    return _one(visible_to(person), session_id)


def get_session_to_run(session_id: int, person: Person) -> TrainingSession:
    """Return one session that the person runs as facilitator, support person or coordinator.

    Raises:
        NotAllowed: They may see the session but do not run it (TR-08).
        sqlalchemy.exc.NoResultFound: There is none, or it is not theirs to see.
    """
    return _one_of_mine(runnable_by(person), session_id, person)


def get_session_to_manage(session_id: int, person: Person) -> TrainingSession:
    """Return one session that the person may change.

    Raises:
        NotAllowed: They may see the session but not change it.
        sqlalchemy.exc.NoResultFound: There is none, or it is not theirs to see.
    """
    return _one_of_mine(manageable_by(person), session_id, person)


def can_run(session: TrainingSession, person: Person) -> bool:
    """Say whether the person runs the session, without another query."""
    supports = person.holds(Role.FACILITATOR) and session.support_person_id == person.id
    return can_manage(session, person) or supports


def can_manage(session: TrainingSession, person: Person) -> bool:
    """Say whether the person may change the session, without another query."""
    if person.holds(Role.PROGRAMME_COORDINATOR):
        return True
    theirs = {session.lead_facilitator_id, session.co_facilitator_id, session.created_by_id}
    return person.holds(Role.FACILITATOR) and person.id in theirs


def lock_session(session: TrainingSession) -> None:
    """Hold the session's row until the transaction ends, so that people queue for its places.

    When it is held, it is read afresh, with its topic and its moves: what others changed of them
    while this waited counts.

    Raises:
        sqlalchemy.exc.NoResultFound: It was a draft, and somebody threw it away meanwhile.
    """
    _hold(_HELD_BY_ID, session)


def lock_session_of(booking: Booking) -> TrainingSession:
    """Hold the row of a booking's session as ``lock_session`` does, and return it."""
    return _hold(_HELD_BY_BOOKING, booking)


def _hold(held: Select[int], row: TrainingSession | Booking) -> TrainingSession:
    # Its id is known without reading it, also when the row was read in an earlier transaction.
    state: InstanceState[Any] = inspect(row)
    (number,) = state.identity or (None,)
    session_id = db.session.scalars(held, {"row": number}).one()
    return db.session.scalars(_AFRESH, {"row": session_id}).unique().one()


def hold_account(person_id: int) -> bool:
    """Say whether an account is enabled, and keep it so until the transaction ends.

    Taken after the session's row. Bookings of one person do not wait for each other.
    """
    wanted = select(Person.is_active).where(Person.id == person_id)
    return db.session.scalars(wanted.with_for_update(read=True)).one()


def _is_managed_by(person: Person) -> ColumnElement[bool]:
    if person.holds(Role.PROGRAMME_COORDINATOR):
        return true()
    if not person.holds(Role.FACILITATOR):
        return false()
    return or_(
        TrainingSession.lead_facilitator_id == person.id,
        TrainingSession.co_facilitator_id == person.id,
        TrainingSession.created_by_id == person.id,
    )


def _is_run_by(person: Person) -> ColumnElement[bool]:
    if not person.holds(Role.FACILITATOR):
        return _is_managed_by(person)
    return or_(_is_managed_by(person), TrainingSession.support_person_id == person.id)


def _one(select_from: Select[TrainingSession], session_id: int) -> TrainingSession:
    wanted = select_from.where(TrainingSession.id == session_id)
    return db.session.scalars(wanted.options(joinedload(TrainingSession.topic))).one()


def _one_of_mine(mine: Select[TrainingSession], session_id: int, person: Person) -> TrainingSession:
    found = db.session.scalars(
        mine.where(TrainingSession.id == session_id).options(joinedload(TrainingSession.topic))
    ).one_or_none()
    if found is None:
        get_session(session_id, person)
        raise NotAllowed
    return found
