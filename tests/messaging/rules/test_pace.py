"""How many messages may leave within a minute (MAIL-11)."""

from datetime import UTC, datetime, timedelta

import pytest

from swa.messaging.rules.pace import MINUTE, Pace, domain_of, room_at

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEFT = [NOON - timedelta(seconds=each) for each in (1, 20, 40)]


@pytest.mark.parametrize(
    ("most", "room"),
    [
        pytest.param(0, None, id="no limit"),
        pytest.param(4, None, id="below the limit"),
        pytest.param(
            3, LEFT[2] + MINUTE, id="at the limit, room when the third last is a minute old"
        ),
        pytest.param(1, LEFT[0] + MINUTE, id="above it"),
    ],
)
def test_when_there_is_room_again(most, room):
    assert room_at(LEFT, most) == room


@pytest.mark.parametrize(("pace", "is_on"), [((0, 0), False), ((1, 0), True), ((0, 1), True)])
def test_nothing_is_counted_without_a_limit(pace, is_on):
    assert Pace(*pace).is_on is is_on


@pytest.mark.parametrize(
    ("address", "domain"),
    [("ada@Newham.GOV.uk", "newham.gov.uk"), ("a@b@x.org", "x.org"), ("ada", "ada")],
)
def test_a_domain_is_counted_in_lower_case(address, domain):
    assert domain_of(address) == domain
