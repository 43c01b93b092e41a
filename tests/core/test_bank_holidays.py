"""Bank holidays and working days (IN-07): compared by hand with the published lists to 2028."""

from datetime import date, timedelta

import pytest

from swa.core.bank_holidays import (
    bank_holiday_name,
    is_bank_holiday,
    is_working_day,
    working_days_from,
)

pytestmark = pytest.mark.once

# What is off work in England: the substitute days where a holiday falls on a weekend.
PUBLISHED = {
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}
CORONATION_OF_NEXT_KING = date(2027, 6, 11)


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_weekdays_off_are_the_published_ones(year):
    wanted = [date.fromisoformat(f"{year}-{day}") for day in PUBLISHED[year].split()]

    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]

    assert [day for day in days if day.weekday() < 5 and is_bank_holiday(day)] == wanted


def test_a_day_has_the_name_that_people_know():
    assert bank_holiday_name(date(2027, 3, 29)) == "Easter Monday"
    assert bank_holiday_name(date(2027, 3, 30)) == ""


def test_a_day_declared_for_once_counts_only_where_it_is_told():
    told = {CORONATION_OF_NEXT_KING}

    assert not is_bank_holiday(CORONATION_OF_NEXT_KING)
    assert is_bank_holiday(CORONATION_OF_NEXT_KING, one_off=told)
    assert bank_holiday_name(CORONATION_OF_NEXT_KING, one_off=told) == "Bank holiday"
    assert not is_working_day(CORONATION_OF_NEXT_KING, one_off=told)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2026, 12, 24), True, id="Christmas Eve, a Thursday"),
        pytest.param(date(2026, 12, 25), False, id="Christmas Day"),
        pytest.param(date(2026, 12, 26), False, id="a Saturday"),
        pytest.param(date(2026, 12, 27), False, id="a Sunday"),
        pytest.param(date(2026, 12, 28), False, id="the substitute of Boxing Day"),
        pytest.param(date(2026, 12, 29), True, id="the Tuesday after"),
        pytest.param(date(2026, 12, 4), True, id="a Friday"),
    ],
)
def test_who_works_when(day, works):
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        pytest.param(date(2026, 12, 29), -1, date(2026, 12, 24), id="back over Christmas"),
        pytest.param(date(2026, 12, 24), 1, date(2026, 12, 29), id="ahead over Christmas"),
        pytest.param(date(2027, 3, 31), -3, date(2027, 3, 24), id="back over Easter"),
        pytest.param(date(2026, 12, 26), -1, date(2026, 12, 24), id="from a Saturday"),
        pytest.param(date(2026, 12, 26), 0, date(2026, 12, 26), id="no day at all"),
        pytest.param(date(2026, 11, 9), -5, date(2026, 11, 2), id="an ordinary week"),
        pytest.param(date(2027, 1, 4), -2, date(2026, 12, 30), id="over the new year"),
    ],
)
def test_counts_working_days(day, count, found):
    assert working_days_from(day, count) == found


def test_counting_passes_over_a_day_declared_for_once():
    monday = date(2027, 6, 14)

    assert working_days_from(monday, -1, one_off={CORONATION_OF_NEXT_KING}) == date(2027, 6, 10)
