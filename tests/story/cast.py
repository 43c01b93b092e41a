"""The people of the story: six organisations, those who run the session and those who come."""

from collections.abc import Iterator
from dataclasses import dataclass

from swa.people.types import Role, Sector
from tests.support.factories import Make

# Organisation, sector, team, and how many of the team book.
TEAMS = (
    ("Newham Council", Sector.COUNCIL, "Housing", 5),
    ("Newham Council", Sector.COUNCIL, "Adult social care", 3),
    ("Hackney Council", Sector.COUNCIL, "Benefits", 4),
    ("Praxis", Sector.VOLUNTARY, "Advice", 3),
    ("Bonny Downs", Sector.VOLUNTARY, "Community", 3),
    ("East London Health", Sector.HEALTH, "Social prescribing", 2),
    ("Well London", Sector.OTHER, "Outreach", 1),
)
OWN_DOMAIN = "well.example.org"
NAMES = (
    *("Amara Okonkwo", "Bilal Rahmani", "Carys Pritchard", "Dmitri Volkov", "Esther Mensah"),
    *("Farida Sultanova", "Gareth Llewellyn", "Hana Kobayashi", "Ines Carvalho", "Jovan Petrovic"),
    *("Keziah Thorburn", "Lubna Siddiqui", "Mateusz Zielinski", "Nkechi Adeyemi", "Orla Brannigan"),
    *("Pavlo Shevchuk", "Quentin Abernathy", "Rosalind Fairweather", "Samira Haddad"),
    *("Tadeo Villanueva", "Ursula Lindqvist"),
)
NEWCOMER = "Yusuf Demirci"
WALK_IN = "Zofia Wisniewska"


@dataclass(frozen=True)
class Player:
    """Somebody of the story, as plain values.

    Attributes:
        person_id: 0 for who has no account yet.
    """

    name: str
    email: str
    person_id: int = 0


@dataclass(frozen=True)
class Cast:
    """Everybody.

    Attributes:
        bookers: Those with an account who book, in the order in which they book.
        newcomer: Registers first, then books last.
        walk_in: Comes on the day without a booking.
    """

    coordinator: Player
    facilitator: Player
    support: Player
    bookers: tuple[Player, ...]
    newcomer: Player
    walk_in: Player

    @property
    def staff(self) -> tuple[Player, ...]:
        return (self.coordinator, self.facilitator, self.support)

    @property
    def participants(self) -> tuple[Player, ...]:
        """Those whose names no mail to anybody else may hold."""
        return (*self.bookers, self.newcomer, self.walk_in)


def add_cast() -> Cast:
    """Write everybody but the newcomer into the empty database."""
    make, names = Make(), iter(NAMES)
    organisations = {
        name: make.organisation(
            name=name,
            sector=sector,
            borough="Newham",
            domain=OWN_DOMAIN if name == "Well London" else "",
        )
        for name, sector in {team[0]: team[1] for team in TEAMS}.items()
    }
    bookers: list[Player] = []
    for organisation, _, team_name, people in TEAMS:
        team = make.team(organisation=organisations[organisation], name=team_name)
        bookers += [_player(make, next(names), team=team) for _ in range(people)]
    coordinator, facilitator, support = _staff(make, organisations)
    return Cast(
        coordinator=coordinator,
        facilitator=facilitator,
        support=support,
        bookers=tuple(bookers),
        newcomer=Player(NEWCOMER, f"yusuf.demirci@{OWN_DOMAIN}"),
        walk_in=_player(make, WALK_IN, organisation=organisations["Praxis"]),
    )


def _staff(make: Make, organisations: dict[str, object]) -> Iterator[Player]:
    parts = (
        ("Violet Marchetti", "Newham Council", [Role.PROGRAMME_COORDINATOR]),
        ("Wendell Osborne", "Praxis", [Role.FACILITATOR]),
        ("Xanthe Papadaki", "Hackney Council", [Role.FACILITATOR]),
    )
    for name, organisation, roles in parts:
        yield _player(make, name, organisation=organisations[organisation], roles=roles)


def _player(make: Make, name: str, **where: object) -> Player:
    address = f"{name.lower().replace(' ', '.')}@example.org"
    person = make.person(name=name, email=address, **where)
    return Player(name, address, person.id)
