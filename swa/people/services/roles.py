"""Gives and takes away roles.

Source:
    The settled points of the security notes; AU-1 (a role change ends the old sign-ins).
"""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from swa.core.db import db
from swa.core.errors import RuleBroken
from swa.messaging import services as messaging
from swa.messaging.types import WantedMail
from swa.people.emails import PEER_SUPPORT_ROLE
from swa.people.models import Person, RoleGrant
from swa.people.queries import directory as queries
from swa.people.rules import authority
from swa.people.services import audit, web_sessions
from swa.people.types import Role

TELL_WITHIN = timedelta(days=14)


class AlreadyHeld(RuleBroken):
    """The person holds the role."""

    message = "This person already holds this role"
    field = "role"


class NotHeld(RuleBroken):
    """Somebody else took the role away in the meantime."""

    message = "This person does not hold this role any more"


def grant_role(
    person: Person, role: Role, *, by: Person | None, reason: str, now: datetime
) -> None:
    """Give a person a role and end their sign-ins, so that the new ones know it.

    ``by`` is who gives it, None on the command line.

    Raises:
        AlreadyHeld: They hold it.
        NotToYourself: The administrator would let themself into peer support.
    """
    by_id = by.id if by else None
    authority.check_grant(role, person_id=person.id, by_id=by_id)
    if person.holds(role):
        raise AlreadyHeld
    grant = RoleGrant(role=role, granted_by_id=by_id, granted_at=now, reason=reason)
    person.grants.append(grant)
    try:
        db.session.flush()
    except IntegrityError as race:
        raise AlreadyHeld from race
    if role is Role.PEER_SUPPORT_COORDINATOR:
        _tell_present_holders(grant, now=now)
    web_sessions.end_all(person.id, now=now)
    _record("role granted", person, role, by_id=by_id, now=now)


def revoke_role(person: Person, role: Role, *, by: Person, now: datetime) -> None:
    """Take a role away and end the person's sign-ins and calendar links.

    Raises:
        NotHeld: They do not hold it.
        LastAdministrator: Nobody could give roles any more.
    """
    grant = next((grant for grant in person.grants if grant.role is role), None)
    if grant is None:
        raise NotHeld
    if person.is_active and role is Role.ADMINISTRATOR:
        queries.lock_administrators()
        administrators = queries.count_administrators()
        authority.check_not_last_administrator({role}, administrators=administrators)
    person.grants.remove(grant)
    db.session.flush()
    web_sessions.end_access(person.id, now=now)
    _record("role taken away", person, role, by_id=by.id, now=now)


def _tell_present_holders(grant: RoleGrant, *, now: datetime) -> None:
    """Mail those who see who belongs to peer groups that one more person does."""
    for holder_id in queries.list_active_holders(grant.role):
        if holder_id != grant.person_id:
            mail = WantedMail(
                kind=PEER_SUPPORT_ROLE,
                person_id=holder_id,
                due_at=now,
                give_up_at=now + TELL_WITHIN,
            )
            messaging.queue(f"role {grant.id}", mail, now=now)


def _record(what: str, person: Person, role: Role, *, by_id: int | None, now: datetime) -> None:
    audit.record(what, about=f"person {person.id}", by_id=by_id, now=now, fields=str(role))
