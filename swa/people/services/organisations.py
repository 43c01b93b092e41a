"""Adds and changes organisations and their teams.

Source:
    AN-02, AN-20, AN-22, CF-23.
"""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from swa.core.db import db
from swa.people.models import Organisation, OrganisationDomain, Person, Team
from swa.people.queries import directory as queries
from swa.people.rules.directory import (
    DomainIsListed,
    OrganisationDetails,
    OrganisationIsListed,
    TeamIsListed,
)
from swa.people.rules.import_columns import matching_name
from swa.people.services import audit


def add_organisation(details: OrganisationDetails, *, by: Person, now: datetime) -> Organisation:
    """List an organisation.

    Raises:
        OrganisationIsListed: Another has the name.
        DomainIsListed: Another has one of the domains.
    """
    organisation = Organisation(name=details.name, sector=details.sector, borough=details.borough)
    _check(details, None)
    db.session.add(organisation)
    organisation.domains = [OrganisationDomain(domain=domain) for domain in details.domains]
    _flush(OrganisationIsListed())
    _record("organisation added", organisation, by=by, now=now)
    return organisation


def change_organisation(
    organisation: Organisation, details: OrganisationDetails, *, by: Person | None, now: datetime
) -> None:
    """Change what is listed of an organisation; ``by`` is None on the command line.

    Raises:
        OrganisationIsListed: Another has the name.
        DomainIsListed: Another has one of the domains.
    """
    _check(details, organisation.id)
    changed = [
        name
        for name in ("name", "sector", "borough")
        if getattr(organisation, name) != getattr(details, name)
    ]
    for name in changed:
        setattr(organisation, name, getattr(details, name))
    listed = {row.domain: row for row in organisation.domains}
    if set(listed) != set(details.domains):
        changed.append("domains")
        organisation.domains = [
            listed.get(domain) or OrganisationDomain(domain=domain) for domain in details.domains
        ]
    if not changed:
        return
    _flush(OrganisationIsListed())
    _record("organisation changed", organisation, by=by, now=now, fields=", ".join(changed))


def add_team(organisation: Organisation, name: str, *, by: Person, now: datetime) -> Team:
    """Add a team to an organisation.

    Raises:
        TeamIsListed: It has one with the name.
    """
    _check_team_name(organisation, name, None)
    team = Team(organisation_id=organisation.id, name=name)
    db.session.add(team)
    _flush(TeamIsListed())
    audit.record("team added", about=f"team {team.id}", by_id=by.id, now=now)
    return team


def rename_team(team: Team, name: str, *, by: Person, now: datetime) -> None:
    """Give a team another name.

    Raises:
        TeamIsListed: Another team of the organisation has the name.
    """
    _check_team_name(team.organisation, name, team.id)
    if team.name == name:
        return
    team.name = name
    _flush(TeamIsListed())
    audit.record("team renamed", about=f"team {team.id}", by_id=by.id, now=now, fields="name")


def _check(details: OrganisationDetails, organisation_id: int | None) -> None:
    if queries.has_other_organisation_named(details.name, organisation_id):
        raise OrganisationIsListed
    if taken := queries.find_domain_owner(details.domains, organisation_id):
        domain, owner = taken
        msg = f"{domain} belongs to {owner}. Enter it for one organisation only"
        raise DomainIsListed(msg)


def _check_team_name(organisation: Organisation, name: str, team_id: int | None) -> None:
    for team in organisation.teams:
        if team.id != team_id and matching_name(team.name) == matching_name(name):
            raise TeamIsListed


def _flush(refusal: Exception) -> None:
    """Write now; what only the database can see becomes the refusal that it stands for."""
    try:
        db.session.flush()
    except IntegrityError as taken:
        raise refusal from taken


def _record(
    what: str, organisation: Organisation, *, by: Person | None, now: datetime, fields: str = ""
) -> None:
    about = f"organisation {organisation.id}"
    audit.record(what, about=about, by_id=by.id if by else None, now=now, fields=fields)
