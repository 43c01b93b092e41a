"""Twelve organisations, their teams, and invented people who work there."""

from dataclasses import dataclass
from datetime import datetime

from swa.core.db import db
from swa.people.models import Organisation, OrganisationDomain, Person, RoleGrant, Team
from swa.people.types import PersonKind, Role, Sector


@dataclass(frozen=True)
class DemoTeam:
    """A team with its manager's job and the jobs of those who work there."""

    name: str
    manager: str
    jobs: tuple[str, ...]


@dataclass(frozen=True)
class DemoOrganisation:
    """An organisation and its teams; volunteers are named by their job."""

    name: str
    sector: Sector
    borough: str
    domain: str
    teams: tuple[DemoTeam, ...]


ADVISER, OFFICER, VOLUNTEER = "Customer service adviser", "Housing officer", "Volunteer adviser"
ORGANISATIONS = (
    DemoOrganisation(
        "Newham Council",
        Sector.COUNCIL,
        "Newham",
        "newham.example.org",
        (
            DemoTeam(
                "Housing", "Housing team manager", (OFFICER, OFFICER, OFFICER, OFFICER, OFFICER)
            ),
            DemoTeam("Early Help", "Early Help manager", ("Family support worker", "Youth worker")),
            DemoTeam("Customer Services", "Contact centre manager", (ADVISER, ADVISER, ADVISER)),
            DemoTeam("Public Health", "Programme manager", ("Health improvement officer",)),
        ),
    ),
    DemoOrganisation(
        "Hackney Council",
        Sector.COUNCIL,
        "Hackney",
        "hackney.example.org",
        (
            DemoTeam("Customer Services", "Customer services manager", (ADVISER, ADVISER)),
            DemoTeam(
                "Adult Social Care Information and Assessment",
                "Duty manager",
                ("Social care assessor", "Occupational therapist", "Link worker"),
            ),
            DemoTeam("Change Support", "Change lead", ("Service designer", "Link worker")),
        ),
    ),
    DemoOrganisation(
        "Our Newham Money",
        Sector.COUNCIL,
        "Newham",
        "money.example.org",
        (DemoTeam("Money advice", "Service delivery coordinator", ("Money adviser",) * 3),),
    ),
    DemoOrganisation(
        "Citizens Advice Newham",
        Sector.VOLUNTARY,
        "Newham",
        "advice.example.org",
        (
            DemoTeam("Advice", "Advice supervisor", ("Generalist adviser", VOLUNTEER, VOLUNTEER)),
            DemoTeam("Outreach", "Outreach manager", ("Outreach adviser", "Debt adviser")),
        ),
    ),
    DemoOrganisation(
        "Praxis",
        Sector.VOLUNTARY,
        "Tower Hamlets",
        "praxis.example.org",
        (DemoTeam("Immigration advice", "Advice manager", ("Immigration adviser", "Caseworker")),),
    ),
    DemoOrganisation(
        "Hackney Quest",
        Sector.VOLUNTARY,
        "Hackney",
        "quest.example.org",
        (DemoTeam("Families", "Families lead", ("Family worker", "Youth mentor", "Volunteer")),),
    ),
    DemoOrganisation(
        "Shoreditch Trust",
        Sector.VOLUNTARY,
        "Hackney",
        "trust.example.org",
        (DemoTeam("Peer mentoring", "Mentoring manager", ("Mentor coordinator", "Volunteer")),),
    ),
    DemoOrganisation(
        "AgeUK East London",
        Sector.VOLUNTARY,
        "Newham",
        "age.example.org",
        (DemoTeam("Information and advice", "Advice lead", ("Benefits adviser", "Befriender")),),
    ),
    DemoOrganisation(
        "Red Cross",
        Sector.VOLUNTARY,
        "Hackney",
        "cross.example.org",
        (DemoTeam("Refugee support", "Service manager", ("Caseworker", "Volunteer")),),
    ),
    DemoOrganisation(
        "Well London",
        Sector.HEALTH,
        "Hackney",
        "well.example.org",
        (DemoTeam("Community health", "Delivery manager", ("Health champion", "Link worker")),),
    ),
    DemoOrganisation(
        "Newham Social Prescribing",
        Sector.HEALTH,
        "Newham",
        "prescribing.example.org",
        (DemoTeam("Link workers", "Lead social prescriber", ("Social prescriber",) * 4),),
    ),
    DemoOrganisation(
        "Basis",
        Sector.OTHER,
        "Hackney",
        "basis.example.org",
        (DemoTeam("Practice", "Practice lead", ("Trainer", "Trainer")),),
    ),
)
FIRST_NAMES = (
    "Amina Bola Carys Dmitri Efua Farid Grace Hassan Ingrid Jerome Khadija Liam Mehwish Nadia Obi "
    "Priya Quentin Rosa Samir Tamsin Uche Valentina Winston Xanthe Yusuf Zainab Adaeze Bruno Chloe "
    "Desmond Esther Femi Gwen Hamid Iman Jonas Kezia Leonora Marcus Nimco Olena Patrick Qadir "
    "Rhian Sunita Tobias Ulla Viktor Wanjiru Yvette Zoltan Anwar Beatriz Cedric Dalia Emeka "
    "Fiona Gabriel Halima Isaac Jasmine Kofi Lucia Malik Nora Oscar Paloma Rafiq Selina Tariq"
).split()
LAST_NAMES = (
    "Begum Adeyemi Pritchard Volkov Mensah Rahmani Okonkwo Sharif Lindqvist Baptiste Warsame "
    "Doherty Chaudhry Petrova Nwosu Raman Ashdown Delgado Haddad Penrose Eze Moretti Campbell "
    "Theodorou Abdi Siddiqui Obi Carvalho Marsden Clarke Appiah Balogun Llewellyn Karimi Noor "
    "Berg Thompson Vasquez Grant Farah Kovalenko Brennan Mahmood Evans Patel Fischer Nielsen "
    "Horvat Kamau Laurent Szabo Hussain Almeida Francis Mansour Okafor Sinclair Duarte Osman "
    "Levy Brooks Asante Ferrari Hassan Quinn Byrne Navarro Uddin Dixon Aziz"
).split()


