"""Who gets a place and who waits: CC-01, CC-02, CC-03, CC-17, CF-03, CF-27, AN-15, IN-03."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from swa.sessions.rules import places as rules
from swa.sessions.types import (
    Claim,
    PlaceRules,
    SessionStatus,
    SizeBand,
    WaitReason,
)

PLACES = PlaceRules()
FIVE_DAYS = timedelta(days=5)
IN_GOOD_TIME = FIVE_DAYS + timedelta(microseconds=1)
START = datetime(2027, 3, 3, 9, 30, tzinfo=UTC)
_ids = count(1)


def claims(number: int, *, team: int | None = None, organisation: int | None = None) -> list[Claim]:
    """People of one team or organisation; without either, all from different ones."""
    return [
        Claim(next(_ids), organisation or 1000 + next(_ids), team or None) for _ in range(number)
    ]


def why_wait(asker: Claim, held: list[Claim], time_left: timedelta = IN_GOOD_TIME):
    return rules.why_wait(asker, held, PLACES, time_left=time_left)


@pytest.mark.parametrize(
    ("people", "band"),
    [
        (0, SizeBand.BELOW),
        (11, SizeBand.BELOW),
        (12, SizeBand.IN_RANGE),
        (16, SizeBand.IN_RANGE),
        (17, SizeBand.ABOVE),
        (20, SizeBand.ABOVE),
    ],
)
def test_twelve_to_sixteen_people_are_recommended(people, band):
    assert rules.size_band(people, PLACES) is band


@pytest.mark.parametrize(("people", "reason"), [(19, None), (20, WaitReason.FULL)])
def test_the_twenty_first_waits(people, reason):
    assert why_wait(*claims(1), claims(people)) is reason


def test_who_moves_up_is_said_beforehand_one_after_the_other():
    held, queue = claims(18), claims(1, team=7) + claims(3)
    more = rules.with_largest(PLACES, 20)

    moving = rules.list_moving_up(queue, held, more, time_left=IN_GOOD_TIME)

    assert moving == queue[:2]
    assert rules.list_moving_up(queue, claims(20), more, time_left=IN_GOOD_TIME) == []
    assert rules.list_moving_up([], held, more, time_left=IN_GOOD_TIME) == []
    assert rules.list_moving_up(queue, held, more, time_left=timedelta(0)) == []


def test_the_caps_count_for_those_who_would_move_up():
    team, others = claims(5, team=7), claims(2)

    moving = rules.list_moving_up([*team, *others], [], PLACES, time_left=IN_GOOD_TIME)

    assert moving == [*team[:4], *others]


@pytest.mark.parametrize(
    ("largest", "sizes"),
    [
        pytest.param(24, (12, 16, 24), id="more places"),
        pytest.param(16, (12, 16, 16), id="as many as recommended"),
        pytest.param(15, (12, 15, 15), id="fewer than recommended"),
        pytest.param(11, (11, 11, 11), id="fewer than the fewest"),
    ],
)
def test_another_maximum_takes_the_recommended_sizes_with_it(largest, sizes):
    places = rules.with_largest(PLACES, largest)

    assert (places.smallest, places.recommended, places.largest) == sizes
    assert places.most_per_team == PLACES.most_per_team


def test_the_number_that_there_is_is_no_change():
    with pytest.raises(rules.SameNumberOfPlaces, match="already has 20 places"):
        rules.check_another_number(PLACES, 20)

    rules.check_another_number(PLACES, 19)
    rules.check_another_number(PLACES, 21)


def test_a_full_session_stays_full_after_the_caps_lift():
    assert why_wait(*claims(1), claims(20), timedelta(seconds=1)) is WaitReason.FULL


@pytest.mark.parametrize(("team_mates", "reason"), [(3, None), (4, WaitReason.TEAM_CAP)])
def test_a_team_holds_at_most_four_places(team_mates, reason):
    assert why_wait(*claims(1, team=7), claims(team_mates, team=7)) is reason


@pytest.mark.parametrize(("colleagues", "reason"), [(9, None), (10, WaitReason.ORGANISATION_CAP)])
def test_an_organisation_holds_at_most_half_of_the_places(colleagues, reason):
    asker, held = claims(1, organisation=3), claims(colleagues, organisation=3)

    assert why_wait(*asker, held) is reason


def test_people_without_a_team_share_no_cap_of_a_team():
    assert why_wait(*claims(1), [Claim(next(_ids), next(_ids), None) for _ in range(8)]) is None


def test_the_caps_lift_exactly_five_days_before():
    (asker,), held = claims(1, team=7), claims(4, team=7)

    assert why_wait(asker, held, IN_GOOD_TIME) is WaitReason.TEAM_CAP
    assert why_wait(asker, held, FIVE_DAYS) is None
    assert rules.caps_lift_at(START, PLACES) == START - FIVE_DAYS


@pytest.mark.parametrize(
    ("places", "most"),
    [
        pytest.param(PlaceRules(), 10, id="half of twenty"),
        pytest.param(PlaceRules(largest=15), 7, id="half of fifteen, rounded down"),
        pytest.param(PlaceRules(largest=1), 1, id="never less than one"),
        pytest.param(PlaceRules(most_percent=100), 20, id="no cap at all"),
    ],
)
def test_share_of_an_organisation(places, most):
    assert rules.most_per_organisation(places) == most


def test_everybody_fits_up_to_the_maximum_and_no_further():
    held: list[Claim] = []
    for people in range(30):
        (asker,) = claims(1)
        reason = why_wait(asker, held)
        assert (reason is None) == (people < 20)
        if reason is None:
            held.append(asker)
    assert len(held) == 20


@pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1), timedelta(days=1)])
def test_booking_ends_when_the_session_starts(late):
    with pytest.raises(rules.SessionHasStarted):
        rules.decide_booking(*claims(1), [], PLACES, starts_at=START, now=START + late)


def test_the_last_moment_before_the_start_still_books():
    now = START - timedelta(microseconds=1)

    assert rules.decide_booking(*claims(1), [], PLACES, starts_at=START, now=now) is None


def test_a_free_place_goes_to_the_first_who_keeps_the_mix():
    held = claims(4, team=7)
    capped, first, second = claims(1, team=7) + claims(2)

    offer = rules.next_offer([capped, first, second], held, PLACES, time_left=IN_GOOD_TIME)

    assert offer.claim == first
    assert offer.passed_over == ((capped, WaitReason.TEAM_CAP),)


def test_nobody_moves_up_when_everybody_waiting_is_over_a_cap():
    held, waiting = claims(4, team=7), claims(2, team=7)

    offer = rules.next_offer(waiting, held, PLACES, time_left=IN_GOOD_TIME)

    assert offer.claim is None
    assert [reason for _, reason in offer.passed_over] == [WaitReason.TEAM_CAP] * 2


def test_after_the_caps_lift_the_queue_alone_decides():
    held, (capped, other) = claims(4, team=7), claims(1, team=7) + claims(1)

    assert rules.next_offer([capped, other], held, PLACES, time_left=FIVE_DAYS).claim == capped


@pytest.mark.parametrize("time_left", [timedelta(0), timedelta(seconds=-1)])
def test_nobody_moves_up_once_the_session_has_started(time_left):
    assert rules.next_offer(claims(2), [], PLACES, time_left=time_left).claim is None


@pytest.mark.parametrize("status", [SessionStatus.DRAFT, SessionStatus.CANCELLED])
def test_only_published_sessions_can_be_booked(status):
    with pytest.raises(rules.NotOpenForBooking):
        rules.check_open_for_booking(status)


def test_fewer_places_than_are_taken_are_refused():
    rules.check_places_cover(20, PLACES)

    with pytest.raises(rules.TooManyPlacesTaken, match="must be 21 or more"):
        rules.check_places_cover(21, PLACES)
