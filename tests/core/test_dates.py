"""Dates and times in words (C26, C27), over both clock changes of 2026 and 2027 (IN-06)."""

import locale
from datetime import UTC, date, datetime, time, timedelta

import pytest

from swa.core import dates
from swa.core.dates import LONDON

SPRING = [date(2026, 3, 29), date(2027, 3, 28)]
AUTUMN = [date(2026, 10, 25), date(2027, 10, 31)]


def utc(*numbers):
    return datetime(*numbers, tzinfo=UTC)


def london(*numbers):
    return datetime(*numbers, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        pytest.param(london(2026, 3, 3, 9, 30), "9:30am", id="half past nine"),
        pytest.param(london(2026, 3, 3, 9), "9am", id="no minutes on the hour"),
        pytest.param(london(2026, 3, 3, 9, 5), "9:05am", id="two digits of minutes"),
        pytest.param(london(2026, 3, 3, 13), "1pm", id="one o'clock"),
        pytest.param(london(2026, 3, 3, 12), "midday", id="midday"),
        pytest.param(london(2026, 3, 3, 12, 30), "12:30pm", id="after midday"),
        pytest.param(london(2026, 3, 3, 0), "midnight", id="midnight"),
        pytest.param(london(2026, 3, 3, 0, 30), "12:30am", id="after midnight"),
        pytest.param(london(2026, 3, 3, 23, 59), "11:59pm", id="the end of a deadline"),
        pytest.param(london(2026, 3, 3, 11, 59), "11:59am", id="before midday"),
        pytest.param(utc(2026, 7, 1, 23, 0), "midnight", id="midnight in summer"),
        pytest.param(utc(2026, 7, 1, 11, 0), "midday", id="midday in summer"),
    ],
)
def test_says_a_time(moment, words):
    assert dates.short_time(moment) == words


@pytest.mark.parametrize("sunday", SPRING + AUTUMN)
def test_the_hour_stays_the_same_over_a_clock_change(sunday):
    before = london(sunday.year, sunday.month, sunday.day, 9, 30) - timedelta(days=7)

    for week in range(3):
        weekly = before + timedelta(days=7 * week)  # wall time, as zoneinfo counts
        assert dates.short_time(weekly.astimezone(UTC)) == "9:30am"


def test_the_change_is_seen_in_utc():
    assert dates.short_time(utc(2026, 3, 28, 9, 30)) == "9:30am"
    assert dates.short_time(utc(2026, 3, 29, 8, 30)) == "9:30am"
    assert dates.short_time(utc(2026, 10, 24, 8, 30)) == "9:30am"
    assert dates.short_time(utc(2026, 10, 25, 9, 30)) == "9:30am"


@pytest.mark.parametrize(
    ("day", "long", "plain", "short"),
    [
        (date(2025, 3, 3), "Monday 3 March 2025", "3 March 2025", "Mon 3 Mar 2025"),
        (
            utc(2026, 9, 30, 22, 59),
            "Wednesday 30 September 2026",
            "30 September 2026",
            "Wed 30 Sep 2026",
        ),
        (utc(2026, 9, 30, 23, 0), "Thursday 1 October 2026", "1 October 2026", "Thu 1 Oct 2026"),
        (
            utc(2026, 12, 31, 23, 59),
            "Thursday 31 December 2026",
            "31 December 2026",
            "Thu 31 Dec 2026",
        ),
    ],
    ids=["a date", "before midnight in London", "after midnight in London", "winter"],
)
def test_says_a_day(day, long, plain, short):
    assert dates.long_date(day) == long
    assert dates.plain_date(day) == plain
    assert dates.short_date(day) == short


def test_says_every_day_of_a_year_without_a_leading_zero_or_comma():
    for offset in range(366):
        words = dates.long_date(date(2028, 1, 1) + timedelta(days=offset))
        weekday, day, month, year = words.split(" ")
        assert weekday in dates.WEEKDAYS
        assert month in dates.MONTHS
        assert day == str(int(day))
        assert year == "2028"


