"""Reads for the page on which one signs in as an invented person."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from swa.core.db import db
from swa.people.models import Person
from swa.people.types import Role

TAKING_PART = "participant"


def list_people_by_role() -> list[tuple[str, list[Person]]]:
    """Return the active people by role, by name within it; somebody with two roles comes twice.

    Who only takes part comes last, and nobody else comes there.
    """
    people = db.session.scalars(
        select(Person)
        .where(Person.is_active)
        .options(joinedload(Person.organisation), selectinload(Person.grants))
        .order_by(func.lower(Person.name), Person.id)
    ).all()
    groups = [(role.value, [one for one in people if role in one.roles]) for role in Role]
    groups.append((TAKING_PART, [one for one in people if not one.roles]))
    return [(name, members) for name, members in groups if members]


def get_person(person_id: int) -> Person:
    """Return an active person; for demonstrations only.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    return db.session.scalars(select(Person).where(Person.id == person_id, Person.is_active)).one()
