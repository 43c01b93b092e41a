"""How far a large number of messages has got, in numbers and in words (MAIL-15)."""

from datetime import UTC, datetime, timedelta

import pytest

from swa.messaging.rules.progress import Progress, in_words, minutes_left

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def lately(number, *, minutes, **counts):
    began = NOW - timedelta(minutes=minutes)
    return Progress(sent=number, sent_lately=number, lately_from=began, **counts)


@pytest.mark.parametrize(
    ("progress", "left"),
    [
        pytest.param(Progress(), 0, id="nothing was due"),
        pytest.param(Progress(sent=9, failed=1), 0, id="all have gone"),
        pytest.param(Progress(waiting=5), None, id="none has gone yet"),
        pytest.param(Progress(sent=5, waiting=5), None, id="none went lately"),
        pytest.param(lately(100, minutes=2, waiting=200), 4, id="as fast as before"),
        pytest.param(lately(100, minutes=2, waiting=201), 5, id="a little more is a minute more"),
        pytest.param(lately(100, minutes=2, waiting=1), 1, id="never less than a minute"),
        pytest.param(lately(3, minutes=0, waiting=3), 1, id="all at this very moment"),
    ],
)
def test_how_long_the_rest_takes(progress, left):
    assert minutes_left(progress, now=NOW) == left


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (
            lately(112, minutes=2, waiting=225, failed=3),
            "112 of 340 sent, 3 failed, about 5 minutes left",
        ),
        (lately(1, minutes=1, waiting=1), "1 of 2 sent, about a minute left"),
        (Progress(sent=2, held=4), "2 of 2 sent, 4 held"),
        (Progress(waiting=7), "0 of 7 sent"),
    ],
)
def test_it_is_said_on_one_line(progress, words):
    assert in_words(progress, now=NOW) == words
