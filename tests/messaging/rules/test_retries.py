"""Pauses between tries, and how long a mail server is left alone (RL-3)."""

from datetime import timedelta

import pytest

from swa.messaging import rules


@pytest.mark.parametrize(
    ("tries", "seconds"),
    [
        pytest.param(1, 30, id="half a minute after the first"),
        pytest.param(2, 60, id="then a minute"),
        pytest.param(10, 7200, id="two hours before the last"),
    ],
)
def test_pauses_grow(tries, seconds):
    assert rules.pause_before_next_try(tries) == timedelta(seconds=seconds)


def test_after_the_eleventh_try_a_person_looks():
    assert rules.pause_before_next_try(10) is not None
    assert rules.pause_before_next_try(11) is None
    assert rules.pause_before_next_try(12) is None


def test_ten_further_tries_take_about_five_hours():
    pauses = [rules.pause_before_next_try(tries) for tries in range(1, 11)]

    assert timedelta(hours=5) <= sum(pauses, timedelta()) <= timedelta(hours=5, minutes=15)


def test_an_hour_of_greylisting_is_outlasted():
    waited = timedelta()
    for tries in range(1, 11):
        waited += rules.pause_before_next_try(tries)
        if waited > timedelta(hours=1):
            break

    assert tries < 11


def test_jitter_stretches_a_pause_by_a_fifth_at_most():
    assert rules.pause_before_next_try(4, jitter=0) == timedelta(minutes=5)
    assert rules.pause_before_next_try(4, jitter=1) == timedelta(minutes=6)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 30), (2, 60), (3, 120), (5, 480), (6, 900), (7, 900), (10_000, 900)],
)
def test_the_server_rests_longer_each_time_up_to_a_quarter_of_an_hour(failures, seconds):
    assert rules.rest_of_the_server(failures) == timedelta(seconds=seconds)
