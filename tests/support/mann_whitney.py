"""Tells whether two samples come from one distribution, by ranks alone (Mann and Whitney 1947).

SciPy is no dependency of ours. The normal approximation with its corrections for ties and for
continuity is what SciPy's ``mannwhitneyu(…, method="asymptotic")`` computes; samples of hundreds
are far beyond the size from which it is good.
"""

from collections.abc import Sequence
from itertools import groupby
from statistics import NormalDist


def p_value(first: Sequence[float], second: Sequence[float]) -> float:
    """Return how likely ranks as uneven as these are, if both samples are of one kind; two-sided.

    Two samples without any difference between their values give 1.

    Raises:
        ValueError: A sample is empty.
    """
    if not first or not second:
        msg = "each sample needs values"
        raise ValueError(msg)
    both = len(first) + len(second)
    ranks, ties = _rank([*first, *second])
    above = sum(ranks[: len(first)]) - len(first) * (len(first) + 1) / 2
    pairs = len(first) * len(second)
    variance = pairs / 12 * (both + 1 - ties / (both * (both - 1)))
    if variance <= 0:
        return 1.0
    distance = max(0.0, abs(above - pairs / 2) - 0.5)
    return 2 * (1 - NormalDist().cdf(distance / variance**0.5))


def _rank(values: Sequence[float]) -> tuple[list[float], int]:
    """Return the rank of each value, equal ones sharing theirs, and the sum of t³ - t over ties."""
    ranks, before, ties = [0.0] * len(values), 0, 0
    for _, group in groupby(sorted(range(len(values)), key=values.__getitem__), values.__getitem__):
        places = list(group)
        for place in places:
            ranks[place] = before + (len(places) + 1) / 2
        before += len(places)
        ties += len(places) ** 3 - len(places)
    return ranks, ties
