"""Reads for those who plan a session: who could run it, who is busy, where it could be."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from swa.core.db import db
from swa.people.models import Organisation, Person, RoleGrant
from swa.people.types import Role
from swa.sessions.models import TrainingSession
from swa.sessions.types import SessionStatus

CAN_SUPPORT = (Role.FACILITATOR, Role.PROGRAMME_COORDINATOR)
IN_A_CREW = (
    TrainingSession.lead_facilitator_id,
    TrainingSession.support_person_id,
    TrainingSession.co_facilitator_id,
)


def list_facilitators() -> list[Person]:
    """List those who may facilitate with their organisations, by name."""
    return _list_holders((Role.FACILITATOR,))


def list_support_people() -> list[Person]:
    """List those who may stand beside a facilitator with their organisations, by name (TR-07)."""
    return _list_holders(CAN_SUPPORT)


def able_to_run() -> Select[int]:
    """Select the ids of those who may run a session: active, with one of the two roles (AU-5)."""
    holders = select(RoleGrant.person_id).where(RoleGrant.role.in_(CAN_SUPPORT))
    return select(Person.id).where(Person.is_active, Person.id.in_(holders))


def list_able(ids: Collection[int]) -> frozenset[int]:
    """Return those of these people who may still run a session they are named on."""
    return frozenset(db.session.scalars(able_to_run().where(Person.id.in_(ids))))


def lock_people(ids: Collection[int]) -> None:
    """Hold the rows of these people, so that two sessions cannot take one of them at once.

    Bookings of theirs need not wait: the lock does not stand against foreign keys (IN-19).
    """
    wanted = select(Person.id).where(Person.id.in_(ids)).order_by(Person.id)
    db.session.execute(wanted.with_for_update(key_share=True)).all()


def find_clash(
    ids: Collection[int], start: datetime, end: datetime, *, besides: int | None
) -> TrainingSession | None:
    """Return the first other session that one of these people runs at the same time.

    Args:
        ids: People as facilitator or support person.
        start: UTC.
        end: UTC.
        besides: The session they are asked for, None for one that is not kept yet.

    Source:
        IN-19; drafts count, cancelled ones do not.
    """
    if not ids:
        return None
    clashing = (
        select(TrainingSession)
        .options(joinedload(TrainingSession.topic))
        .where(
            TrainingSession.status != SessionStatus.CANCELLED,
            TrainingSession.starts_at < end,
            TrainingSession.ends_at > start,
            or_(*(column.in_(ids) for column in IN_A_CREW)),
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    if besides is not None:
        clashing = clashing.where(TrainingSession.id != besides)
    return db.session.scalars(clashing.limit(1)).first()


def list_names(ids: Collection[int]) -> dict[int, str]:
    """Return the names of people by id."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return dict(rows.all())


def list_known_boroughs() -> list[str]:
    """List the boroughs of organisations and sessions, in alphabetical order (AN-20)."""
    places = select(Organisation.borough).union(select(TrainingSession.borough))
    return sorted(borough for borough in db.session.scalars(places) if borough)


def _list_holders(roles: Collection[Role]) -> list[Person]:
    holders = select(RoleGrant.person_id).where(RoleGrant.role.in_(roles))
    wanted = select(Person).where(Person.is_active, Person.id.in_(holders))
    return list(
        db.session.scalars(
            wanted.options(joinedload(Person.organisation)).order_by(Person.name, Person.id)
        )
    )
