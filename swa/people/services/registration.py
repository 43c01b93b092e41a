"""Making an account of one's own, for staff of listed organisations."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from swa.core.db import db
from swa.messaging import services as outbox
from swa.people import emails
from swa.people.models import Organisation, Person, Registration, SignInLink, Team
from swa.people.queries import registration as queries
from swa.people.queries import sign_in as sign_in_queries
from swa.people.rules import registration as rules
from swa.people.services import audit, sign_in
from swa.people.services.sign_in import Browser, SignedIn
from swa.people.types import LinkPurpose, PersonKind


@dataclass(frozen=True)
class Details:
    """What somebody types to register.

    Attributes:
        team_name: As typed; an existing team of the organisation is found by it. May be empty.
        manager_email: Address of the line manager, in lower case; may be empty.
    """

    email: str
    name: str
    job_role: str
    kind: PersonKind
    team_name: str = ""
    manager_email: str = ""


def register(
    details: Details, organisation: Organisation, browser: Browser, *, now: datetime
) -> bool:
    """Keep what was typed and mail a link that confirms it.

    An address that has an account already gets a mail that says so; the page is the same, and so
    is the work. A disabled person gets no mail.

    Source:
        AN-02 (the organisation is known by the address), AN-06 (volunteers register like staff).

    Returns:
        Whether it was done; False when too many were asked for.
    """
    person = sign_in_queries.find_person_by_email(details.email)
    if not sign_in.may_ask(details.email, person, browser, now=now):
        return False
    link = sign_in.make_link(LinkPurpose.REGISTER, details.email, None, browser, now=now)
    db.session.add(
        Registration(
            link_id=link.id,
            name=details.name,
            job_role=details.job_role,
            kind=details.kind,
            organisation_id=organisation.id,
            team_name=details.team_name,
            manager_email=details.manager_email,
        )
    )
    outbox.queue_to_address(
        emails.ALREADY_REGISTERED if person else emails.REGISTRATION_LINK,
        f"sign-in link {link.id}",
        details.email,
        edition=1,
        due_at=now,
        give_up_at=link.expires_at,
        now=now,
        suppressed=person is not None and not person.is_active,
    )
    return True


def complete(link: SignInLink, browser: Browser, *, now: datetime) -> SignedIn | None:
    """Make the account whose address has just been confirmed, and sign the person in.

    Returns:
        None when the address got an account in the meantime: an account is never changed here.
    """
    typed = queries.find_registration(link.id)
    if typed is None:
        return None
    manager = queries.find_colleague(typed.manager_email, typed.organisation_id)
    is_other = manager and not rules.same_mailbox(manager.email, link.email)
    team = find_or_make_team(typed.organisation_id, typed.team_name)
    person = Person(
        name=typed.name,
        email=link.email,
        job_role=typed.job_role,
        kind=typed.kind,
        organisation_id=typed.organisation_id,
        team_id=team.id if team else None,
        line_manager_id=manager.id if manager and is_other else None,
        created_at=now,
    )
    db.session.delete(typed)
    if not add_person(person):
        return None
    audit.record("registered", about=f"person {person.id}", by_id=person.id, now=now)
    return SignedIn(person.id, sign_in.sign_in(person.id, browser, now=now))


def add_person(person: Person) -> bool:
    """Save a new person; say whether the address was still free, also in a race."""
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:
        return False
    return True


def find_or_make_team(organisation_id: int, name: str) -> Team | None:
    """Return the organisation's team of that name, made if there was none; None for no name."""
    name = " ".join(name.split())
    if not name:
        return None
    for team in queries.list_teams(organisation_id):
        if rules.same_name(team.name, name):
            return team
    try:
        with db.session.begin_nested():
            team = Team(organisation_id=organisation_id, name=name)
            db.session.add(team)
    except IntegrityError:  # a colleague made it at this very moment
        return queries.find_team(organisation_id, name)
    return team
