"""The edition of an added rule's message: IN-05."""

import pytest

from swa.messaging.rules.editions import MOST_TIMES, RULES, edition_of, number_in

pytestmark = pytest.mark.once


@pytest.mark.parametrize("number", [1, 2, 17, RULES - 1])
@pytest.mark.parametrize("time", [0, 1, 2, MOST_TIMES])
def test_the_rule_is_read_from_the_edition_again(number, time):
    edition = edition_of(number, time)

    assert number_in(edition) == number
    assert edition < 2**31, "it stands in a column of 32 bits"


def test_what_happens_once_has_the_number_of_the_rule_as_ever():
    assert edition_of(17) == 17


def test_no_two_rules_and_times_share_an_edition():
    found = {edition_of(number, time) for number in (1, 2, RULES - 1) for time in (0, 1, 2)}

    assert len(found) == 9


@pytest.mark.parametrize(("number", "time"), [(0, 1), (RULES, 0), (1, -1), (1, MOST_TIMES + 1)])
def test_what_would_share_an_edition_is_refused(number, time):
    with pytest.raises(ValueError, match="no edition"):
        edition_of(number, time)
