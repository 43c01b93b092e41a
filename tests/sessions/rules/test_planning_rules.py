"""TR-07, TR-18, AN-21, CF-16, CF-22, DC-08, IN-14: place, time and people of a session."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from swa.sessions.rules import planning
from swa.sessions.rules.planning import (
    CoIsLead,
    Crew,
    NotInTheFuture,
    PlaceAndTime,
    PlaceRefused,
    SamePersonTwice,
)
from swa.sessions.types import Mode

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PLACE = PlaceAndTime(NOW + timedelta(days=30), 120, Mode.ONLINE)


@pytest.mark.parametrize(
    "crew",
    [
        pytest.param(Crew(1, 1), id="the facilitator alone"),
        pytest.param(Crew(1, 2, 2), id="the second facilitator helps as well"),
    ],
)
def test_the_support_person_is_somebody_else(crew):
    with pytest.raises(SamePersonTwice) as refusal:
        planning.check_crew(crew)

    assert refusal.value.field == "support_person_id"


def test_two_facilitators_are_two_people():
    with pytest.raises(CoIsLead):
        planning.check_crew(Crew(1, 2, 1))


@pytest.mark.parametrize(
    "crew", [Crew(), Crew(1), Crew(None, 1), Crew(1, 2), Crew(1, 2, 3), Crew(None, None, 3)]
)
def test_different_people_may_run_a_session(crew):
    planning.check_crew(crew)


def test_a_crew_counts_each_person_once():
    assert Crew(1, None, 3).ids == {1, 3}


@pytest.mark.parametrize("seconds", [-1, 0])
def test_a_session_begins_in_the_future(seconds):
    place = replace(PLACE, starts_at=NOW + timedelta(seconds=seconds))

    with pytest.raises(NotInTheFuture):
        planning.check_place(place, now=NOW)


def test_a_draft_may_lack_link_venue_and_borough():
    planning.check_place(replace(PLACE, starts_at=NOW + timedelta(seconds=1)), now=NOW)


@pytest.mark.parametrize("minutes", [15, 600])
def test_lengths_at_the_limits_are_fine(minutes):
    planning.check_place(replace(PLACE, minutes=minutes), now=NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"minutes": 14}, "minutes"),
        ({"minutes": 601}, "minutes"),
        ({"online_link": "javascript:alert(1)"}, "online_link"),
        ({"venue": "Town hall\nBcc: x"}, "venue"),
        ({"borough": "Newham\r"}, "borough"),
    ],
)
def test_what_cannot_be_used_is_refused(change, field):
    with pytest.raises(PlaceRefused) as refusal:
        planning.check_place(replace(PLACE, **change), now=NOW)

    assert refusal.value.field == field
