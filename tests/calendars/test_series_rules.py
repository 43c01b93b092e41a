"""Weekly series: IN-06, IN-07, CF-08, DC-11 and CAL-11, CAL-14 to CAL-16, CAL-24 of the notes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swa.calendars.rules import series as rules
from swa.calendars.rules import weeks
from swa.calendars.types import Rhythm, Series, Slot
from swa.core.bank_holidays import is_bank_holiday
from swa.core.dates import LONDON

pytestmark = pytest.mark.once

NINE, TEN = time(9), time(10)
MONDAY = date(2027, 2, 22)
WEEK = timedelta(days=7)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
EASTER_MONDAY, EARLY_MAY = date(2027, 3, 29), date(2027, 5, 3)


def nine_on(day):
    return Slot(day, NINE, TEN)


def series(weeks=10, first_day=MONDAY, **columns):
    return Series(Rhythm(first_day, NINE, TEN, weeks), **columns)


def days_of(planned):
    return [meeting.slot.day for meeting in rules.list_meetings(planned)]


def move(planned, day, to, *, now=LONG_AGO):
    weeks.may_move_week(planned, day, to, now=now)
    return replace(planned, moved={**planned.moved, day: to})


# The dates of a block.


def test_ten_meetings_without_a_holiday_span_63_days():
    planned = rules.plan_series(nine_on(date(2026, 9, 28)), 10)

    days = days_of(planned)
    assert len(days) == planned.rhythm.weeks == 10
    assert days[-1] - days[0] == timedelta(days=63)
    assert {day.weekday() for day in days} == {0}


def test_a_bank_holiday_is_passed_over_and_makes_the_block_a_week_longer():
    planned = rules.plan_series(nine_on(MONDAY), 10, is_closed=is_bank_holiday)

    assert planned.left_out == {EASTER_MONDAY, EARLY_MAY}
    assert planned.rhythm.weeks == 12
    assert len(days_of(planned)) == 10
    assert days_of(planned)[-1] == date(2027, 5, 10)


def test_the_week_added_for_a_holiday_may_be_one_itself():
    # Nine dates to 24 May; the ninth meeting would fall on 31 May, the Spring Bank Holiday.
    planned = rules.plan_series(nine_on(date(2027, 3, 29) + WEEK), 8, is_closed=is_bank_holiday)

    assert planned.left_out == {EARLY_MAY, date(2027, 5, 31)}
    assert days_of(planned)[-1] == date(2027, 6, 7)


def test_a_block_that_would_begin_on_a_holiday_begins_a_week_later():
    planned = rules.plan_series(nine_on(EASTER_MONDAY), 3, is_closed=is_bank_holiday)

    assert planned.rhythm.first_day == date(2027, 4, 5)
    assert planned.left_out == frozenset()


def test_a_block_over_christmas_passes_over_the_substitute_day():
    planned = rules.plan_series(nine_on(date(2026, 12, 7)), 10, is_closed=is_bank_holiday)

    assert planned.left_out == {date(2026, 12, 28)}
    assert len(days_of(planned)) == 10


@pytest.mark.parametrize("closed_from", [MONDAY, MONDAY + WEEK])
def test_a_rhythm_that_is_never_open_is_an_error(closed_from):
    with pytest.raises(ValueError, match="no day of this rhythm is open"):
        rules.plan_series(nine_on(MONDAY), 3, is_closed=lambda day: day >= closed_from)


@given(
    first=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    meetings=st.integers(1, 30),
    odd=st.sets(st.integers(0, 30), max_size=8),
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_closed_the_number_of_meetings_stays(first, meetings, odd):
    closed = {first + WEEK * number for number in odd}

    planned = rules.plan_series(nine_on(first), meetings, is_closed=lambda day: day in closed)

    days = days_of(planned)
    assert len(days) == meetings
    assert not set(days) & closed
    assert {day.weekday() for day in days} == {first.weekday()}
    assert planned.rhythm.weeks == meetings + len(planned.left_out)
    assert rules.list_dates(planned.rhythm)[-1] == days[-1]


# The hour.


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        pytest.param(date(2026, 10, 19), 8, id="last Monday of summer time"),
        pytest.param(date(2026, 10, 26), 9, id="first Monday of winter time"),
        pytest.param(date(2027, 3, 22), 9, id="last Monday of winter time"),
        pytest.param(date(2027, 3, 29), 8, id="first Monday of summer time"),
    ],
)
def test_cal_14_nine_stays_nine_over_both_changes(day, utc_hour):
    planned = rules.plan_series(nine_on(day - 3 * WEEK), 10)

    meeting = rules.find_meeting(planned, day)

    assert meeting.starts_at == datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)
    assert meeting.starts_at.astimezone(LONDON).time() == NINE
    assert meeting.ends_at - meeting.starts_at == timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "begins", "ends", "field"),
    [
        pytest.param(date(2027, 3, 28), time(1), time(3), "begins", id="start in the gap"),
        pytest.param(date(2027, 3, 28), time(0, 30), time(1, 59), "ends", id="end in the gap"),
        pytest.param(date(2026, 10, 25), time(1, 59), time(3), "begins", id="start comes twice"),
        pytest.param(date(2026, 10, 25), time(0, 15), time(1), "ends", id="end comes twice"),
    ],
)
def test_cal_15_an_hour_that_is_skipped_or_comes_twice_is_refused(day, begins, ends, field):
    with pytest.raises(rules.ClockChange, match="clocks change on Sunday") as refusal:
        rules.check_slot(Slot(day, begins, ends))

    assert refusal.value.field == field
    with pytest.raises(rules.ClockChange):
        rules.plan_series(Slot(day - 5 * WEEK, begins, ends), 10)


@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [
        pytest.param(date(2027, 3, 28), time(0, 30), time(2), id="over the gap"),
        pytest.param(date(2026, 10, 25), time(0, 59), time(2), id="over the doubled hour"),
        pytest.param(date(2026, 10, 25), time(2), time(3), id="right after it"),
        pytest.param(date(2026, 10, 26), time(1), time(2), id="the day after"),
    ],
)
def test_cal_15_every_other_hour_is_fine(day, begins, ends):
    rules.check_slot(Slot(day, begins, ends))


@pytest.mark.parametrize("ends", [NINE, time(8, 59), time(0)])
def test_a_meeting_lasts(ends):
    with pytest.raises(rules.EndsBeforeItBegins):
        rules.plan_series(Slot(MONDAY, NINE, ends), 10)


# One week somewhere else.


@pytest.mark.parametrize("day", [2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14])
def test_cal_16_a_week_moves_between_its_neighbours(day):
    third = MONDAY + 2 * WEEK  # 8 March, between the 1st and the 15th

    assert move(series(), third, nine_on(date(2027, 3, day)))


@pytest.mark.parametrize(
    ("to", "words"),
    [
        pytest.param(date(2027, 3, 1), "on the same day as the meeting of Monday 1 March 2027"),
        pytest.param(date(2027, 2, 28), "not after the meeting of Monday 1 March 2027"),
        pytest.param(date(2027, 3, 15), "on the same day as the meeting of Monday 15 March 2027"),
        pytest.param(date(2027, 3, 16), "not before the meeting of Monday 15 March 2027"),
    ],
)
def test_cal_16_a_week_past_its_neighbour_is_refused_with_the_reason_and_a_way_out(to, words):
    with pytest.raises(weeks.PastItsNeighbour, match=words) as refusal:
        move(series(), MONDAY + 2 * WEEK, Slot(to, time(17), time(18)))

    assert refusal.value.field == "day"
    assert "Cancel that week and send a single invitation" in refusal.value.message


def test_cal_16_the_neighbours_count_as_they_stand():
    moved = move(series(), MONDAY + WEEK, nine_on(MONDAY + timedelta(days=12)))

    with pytest.raises(weeks.PastItsNeighbour, match="Saturday 6 March 2027"):
        move(moved, MONDAY + 2 * WEEK, nine_on(date(2027, 3, 5)))
    assert move(moved, MONDAY + 2 * WEEK, nine_on(date(2027, 3, 7)))


def test_cal_16_a_week_that_was_left_out_is_no_neighbour():
    without = series(left_out=frozenset({MONDAY + WEEK}))

    assert move(without, MONDAY + 2 * WEEK, nine_on(MONDAY + WEEK))
    with pytest.raises(weeks.PastItsNeighbour):
        move(without, MONDAY + 2 * WEEK, nine_on(MONDAY))


def test_the_first_week_has_no_neighbour_before_and_the_last_none_after():
    assert move(series(), MONDAY, nine_on(MONDAY - 5 * WEEK))
    assert move(series(), MONDAY + 9 * WEEK, nine_on(MONDAY + 20 * WEEK))


def test_a_week_is_not_moved_into_the_past_nor_once_it_has_begun():
    starts_at = datetime(2027, 2, 22, 9, tzinfo=UTC)

    with pytest.raises(weeks.MovedIntoThePast):
        move(series(), MONDAY, nine_on(MONDAY - WEEK), now=starts_at - WEEK)
    with pytest.raises(weeks.WeekIsOver):
        move(series(), MONDAY, nine_on(MONDAY + timedelta(days=1)), now=starts_at)
    just_before = starts_at - timedelta(seconds=1)
    assert move(series(), MONDAY, nine_on(MONDAY + timedelta(days=1)), now=just_before)


@pytest.mark.parametrize("day", [MONDAY + timedelta(days=1), MONDAY - WEEK, MONDAY + 10 * WEEK])
def test_a_day_off_the_rhythm_has_no_meeting(day):
    with pytest.raises(rules.NoSuchWeek):
        move(series(), day, nine_on(day))
    with pytest.raises(rules.NoSuchWeek):
        weeks.cancel_week(series(), day, now=LONG_AGO)


@given(
    order=st.permutations(range(6)),
    shifts=st.lists(st.integers(-15, 15), min_size=6, max_size=6),
)
@settings(max_examples=300, deadline=None)
def test_cal_16_whatever_moves_are_allowed_the_days_stay_apart_and_in_order(order, shifts):
    planned = series(weeks=6)
    for number in order:
        day = MONDAY + number * WEEK
        try:
            planned = move(planned, day, nine_on(day + timedelta(days=shifts[number])))
        except weeks.PastItsNeighbour:
            continue

    days = days_of(planned)
    assert days == sorted(set(days))
    assert len(days) == 6


# Weeks that are left out.


def test_a_cancelled_week_is_gone_and_the_block_is_no_longer():
    without = weeks.cancel_week(series(), MONDAY + WEEK, now=LONG_AGO)

    assert without.rhythm.weeks == 10
    assert len(days_of(without)) == 9
    with pytest.raises(rules.NoSuchWeek):
        weeks.cancel_week(without, MONDAY + WEEK, now=LONG_AGO)


def test_cal_24_a_week_that_has_begun_is_not_cancelled():
    starts_at = datetime(2027, 2, 22, 9, tzinfo=UTC)

    with pytest.raises(weeks.WeekIsOver):
        weeks.cancel_week(series(), MONDAY, now=starts_at)
    assert weeks.cancel_week(series(), MONDAY, now=starts_at - timedelta(seconds=1))


def test_the_last_meeting_of_all_is_not_cancelled_alone():
    with pytest.raises(weeks.NoWeekLeft):
        weeks.cancel_week(series(weeks=1), MONDAY, now=LONG_AGO)


def test_skipping_week_four_leaves_ten_meetings_and_ends_a_week_later():
    longer = weeks.skip_days(series(), [MONDAY + 3 * WEEK], now=LONG_AGO)

    assert longer.rhythm.weeks == 11
    assert longer.left_out == {MONDAY + 3 * WEEK}
    assert len(days_of(longer)) == 10
    assert days_of(longer)[-1] == days_of(series())[-1] + WEEK


def test_a_block_that_grows_onto_a_holiday_grows_once_more():
    until_26_april = series(weeks=10)  # 29 March was not left out: somebody meant it so

    longer = weeks.skip_days(until_26_april, [MONDAY], now=LONG_AGO, is_closed=is_bank_holiday)

    assert longer.left_out == {MONDAY, EARLY_MAY}
    assert days_of(longer)[-1] == date(2027, 5, 10)


def test_skipping_what_was_skipped_changes_nothing():
    longer = weeks.skip_days(series(), [MONDAY + WEEK], now=LONG_AGO)

    assert weeks.skip_days(longer, [MONDAY + WEEK], now=LONG_AGO) == longer


def test_a_moved_week_that_is_skipped_is_moved_no_more():
    moved = move(series(), MONDAY + WEEK, nine_on(MONDAY + timedelta(days=8)))

    longer = weeks.skip_days(moved, [MONDAY + WEEK], now=LONG_AGO)

    assert longer.moved == {}
    assert len(days_of(longer)) == 10


def test_what_has_begun_is_not_skipped():
    with pytest.raises(weeks.WeekIsOver):
        weeks.skip_days(series(), [MONDAY], now=datetime(2027, 3, 1, tzinfo=UTC))


# Who joins later, and the end.


def test_who_joins_later_gets_a_series_from_the_first_meeting_to_come():
    started = series(left_out=frozenset({MONDAY + WEEK, MONDAY + 5 * WEEK}))
    started = move(started, MONDAY + 3 * WEEK, nine_on(MONDAY + timedelta(days=22)))

    mine = rules.still_to_come(started, datetime(2027, 3, 8, 9, tzinfo=UTC))

    assert mine.rhythm.first_day == MONDAY + 3 * WEEK
    assert mine.rhythm.weeks == 7
    assert mine.left_out == {MONDAY + 5 * WEEK}
    assert days_of(mine) == days_of(started)[2:]


def test_cal_24_nothing_is_left_for_who_comes_after_the_last_start():
    last = datetime(2027, 4, 26, 8, tzinfo=UTC)

    assert rules.still_to_come(series(), last) is None
    assert len(days_of(rules.still_to_come(series(), last - timedelta(seconds=1)))) == 1


def test_a_series_is_over_with_the_end_of_its_last_meeting():
    end = datetime(2027, 4, 26, 9, tzinfo=UTC)

    assert not rules.is_over(series(), end - timedelta(seconds=1))
    assert rules.is_over(series(), end)


@given(now=st.datetimes(datetime(2027, 2, 1), datetime(2027, 6, 1)))  # noqa: DTZ001 - made aware below
@settings(max_examples=200, deadline=None)
def test_a_late_joiner_meets_the_others_whenever_they_join(now):
    moment = now.replace(tzinfo=UTC)
    whole = move(series(left_out=frozenset({MONDAY})), MONDAY + WEEK, nine_on(date(2027, 2, 23)))

    mine = rules.still_to_come(whole, moment)

    coming = [m for m in rules.list_meetings(whole) if m.starts_at > moment]
    assert (list(rules.list_meetings(mine)) if mine else []) == coming
