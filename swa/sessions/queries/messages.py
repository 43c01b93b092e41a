"""What the pages of messages need to know of sessions: names, rights, how many a rule is for."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import joinedload

from swa.core.db import db
from swa.messaging.send_rules import Audience, SendRule
from swa.people.models import Person
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries.access import can_run, manageable_by, runnable_by
from swa.sessions.types import BookingStatus, Mark, SessionStatus

SESSION = re.compile(r"session (\d{1,9})")
TOPIC = re.compile(r"topic (\d{1,9})")


def list_sessions_named(belongs_to: Collection[str]) -> Sequence[TrainingSession]:
    """List the sessions that messages belong to ("session 5"), with their topics, by id."""
    ids = {int(found[1]) for name in belongs_to if (found := SESSION.fullmatch(name))}
    if not ids:
        return []
    return db.session.scalars(
        select(TrainingSession)
        .where(TrainingSession.id.in_(ids))
        .options(joinedload(TrainingSession.topic))
        .order_by(TrainingSession.id)
    ).all()


def runs_and_manages(belongs_to: str, person: Person) -> tuple[bool, bool]:
    """Say whether the person runs, and whether they may change, what a message belongs to."""
    found = SESSION.fullmatch(belongs_to)
    if found is None:
        return False, False
    mine = TrainingSession.id == int(found[1])
    runs = db.session.scalars(runnable_by(person).where(mine)).first() is not None
    manages = runs and db.session.scalars(manageable_by(person).where(mine)).first() is not None
    return runs, manages


def may_join(session: TrainingSession, person: Person) -> bool:
    """Say whether the person runs the session or has a place, and so knows how to join."""
    if can_run(session, person):
        return True
    place = select(Booking.id).where(
        Booking.session_id == session.id,
        Booking.__table__.c.person_id == person.id,
        Booking.status == BookingStatus.CONFIRMED,
    )
    return db.session.scalars(place.limit(1)).first() is not None


def count_addressees(rule: SendRule, *, past: bool, now: datetime) -> int:
    """Count the people whom a rule would write to, as things stand.

    Args:
        rule: On or off.
        past: Sessions that are over, instead of those to come.
        now: UTC.
    """
    of_topic: ColumnElement[bool] = true()
    if found := TOPIC.fullmatch(rule.scope):
        of_topic = TrainingSession.topic_id == int(found[1])
    when = TrainingSession.ends_at <= now if past else TrainingSession.ends_at > now
    published = TrainingSession.status == SessionStatus.PUBLISHED
    crew = _crew(rule.audience)
    if crew:
        sums = [func.sum(func.coalesce(column / column, 0)) for column in crew]
        rows = db.session.execute(select(*sums).where(published, when, of_topic)).one()
        return sum(number or 0 for number in rows)
    counted = (
        select(func.count())
        .select_from(Booking)
        .join(Booking.session)
        .where(published, when, of_topic, _has(rule.audience, past=past))
    )
    if rule.audience is Audience.LINE_MANAGERS:
        counted = counted.join(Booking.person).where(Person.line_manager_id.is_not(None))
    return db.session.scalars(counted).one()


def _crew(audience: Audience) -> Sequence[ColumnElement[int]]:
    """Return the columns of those who run a session; a person id divided by itself is one."""
    table = TrainingSession.__table__.c
    facilitators = [table.lead_facilitator_id, table.co_facilitator_id]
    return {
        Audience.CREW: [*facilitators, table.support_person_id],
        Audience.FACILITATORS: facilitators,
        Audience.SUPPORT_PERSON: [table.support_person_id],
    }.get(audience, [])


def _has(audience: Audience, *, past: bool) -> ColumnElement[bool]:
    if audience is Audience.WAITING:
        return Booking.status == BookingStatus.WAITING
    if past and audience is Audience.PRESENT:
        return Booking.mark == Mark.PRESENT
    if past and audience is Audience.ABSENT:
        return Booking.mark.in_([Mark.ABSENT, Mark.APOLOGY])
    return Booking.status == BookingStatus.CONFIRMED
