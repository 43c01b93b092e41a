"""Reads about registering and about requests to join."""

from datetime import datetime

from sqlalchemy import func, select

from swa.core.db import db
from swa.people.models import (
    JoinRequest,
    Organisation,
    OrganisationDomain,
    Person,
    Registration,
    Team,
)
from swa.people.types import RequestState


def find_organisation_of(domain: str) -> Organisation | None:
    """Return the listed organisation whose staff have addresses of this domain."""
    return db.session.scalars(
        select(Organisation)
        .join(OrganisationDomain)
        .where(OrganisationDomain.domain == domain, Organisation.is_active)
    ).one_or_none()


def find_registration(link_id: int) -> Registration | None:
    """Return what was typed before the link was mailed."""
    return db.session.scalars(
        select(Registration).where(Registration.link_id == link_id)
    ).one_or_none()


def list_teams(organisation_id: int) -> list[Team]:
    """Return the teams of an organisation by name."""
    return list(
        db.session.scalars(
            select(Team).where(Team.organisation_id == organisation_id).order_by(Team.name, Team.id)
        )
    )


def find_team(organisation_id: int, name: str) -> Team | None:
    """Return the organisation's team of exactly this name."""
    return db.session.scalars(
        select(Team).where(Team.organisation_id == organisation_id, Team.name == name)
    ).one_or_none()


def find_colleague(email: str, organisation_id: int) -> Person | None:
    """Return who has the address in this organisation; it is given in lower case."""
    return db.session.scalars(
        select(Person).where(
            Person.email == email, Person.organisation_id == organisation_id, Person.is_active
        )
    ).one_or_none()


def list_active_organisations() -> list[Organisation]:
    """Return the listed organisations by name (AN-22: none comes first)."""
    return list(
        db.session.scalars(
            select(Organisation)
            .where(Organisation.is_active)
            .order_by(func.lower(Organisation.name), Organisation.id)
        )
    )


def get_active_organisation(organisation_id: int) -> Organisation:
    """Return a listed organisation by its id.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    return db.session.scalars(
        select(Organisation).where(Organisation.id == organisation_id, Organisation.is_active)
    ).one()


def find_request_to_renew(
    email: str, state: RequestState, *, since: datetime
) -> JoinRequest | None:
    """Return the latest request of an address that asking again changes; nobody decided about it.

    Args:
        email: In lower case.
        state: Open, or declined at once because the address has an account.
        since: When it was asked for at the earliest, UTC.
    """
    return db.session.scalars(
        select(JoinRequest)
        .where(
            JoinRequest.email == email,
            JoinRequest.state == state,
            JoinRequest.decided_by_id.is_(None),
            JoinRequest.asked_at >= since,
        )
        .order_by(JoinRequest.id.desc())
        .limit(1)
    ).one_or_none()


def list_open_requests() -> list[JoinRequest]:
    """Return the requests that wait for a coordinator, the oldest first."""
    return list(
        db.session.scalars(
            select(JoinRequest)
            .where(JoinRequest.state == RequestState.OPEN)
            .order_by(JoinRequest.asked_at, JoinRequest.id)
        )
    )


def lock_request(request: JoinRequest) -> None:
    """Hold the request until the transaction ends, so that it is decided once."""
    db.session.refresh(request, with_for_update=True)
