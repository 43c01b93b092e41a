"""The mix meter: CC-03, CF-27, AN-18."""

from itertools import count

import pytest

from swa.sessions.rules.mix import measure_mix
from swa.sessions.types import Claim, MixLight, MixShare, PlaceRules

ORGANISATIONS = {1: "Hackney Council", 2: "Newham Council", 3: "Praxis", 4: "Shelter", 5: "NHS"}
SECTORS = {1: "council", 2: "council", 3: "voluntary", 4: "voluntary", 5: "health"}
TEAMS = {10: "Housing team", 11: "Benefits team", 12: "Advice team"}
_people = count(1)


def people(number: int, organisation: int, team: int | None = None) -> list[Claim]:
    return [Claim(next(_people), organisation, team) for _ in range(number)]


def measure(held: list[Claim], places: PlaceRules | None = None):
    return measure_mix(
        held,
        places or PlaceRules(),
        organisations=ORGANISATIONS,
        teams=TEAMS,
        sectors=SECTORS,
    )


@pytest.mark.parametrize(
    ("held", "light"),
    [
        pytest.param([], MixLight.MIXED, id="nobody yet is no fault"),
        pytest.param(people(1, 1), MixLight.MIXED, id="one person is too early to say"),
        pytest.param(people(2, 1), MixLight.TOO_NARROW, id="one organisation only"),
        pytest.param(people(12, 3), MixLight.TOO_NARROW, id="one large organisation only"),
        pytest.param(people(1, 1) + people(1, 3), MixLight.MIXED, id="two from two sectors"),
        pytest.param(people(1, 1) + people(1, 2), MixLight.NARROW, id="councils only"),
        pytest.param(
            people(3, 1, 10) + people(9, 3) + people(1, 5), MixLight.MIXED, id="a team of three"
        ),
        pytest.param(
            people(4, 1, 10) + people(9, 3), MixLight.NARROW, id="a team at its cap of four"
        ),
        pytest.param(
            people(2, 1, 10) + people(2, 3), MixLight.NARROW, id="a team with half of the people"
        ),
        pytest.param(
            people(2, 1, 10) + people(3, 3), MixLight.MIXED, id="a team with less than half"
        ),
        pytest.param(people(9, 1) + people(9, 3), MixLight.MIXED, id="nine of an organisation"),
        pytest.param(
            people(10, 1) + people(9, 3), MixLight.NARROW, id="an organisation at its cap of ten"
        ),
    ],
)
def test_the_light(held, light):
    assert measure(held).light is light


def test_the_meter_counts_people_organisations_teams_and_sectors():
    meter = measure(people(2, 1, 11) + people(3, 3, 12) + people(1, 5))

    assert meter.people == 6
    assert meter.organisations == (
        MixShare("Praxis", 3, 10),
        MixShare("Hackney Council", 2, 10),
        MixShare("NHS", 1, 10),
    )
    assert meter.teams == (MixShare("Advice team", 3, 4), MixShare("Benefits team", 2, 4))
    assert meter.sectors == 3


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        (people(3, 1), "Everybody is from one organisation: Hackney Council"),
        (people(4, 1, 10) + people(9, 3), "Housing team has 4 of at most 4 places"),
        (
            people(5, 1, 10) + people(9, 3),
            "Housing team has 5 places, above its share of 4",
        ),
        (people(1, 1) + people(1, 2), "All organisations are from one sector"),
        (people(1, 1) + people(2, 3), "3 people from 2 organisations"),
        ([], "It is too early to say how mixed this session is"),
    ],
)
def test_the_light_is_never_alone(held, sentence):
    assert sentence in measure(held).sentences
