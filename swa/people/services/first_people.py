"""Gives a role from the command line, also where nobody is listed who could give one.

Source:
    OT-10 (hand-over: whoever runs the installation can always make an administrator); AN-02.
"""

from dataclasses import dataclass
from datetime import datetime

from swa.core.csv_files import UnreadableFile, write_rows
from swa.core.errors import RuleBroken
from swa.people.models import Person
from swa.people.queries.sign_in import find_person_by_email
from swa.people.rules.directory import OrganisationDetails, read_domains
from swa.people.services import importing, organisations, roles
from swa.people.types import Role

HEADINGS = ("Name", "Email", "Organisation", "Sector", "Borough")
REASON = "Given on the command line"


@dataclass(frozen=True)
class Newcomer:
    """Who is added when nobody has the address.

    Attributes:
        sector: One of the words of ``Sector``; needed for an organisation that is not listed.
        domain: The part after the @ of the organisation's staff addresses; empty for none.
    """

    name: str
    organisation: str
    sector: str = ""
    borough: str = ""
    domain: str = ""


class NobodyHasIt(RuleBroken):
    """Nobody has the address, and nothing says whose it would be."""

    field = "email"


class NotAdded(RuleBroken):
    """The newcomer cannot be listed like this; the message says why."""


class IsDisabled(RuleBroken):
    """A role would open nothing to somebody who cannot sign in."""

    field = "email"


def read_role(word: str) -> Role | None:
    """Return the role of that name, with hyphens or blanks between its words; None for no role."""
    wanted = _plain(word)
    return next((role for role in Role if _plain(role) == wanted), None)


def typed(role: Role) -> str:
    """Return a role as one word for the command line."""
    return role.value.replace(" ", "-")


def give_role(
    email: str, role: Role, newcomer: Newcomer | None, *, now: datetime
) -> tuple[Person, bool]:
    """Give somebody a role, with nobody as the giver; add them first when they are not listed.

    Args:
        email: In lower case.
        role: Which one.
        newcomer: Who has the address, if nobody listed has it.
        now: UTC.

    Returns:
        The person, and whether they were added.

    Raises:
        NobodyHasIt: Nobody has the address, and there is no newcomer.
        NotAdded: The newcomer's details are not good enough for the list.
        IsDisabled: They cannot sign in.
        AlreadyHeld: They hold the role.
        DomainIsListed, WrongDomain: The domain is another organisation's, or none.
    """
    person = find_person_by_email(email)
    is_new = person is None
    if person is None:
        if newcomer is None:
            msg = (
                f"Nobody has the address {email}. To add them, say who they are:"
                ' --name "Ada Bell" --organisation "Green Shoots" --sector voluntary'
            )
            raise NobodyHasIt(msg)
        person = _add(email, newcomer, now)
    if not person.is_active:
        msg = f"{person.name} is disabled and cannot sign in. An administrator enables them first"
        raise IsDisabled(msg)
    roles.grant_role(person, role, by=None, reason=REASON, now=now)
    return person, is_new


def _add(email: str, newcomer: Newcomer, now: datetime) -> Person:
    """Add somebody as the import of a list of one would, with its checks and its sentences."""
    row = (newcomer.name, email, newcomer.organisation, newcomer.sector, newcomer.borough)
    try:
        preview = importing.prepare(write_rows([HEADINGS, row]))
    except UnreadableFile as wrong:
        raise NotAdded(wrong.message) from wrong
    if preview.refused:
        raise NotAdded(preview.refused[0].why)
    importing.save(preview, by_id=None, about="command line", now=now)
    person = find_person_by_email(email)
    if person is None:
        msg = f"{email} cannot be listed"
        raise NotAdded(msg)
    if newcomer.domain:
        _add_domain(person, newcomer.domain, now)
    return person


def _add_domain(person: Person, domain: str, now: datetime) -> None:
    organisation = person.organisation
    listed = [row.domain for row in organisation.domains]
    details = OrganisationDetails(
        name=organisation.name,
        sector=organisation.sector,
        borough=organisation.borough,
        domains=tuple(dict.fromkeys([*listed, *read_domains(domain)])),
    )
    organisations.change_organisation(organisation, details, by=None, now=now)


def _plain(word: str) -> str:
    return " ".join(word.lower().replace("-", " ").split())
