"""How mixed a session is: the meter that those who run it see."""

from collections import Counter
from collections.abc import Mapping, Sequence

from swa.sessions.rules.places import most_per_organisation
from swa.sessions.types import Claim, MixLight, MixMeter, MixShare, PlaceRules

FEWEST_TO_JUDGE = 2


def measure_mix(
    held: Sequence[Claim],
    places: PlaceRules,
    *,
    organisations: Mapping[int, str],
    teams: Mapping[int, str],
    sectors: Mapping[int, str],
) -> MixMeter:
    """Measure how mixed the people with a place are.

    Args:
        held: The places that are confirmed or offered, in any order.
        places: The session's numbers; the caps are shown even after they have lifted.
        organisations: Names by organisation id.
        teams: Names by team id.
        sectors: The sector of each organisation, by organisation id.

    Source:
        CC-03 (one organisation only is red, one team dominating is amber), CF-27 (caps),
        AN-18 (a single sector is flagged).
    """
    in_organisations = Counter(claim.organisation_id for claim in held)
    in_teams = Counter(claim.team_id for claim in held if claim.team_id is not None)
    by_organisation = _shares(in_organisations, organisations, most_per_organisation(places))
    by_team = _shares(in_teams, teams, places.most_per_team)
    number_of_sectors = len({sectors[number] for number in in_organisations})
    faults = _faults(len(held), by_organisation, by_team, number_of_sectors)
    return MixMeter(
        people=len(held),
        organisations=by_organisation,
        teams=by_team,
        sectors=number_of_sectors,
        light=_light(len(held), by_organisation, faults),
        sentences=faults or (_praise(len(held), len(by_organisation)),),
    )


def _shares(counts: Counter[int], names: Mapping[int, str], most: int) -> tuple[MixShare, ...]:
    shares = [MixShare(names[number], people, most) for number, people in counts.items()]
    return tuple(sorted(shares, key=lambda share: (-share.people, share.name)))


def _faults(
    people: int,
    organisations: Sequence[MixShare],
    teams: Sequence[MixShare],
    sectors: int,
) -> tuple[str, ...]:
    if people < FEWEST_TO_JUDGE:
        return ()
    if len(organisations) == 1:
        return (f"Everybody is from one organisation: {organisations[0].name}",)
    found = [_sentence(share) for share in organisations if share.people >= share.most]
    found += [_sentence(share) for share in teams if _dominates(share, people)]
    if sectors == 1:
        found.append("All organisations are from one sector")
    return tuple(found)


def _dominates(team: MixShare, people: int) -> bool:
    holds_half = team.people >= FEWEST_TO_JUDGE and 2 * team.people >= people
    return team.people >= team.most or holds_half


def _sentence(share: MixShare) -> str:
    if share.people > share.most:
        return f"{share.name} has {share.people} places, above its share of {share.most}"
    return f"{share.name} has {share.people} of at most {share.most} places"


def _light(people: int, organisations: Sequence[MixShare], faults: Sequence[str]) -> MixLight:
    if people >= FEWEST_TO_JUDGE and len(organisations) == 1:
        return MixLight.TOO_NARROW
    return MixLight.NARROW if faults else MixLight.MIXED


def _praise(people: int, organisations: int) -> str:
    if people < FEWEST_TO_JUDGE:
        return "It is too early to say how mixed this session is"
    return f"{people} people from {organisations} organisations"
