"""Real sessions with which the texts of messages can be looked at before they count."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from swa.core.dates import when
from swa.core.db import db
from swa.messaging.texts.catalogue import Examples
from swa.people.models import Person
from swa.sessions.emails.values import material_values, run_values, session_values
from swa.sessions.models import TrainingSession
from swa.sessions.queries.access import manageable_by

MOST = 20


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


def values_for_participants(person: Person, key: str) -> dict[str, Any]:
    """Return what a session says to people with a booking; whose booking it is stays a sample."""
    session = _session(person, key)
    return session_values(session) | material_values(session)


def values_for_staff(person: Person, key: str) -> dict[str, Any]:
    """Return what a session says to who runs it; the person stands in for them."""
    return run_values(_session(person, key), name=person.name, has_calendar=True)


def _session(person: Person, key: str) -> TrainingSession:
    """Return a session that the person may change.

    Raises:
        NoResultFound: There is none, or it is not theirs to change.
    """
    if not (key.isascii() and key.isdecimal()):
        raise NoResultFound
    wanted = manageable_by(person).where(TrainingSession.id == int(key[:9]))
    return db.session.scalars(wanted.options(joinedload(TrainingSession.topic))).one()


TO_PARTICIPANTS = Examples(list_sessions, values_for_participants)
TO_STAFF = Examples(list_sessions, values_for_staff)
