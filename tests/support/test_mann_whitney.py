"""The test of ranks itself, against published numbers and such worked out by hand."""

import random

import pytest

from tests.support.mann_whitney import p_value

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # From SciPy's documentation: ages at which diabetes was found, U = 17.
        pytest.param([19, 22, 16, 29, 24], [20, 11, 17, 12], 0.1113, id="SciPy's example"),
        pytest.param([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 0.0122, id="apart"),
        pytest.param([1, 2, 2, 3], [2, 2, 3, 4], 0.3529, id="ties"),
        pytest.param([5, 5, 5], [5, 5], 1.0, id="all the same"),
        pytest.param([1, 4], [2, 3], 1.0, id="evenly mixed"),
    ],
)
def test_known_samples_give_the_known_probability(first, second, expected):
    assert p_value(first, second) == pytest.approx(expected, abs=0.0002)
    assert p_value(second, first) == pytest.approx(expected, abs=0.0002)


def test_one_distribution_is_told_apart_as_often_as_its_level_says():
    numbers = random.Random(20261122)

    found = [
        p_value(
            [numbers.gauss(5, 1) for _ in range(100)], [numbers.gauss(5, 1) for _ in range(100)]
        )
        for _ in range(400)
    ]

    assert sum(p < 0.05 for p in found) == pytest.approx(20, abs=10)


def test_a_shift_of_a_fifth_of_the_spread_is_seen_in_two_samples_of_five_hundred():
    numbers = random.Random(20261122)
    known = [numbers.gauss(5.2, 1) for _ in range(500)]

    assert p_value(known, [numbers.gauss(5, 1) for _ in range(500)]) < 0.01


def test_an_empty_sample_is_refused():
    with pytest.raises(ValueError, match="each sample needs values"):
        p_value([], [1.0])