def test_the_words_do_not_follow_the_locale_of_the_process():
    before = locale.setlocale(locale.LC_TIME)
    try:
        for other in ("de_DE.UTF-8", "fr_FR.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_TIME, other)
            except locale.Error:
                continue
            assert dates.long_date(date(2025, 3, 3)) == "Monday 3 March 2025"
    finally:
        locale.setlocale(locale.LC_TIME, before)


def test_says_ranges_and_moments():
    start, end = london(2025, 3, 3, 9, 30), london(2025, 3, 3, 12, 30)

    assert dates.time_range(start, end) == "9:30am to 12:30pm"
    assert dates.when(start) == "Monday 3 March 2025 at 9:30am"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (45, "45 minutes"),
        (59, "59 minutes"),
        (60, "1 hour"),
        (61, "1 hour 1 minute"),
        (120, "2 hours"),
        (150, "2 hours 30 minutes"),
    ],
)
def test_says_a_length_of_time(minutes, words):
    assert dates.duration(minutes) == words


@pytest.mark.parametrize(
    ("start", "days", "at", "moment"),
    [
        pytest.param(london(2026, 5, 7, 14), 3, time(9), utc(2026, 5, 4, 8), id="in summer"),
        pytest.param(london(2026, 1, 7, 14), 3, time(9), utc(2026, 1, 4, 9), id="in winter"),
        pytest.param(london(2026, 3, 30, 14), 2, time(9), utc(2026, 3, 28, 9), id="spring change"),
        pytest.param(
            london(2026, 10, 26, 14), 2, time(9), utc(2026, 10, 24, 8), id="autumn change"
        ),
        pytest.param(london(2026, 5, 7, 14), 0, time(9), utc(2026, 5, 7, 8), id="the day itself"),
        pytest.param(
            utc(2026, 7, 1, 23, 30), 1, time(9), utc(2026, 7, 1, 8), id="London's day counts"
        ),
        pytest.param(
            london(2026, 3, 30, 14),
            1,
            time(1, 30),
            utc(2026, 3, 29, 1),
            id="an hour that is skipped",
        ),
    ],
)
def test_counts_calendar_days_back(start, days, at, moment):
    assert dates.days_before(start, days, at=at) == moment


@pytest.mark.parametrize("sunday", SPRING)
@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_a_skipped_wall_time_is_the_first_moment_after_the_gap(sunday, minute):
    moment = dates.first_moment_of(datetime.combine(sunday, time(1, minute)))

    assert moment == datetime.combine(sunday, time(1), UTC)
    assert dates.short_time(moment) == "2am"


@pytest.mark.parametrize("sunday", AUTUMN)
def test_a_repeated_wall_time_is_the_first_of_the_two(sunday):
    moment = dates.first_moment_of(datetime.combine(sunday, time(1, 30)))

    assert moment == datetime.combine(sunday, time(0, 30), UTC)


@pytest.mark.parametrize("sunday", SPRING + AUTUMN)
@pytest.mark.parametrize(
    ("hour", "minute", "is_odd"), [(0, 59, False), (1, 0, True), (1, 59, True), (2, 0, False)]
)
def test_knows_the_hours_that_the_clocks_skip_or_repeat(sunday, hour, minute, is_odd):
    local = datetime.combine(sunday, time(hour, minute))

    assert dates.is_ambiguous_or_missing(local) is is_odd


def test_no_other_day_has_such_an_hour():
    for offset in range(365):
        local = datetime.combine(date(2026, 1, 1) + timedelta(days=offset), time(1, 30))
        expected = local.date() in {*SPRING, *AUTUMN}
        assert dates.is_ambiguous_or_missing(local) is expected


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        pytest.param(utc(2026, 6, 1, 2), utc(2026, 6, 1, 2), id="at that very moment"),
        pytest.param(utc(2026, 6, 1, 1, 59), utc(2026, 5, 31, 2), id="a minute before"),
        pytest.param(utc(2026, 6, 1, 23, 30), utc(2026, 6, 1, 2), id="the next day in London"),
        pytest.param(utc(2026, 3, 29, 2), utc(2026, 3, 29, 2), id="the clocks went forward"),
        pytest.param(utc(2026, 10, 25, 3), utc(2026, 10, 25, 3), id="the clocks went back"),
    ],
)
def test_says_when_it_last_was_three_in_london(moment, found):
    assert dates.last_at(time(3), moment) == found


def test_says_when_the_hour_began():
    assert dates.last_full_hour(utc(2026, 6, 1, 2, 59)) == utc(2026, 6, 1, 2)
    assert dates.last_full_hour(utc(2026, 6, 1, 3)) == utc(2026, 6, 1, 3)
