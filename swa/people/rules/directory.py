"""What organisations, teams and people must look like to be listed.

Source:
    AN-02 (everybody has an organisation, each a sector), AN-06 (volunteers), AN-20 (borough is
    data), CF-23 (organisation and team).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from swa.core.errors import RuleBroken
from swa.people.types import PersonKind, Sector

NAME_MAX_LENGTH = 120
BOROUGH_MAX_LENGTH = 80
DOMAINS_MAX_LENGTH = 2000
FEWEST_LETTERS = 3
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
# Anybody can have an address there, so it shows nobody's employer.
OPEN_DOMAINS = (
    "gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk live.com live.co.uk msn.com"
    " yahoo.com yahoo.co.uk ymail.com icloud.com me.com mac.com aol.com proton.me protonmail.com"
    " btinternet.com sky.com talktalk.net virginmedia.com gmx.com mail.com zoho.com"
)


@dataclass(frozen=True)
class OrganisationDetails:
    """What a form says of an organisation; ``domains`` are in lower case, without the @."""

    name: str
    sector: Sector
    borough: str = ""
    domains: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonDetails:
    """What a form says of a person.

    Attributes:
        email: In lower case.
        team: Name of a team of the organisation; empty for none.
        line_manager: The manager's address in lower case; empty for none.
    """

    name: str
    email: str
    organisation_id: int
    team: str
    job_role: str
    kind: PersonKind
    line_manager: str


class OrganisationIsListed(RuleBroken):
    """Two organisations would have one name."""

    message = "An organisation with this name is already listed"
    field = "name"


class TeamIsListed(RuleBroken):
    """Two teams of one organisation would have one name."""

    message = "The organisation already has a team with this name"
    field = "name"


class AddressIsListed(RuleBroken):
    """The address is the key to a person."""

    message = "Somebody with this email address is already listed"
    field = "email"


class DomainIsListed(RuleBroken):
    """People of one domain would belong to two organisations."""

    field = "domains"


class WrongDomain(RuleBroken):
    """A line is not the end of an address."""

    field = "domains"


class UnknownTeam(RuleBroken):
    """The organisation has no such team."""

    field = "team"


class WrongManager(RuleBroken):
    """Nobody has the address, or it would close a circle."""

    field = "line_manager"


def read_domains(text: str) -> tuple[str, ...]:
    """Read the ends of e-mail addresses, one a line; ``@`` and capitals make no difference.

    Raises:
        WrongDomain: A line is no domain, or one where anybody can have an address.
    """
    words = re.split(r"[\s,;]+", text.lower())
    domains = dict.fromkeys(word.rpartition("@")[2] for word in words if word)
    for domain in domains:
        if not DOMAIN.fullmatch(domain):
            msg = f"“{domain[:60]}” is not an email domain. Enter the part after the @"
            raise WrongDomain(msg)
        if domain in OPEN_DOMAINS.split():
            msg = f"Anybody can have an address at {domain}. Enter domains of the organisation only"
            raise WrongDomain(msg)
    return tuple(domains)


def unknown_team(name: str, organisation: str, teams: Iterable[str]) -> UnknownTeam:
    """Return the refusal of a team that the organisation does not have, with those it has."""
    listed = ", ".join(teams)
    has = f"Its teams: {listed}" if listed else "It has no teams yet"
    return UnknownTeam(f"“{name}” is not a team of {organisation}. {has}")


def check_manager(person_id: int | None, manager_id: int, manager_of: Mapping[int, int]) -> None:
    """Refuse a line manager who is the person, or who reports to them in the end.

    Args:
        person_id: Whose manager it would be; None for somebody new.
        manager_id: Who it would be.
        manager_of: The present line manager of everybody who has one.

    Raises:
        WrongManager: It would close a circle.
    """
    if manager_id == person_id:
        msg = "A person cannot be their own line manager"
        raise WrongManager(msg)
    above: set[int] = set()
    while manager_id in manager_of and manager_id not in above:
        above.add(manager_id)
        manager_id = manager_of[manager_id]
        if manager_id == person_id:
            msg = "This line manager reports to the person. Enter somebody else"
            raise WrongManager(msg)