def add_alliance(now: datetime) -> None:
    """Add the organisations, their teams and people; managers come first in each team.

    The caller opens the transaction. ``now`` is UTC.
    """
    names = iter(zip(FIRST_NAMES, LAST_NAMES, strict=True))
    for wanted in ORGANISATIONS:
        organisation = Organisation(
            name=wanted.name,
            sector=wanted.sector,
            borough=wanted.borough,
            domains=[OrganisationDomain(domain=wanted.domain)],
        )
        db.session.add(organisation)
        db.session.flush()
        for team in wanted.teams:
            _add_team(organisation, team, names, now)
    db.session.flush()


def give_role(person: Person, role: Role, now: datetime) -> None:
    """Let the person hold one more role."""
    grant = RoleGrant(role=role, granted_at=now, reason="Demonstration data")
    person.grants.append(grant)


def _add_team(organisation: Organisation, wanted: DemoTeam, names: object, now: datetime) -> None:
    team = Team(organisation_id=organisation.id, name=wanted.name)
    db.session.add(team)
    db.session.flush()
    manager = None
    for job in (wanted.manager, *wanted.jobs):
        first, last = next(names)  # type: ignore[call-overload]
        person = Person(
            name=f"{first} {last}",
            email=f"{first}.{last}@example.org".lower(),
            job_role=job,
            kind=PersonKind.VOLUNTEER if "olunteer" in job else PersonKind.PAID,
            organisation_id=organisation.id,
            team_id=team.id,
            line_manager_id=manager.id if manager else None,
            created_at=now,
        )
        db.session.add(person)
        db.session.flush()
        manager = manager or person
