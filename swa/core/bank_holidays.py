"""Bank holidays of England, and what a working day is.

The dates come from the ``holidays`` package, a pinned dependency, and from nowhere else. A day that
is declared for once (a coronation) is known to the package only after an update, so every function
takes such days from the caller.
"""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

COUNTRY, PART = "GB", "ENG"
FRIDAY = 4
ONE_DAY = timedelta(days=1)


def is_bank_holiday(day: date, *, one_off: Collection[date] = ()) -> bool:
    """Say whether a day, London's, is a bank holiday or one of the days declared for once.

    A holiday that falls on a Saturday or Sunday counts on that day and on its substitute.
    """
    return day in one_off or day in _of_year(day.year)


def bank_holiday_name(day: date, *, one_off: Collection[date] = ()) -> str:
    """Return what the day is called in England; "" when it is an ordinary day."""
    name = _of_year(day.year).get(day, "")
    return name or ("Bank holiday" if day in one_off else "")


def is_working_day(day: date, *, one_off: Collection[date] = ()) -> bool:
    """Say whether a day is Monday to Friday and no bank holiday."""
    return day.weekday() <= FRIDAY and not is_bank_holiday(day, one_off=one_off)


def working_days_from(day: date, count: int, *, one_off: Collection[date] = ()) -> date:
    """Return the working day so many working days after a day, or before it.

    Args:
        day: A London day; need not be a working day and is never counted itself.
        count: Positive looks ahead, negative back; 0 is the day itself.
        one_off: Days that are bank holidays for once.
    """
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, one_off=one_off)
    return day


@lru_cache(maxsize=64)
def _of_year(year: int) -> dict[date, str]:
    import holidays  # takes a tenth of a second, and few commands need it

    found = holidays.country_holidays(COUNTRY, subdiv=PART, years=year)
    return {day: str(name) for day, name in found.items() if day.year == year}
