"""Reads for the directory: organisations, teams, people and their roles.

Source:
    AN-22 (organisations in order of the alphabet, no sector before another).
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from swa.core.db import db
from swa.people.models import Organisation, OrganisationDomain, Person, RoleGrant, Team
from swa.people.rules.authority import may_keep_directory
from swa.people.rules.import_columns import matching_name
from swa.people.types import Role


def manageable_by(person: Person) -> Select[Person]:
    """Select the people whom the person may see in the directory and change."""
    everybody = select(Person)
    return everybody if may_keep_directory(person.roles) else everybody.where(false())


def organisations_manageable_by(person: Person) -> Select[Organisation]:
    """Select the organisations that the person may change."""
    every = select(Organisation)
    return every if may_keep_directory(person.roles) else every.where(false())


def search_people(by: Person, *, words: str, organisation_id: int | None) -> Select[Person]:
    """Select people by parts of their name or address, and by organisation.

    Args:
        by: Who searches.
        words: Each word must occur in the name or the address; empty for everybody.
        organisation_id: Only its people; None for all.
    """
    found = manageable_by(by)
    for word in words.split():
        found = found.where(
            or_(
                Person.name.icontains(word, autoescape=True),
                Person.email.icontains(word, autoescape=True),
            )
        )
    if organisation_id is not None:
        found = found.where(Person.organisation_id == organisation_id)
    return found.options(
        joinedload(Person.organisation, innerjoin=True),
        joinedload(Person.team),
        selectinload(Person.grants),
    ).order_by(func.lower(Person.name), Person.id)


def get_person(person_id: int, by: Person) -> Person:
    """Return one person with organisation, team, line manager and roles.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none, or it is not theirs to see.
    """
    wanted = manageable_by(by).where(Person.id == person_id)
    return db.session.scalars(
        wanted.options(
            joinedload(Person.organisation, innerjoin=True),
            joinedload(Person.team),
            joinedload(Person.line_manager),
            selectinload(Person.grants),
        )
    ).one()


def list_organisations(by: Person) -> Select[Organisation]:
    """Select the organisations in order of the alphabet."""
    return (
        organisations_manageable_by(by)
        .options(selectinload(Organisation.teams), selectinload(Organisation.domains))
        .order_by(func.lower(Organisation.name), Organisation.id)
    )


def get_organisation(organisation_id: int, by: Person) -> Organisation:
    """Return one organisation with its teams and domains.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none, or it is not theirs to change.
    """
    wanted = organisations_manageable_by(by).where(Organisation.id == organisation_id)
    return db.session.scalars(
        wanted.options(selectinload(Organisation.teams), selectinload(Organisation.domains))
    ).one()


def get_team(team_id: int, by: Person) -> Team:
    """Return one team with its organisation.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none, or it is not theirs to change.
    """
    own = organisations_manageable_by(by).with_only_columns(Organisation.id)
    return db.session.scalars(
        select(Team)
        .where(Team.id == team_id, Team.organisation_id.in_(own))
        .options(joinedload(Team.organisation, innerjoin=True))
    ).one()


def list_organisation_choices() -> list[tuple[int, str]]:
    """Return id and name of each organisation, in order of the alphabet."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.name).order_by(
            func.lower(Organisation.name), Organisation.id
        )
    )
    return [(organisation_id, name) for organisation_id, name in rows]


def count_people(organisations: Iterable[Organisation]) -> dict[int, int]:
    """Return how many active people belong to each organisation that has any."""
    ids = [organisation.id for organisation in organisations]
    rows = db.session.execute(
        select(Person.organisation_id, func.count())
        .where(Person.organisation_id.in_(ids), Person.is_active)
        .group_by(Person.organisation_id)
    )
    return dict(rows.all())


def has_other_organisation_named(name: str, organisation_id: int | None) -> bool:
    """Say whether another organisation has the name, spelt alike."""
    return any(
        matching_name(name) == matching_name(other) and other_id != organisation_id
        for other_id, other in list_organisation_choices()
    )


def find_domain_owner(
    domains: Sequence[str], organisation_id: int | None
) -> tuple[str, str] | None:
    """Return the first of the domains that another organisation has, and that one's name."""
    row = db.session.execute(
        select(OrganisationDomain.domain, Organisation.name)
        .join(OrganisationDomain.organisation)
        .where(OrganisationDomain.domain.in_(domains), Organisation.id != (organisation_id or 0))
        .order_by(OrganisationDomain.domain)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def list_managers() -> dict[int, int]:
    """Return the line manager of everybody who has one, by ids."""
    rows = db.session.execute(
        select(Person.id, Person.line_manager_id).where(Person.line_manager_id.is_not(None))
    )
    return {person_id: manager_id for person_id, manager_id in rows if manager_id is not None}


def lock_administrators() -> None:
    """Let nobody else take an administrator away until the transaction ends.

    Two who remove each other at the same moment would leave nobody (PostgreSQL; SQLite already
    lets one ``transaction()`` run at a time). It is a statement of its own, since a count in the
    same one would not see what the other has just done.
    """
    grants = select(RoleGrant.id).where(RoleGrant.role == Role.ADMINISTRATOR)
    db.session.execute(grants.order_by(RoleGrant.id).with_for_update()).all()


def count_administrators() -> int:
    """Return how many active people may give roles."""
    count = db.session.scalar(
        select(func.count())
        .select_from(RoleGrant)
        .join(RoleGrant.person)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Person.is_active)
    )
    return count or 0


def list_active_holders(role: Role) -> list[int]:
    """Return the ids of the active people who hold the role, in order."""
    return list(
        db.session.scalars(
            select(RoleGrant.person_id)
            .join(RoleGrant.person)
            .where(RoleGrant.role == role, Person.is_active)
            .order_by(RoleGrant.person_id)
        )
    )


def has_grant(grant_id: int) -> bool:
    """Say whether a role that was given is still held."""
    return db.session.scalar(select(RoleGrant.id).where(RoleGrant.id == grant_id)) is not None


def get_holder(grant_id: int) -> Person:
    """Return who was given a role, with their organisation.

    Raises:
        sqlalchemy.exc.NoResultFound: The role was taken away again.
    """
    return db.session.scalars(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.id == grant_id)
        .options(joinedload(Person.organisation, innerjoin=True))
    ).one()


def list_names(person_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of people by id."""
    rows = db.session.execute(
        select(Person.id, Person.name).where(
            Person.id.in_([person_id for person_id in person_ids if person_id is not None])
        )
    )
    return dict(rows.all())
