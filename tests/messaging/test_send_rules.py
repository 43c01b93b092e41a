"""When the message of a rule is due: CC-09, IN-06, OT-06; PLAN-7 and PLAN-15 of the notes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from swa.messaging.send_rules import (
    Audience,
    DayKind,
    Event,
    SendRule,
    Side,
    due_at,
    in_words,
    longest_reach,
    moment_of,
    resolve,
    useful_until,
)
from swa.messaging.switching import switch

pytestmark = pytest.mark.once

BEFORE = SendRule(
    "prework", "Prework", "prework", Event.START, Audience.PARTICIPANTS, days=3, side=Side.BEFORE
)
AFTER = SendRule("after", "After", "after", Event.END, Audience.PRESENT, at=None)
THURSDAY = datetime(2026, 11, 12, 14, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "start", "moment"),
    [
        pytest.param({}, THURSDAY, utc(2026, 11, 9, 9), id="three calendar days before, at 9am"),
        pytest.param({"days": 0}, THURSDAY, utc(2026, 11, 12, 9), id="on the day itself"),
        pytest.param({"at": time(17, 30)}, THURSDAY, utc(2026, 11, 9, 17, 30), id="another hour"),
        pytest.param({"at": None}, THURSDAY, utc(2026, 11, 9, 14), id="the session's own hour"),
        pytest.param(
            {"days": 5}, THURSDAY, utc(2026, 11, 7, 9), id="a Saturday stays without the option"
        ),
        pytest.param(
            {"days": 5, "pulls_back": True},
            THURSDAY,
            utc(2026, 11, 6, 9),
            id="a Saturday is pulled to Friday",
        ),
        pytest.param(
            {"days": 4, "pulls_back": True},
            THURSDAY,
            utc(2026, 11, 6, 9),
            id="a Sunday is pulled to Friday",
        ),
        pytest.param(
            {"days": 3, "pulls_back": True},
            THURSDAY,
            utc(2026, 11, 9, 9),
            id="a Monday is not pulled",
        ),
        pytest.param(
            {"days": 3, "pulls_back": True},
            utc(2026, 12, 31, 10),
            utc(2026, 12, 24, 9),
            id="a bank holiday after a weekend after two bank holidays",
        ),
        pytest.param(
            {"days": 3, "counted": DayKind.WORKING},
            utc(2026, 12, 30, 10),
            utc(2026, 12, 23, 9),
            id="three working days over Christmas",
        ),
        pytest.param(
            {"days": 2},
            utc(2027, 3, 30, 8, 30),
            utc(2027, 3, 28, 8),
            id="9am on the day the clocks go forward",
        ),
        pytest.param(
            {"days": 2},
            utc(2027, 11, 2, 8, 30),
            utc(2027, 10, 31, 9),
            id="9am on the day the clocks go back",
        ),
        pytest.param(
            {"days": 2, "at": time(1, 30)},
            utc(2027, 3, 30, 8, 30),
            utc(2027, 3, 28, 1),
            id="half past one does not exist that day: the first moment after the gap",
        ),
        pytest.param(
            {"days": 2, "at": time(1, 30)},
            utc(2027, 11, 2, 8, 30),
            utc(2027, 10, 31, 0, 30),
            id="half past one exists twice that day: the first of them",
        ),
        pytest.param(
            {"days": 1},
            utc(2026, 6, 10, 23, 30),
            utc(2026, 6, 10, 8),
            id="half past midnight in London is the next day there",
        ),
    ],
)
def test_a_rule_before_the_start_means_a_moment_in_london(changed, start, moment):
    assert moment_of(replace(BEFORE, **changed), start) == moment


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        pytest.param(utc(2026, 11, 12, 9) + MOMENT, utc(2026, 11, 12, 9), id="just in time"),
        pytest.param(utc(2026, 11, 12, 9), utc(2026, 11, 11, 9), id="at the start itself"),
        pytest.param(utc(2026, 11, 12, 8, 30), utc(2026, 11, 11, 9), id="after the start"),
        pytest.param(utc(2026, 11, 16, 8, 30), utc(2026, 11, 13, 9), id="a Sunday is pulled"),
    ],
)
def test_what_the_clock_would_make_late_goes_the_day_before(start, moment):
    rule = replace(BEFORE, days=0, pulls_back=True)

    assert moment_of(rule, start) == moment


def test_a_fingerprint_is_another_as_soon_as_anything_is():
    assert BEFORE.fingerprint == replace(BEFORE).fingerprint
    assert BEFORE.fingerprint != replace(BEFORE, days=4).fingerprint
    assert BEFORE.fingerprint != replace(BEFORE, counts_from=NOW).fingerprint


def test_a_day_off_of_our_own_counts_like_a_bank_holiday():
    monday = date(2026, 11, 9)

    pulled = moment_of(replace(BEFORE, pulls_back=True), THURSDAY, days_off={monday})
    counted = moment_of(replace(BEFORE, counted=DayKind.WORKING), THURSDAY, days_off={monday})

    assert pulled == utc(2026, 11, 6, 9)
    assert counted == utc(2026, 11, 6, 9), "Wednesday, Tuesday, Friday"


@pytest.mark.parametrize(
    ("changed", "moment"),
    [
        pytest.param({}, THURSDAY, id="at once"),
        pytest.param({"days": 1}, THURSDAY + timedelta(days=1), id="24 hours later"),
        pytest.param({"days": 2, "at": time(9)}, utc(2026, 11, 14, 9), id="a Saturday"),
        pytest.param(
            {"days": 2, "at": time(9), "pulls_back": True}, utc(2026, 11, 13, 9), id="its Friday"
        ),
        pytest.param(
            {"days": 1, "counted": DayKind.WORKING, "at": time(9)},
            utc(2026, 11, 13, 9),
            id="the next working day",
        ),
        pytest.param(
            {"days": 2, "counted": DayKind.WORKING, "at": time(9)},
            utc(2026, 11, 16, 9),
            id="over a weekend",
        ),
    ],
)
def test_a_rule_after_the_end_means_a_moment_in_london(changed, moment):
    assert moment_of(replace(AFTER, **changed), THURSDAY) == moment


def test_a_mail_after_the_end_is_never_pulled_to_before_it():
    saturday = utc(2026, 11, 14, 8)
    rule = replace(AFTER, days=1, at=time(9), pulls_back=True)

    assert moment_of(rule, saturday) == utc(2026, 11, 15, 9)


def test_a_rule_after_an_event_says_nothing_before_it():
    morning = replace(AFTER, days=0, at=time(9))
    afternoon = utc(2026, 11, 12, 16)

    found = due_at(morning, afternoon, known_at=LONG_AGO, over_at=afternoon)

    assert found == afternoon


def due(rule, *, known_at=LONG_AGO, over_at=THURSDAY):
    return due_at(rule, THURSDAY, known_at=known_at, over_at=over_at)


@pytest.mark.parametrize(
    ("known_at", "found"),
    [
        pytest.param(utc(2026, 11, 9, 9) - MOMENT, utc(2026, 11, 9, 9), id="early"),
        pytest.param(utc(2026, 11, 9, 9), utc(2026, 11, 9, 9), id="at that very moment"),
        pytest.param(utc(2026, 11, 9, 9) + MOMENT, utc(2026, 11, 9, 9) + MOMENT, id="late"),
    ],
)
def test_what_is_late_is_due_when_its_cause_is_known(known_at, found):
    assert due(BEFORE, known_at=known_at) == found


@pytest.mark.parametrize(
    ("counts_from", "past_asked_at", "found"),
    [
        pytest.param(None, None, utc(2026, 11, 9, 9), id="there from the beginning"),
        pytest.param(THURSDAY - MOMENT, None, THURSDAY - MOMENT, id="switched on just in time"),
        pytest.param(THURSDAY, None, None, id="switched on when it was over: PLAN-7"),
        pytest.param(THURSDAY, NOW, utc(2026, 11, 9, 9), id="the past was asked for"),
        pytest.param(THURSDAY, THURSDAY, THURSDAY, id="the past was asked for later"),
    ],
)
def test_a_rule_counts_from_when_it_was_switched_on(counts_from, past_asked_at, found):
    rule = replace(BEFORE, counts_from=counts_from, past_asked_at=past_asked_at)

    assert due(rule) == found


def test_a_rule_that_is_off_sends_nothing():
    assert due(replace(BEFORE, is_on=False)) is None


def test_a_message_before_the_session_is_of_use_until_the_start_and_one_after_for_some_days():
    assert useful_until(BEFORE, NOW, starts_at=THURSDAY) == THURSDAY
    assert useful_until(AFTER, NOW, starts_at=THURSDAY) == NOW + timedelta(days=7)


def test_the_planner_looks_back_as_far_as_the_longest_rule_reaches():
    late = replace(AFTER, days=42, useful_days=14)

    assert longest_reach([BEFORE]) == timedelta(0)
    assert longest_reach([BEFORE, AFTER, late]) == timedelta(days=57)
    assert longest_reach([replace(late, is_on=False)]) == timedelta(0)
    assert longest_reach([replace(late, counted=DayKind.WORKING)]) == timedelta(days=99)


def test_the_topic_comes_before_the_programme_and_the_programme_before_the_product():
    common = replace(BEFORE, days=5, at=time(8))
    narrow = replace(BEFORE, days=6, scope="topic 1")
    own = replace(AFTER, key="own a", number=7, scope="topic 1")
    changes = {("prework", ""): common, ("prework", "topic 1"): narrow, ("own a", "topic 1"): own}

    here, elsewhere = (resolve([BEFORE, AFTER], changes, scope) for scope in ("topic 1", "topic 2"))

    assert [(rule.key, rule.days, rule.at) for rule in here] == [
        ("prework", 6, time(8)),
        ("after", 0, None),
        ("own a", 0, None),
    ]
    assert elsewhere == (common, AFTER)


def test_a_topic_cannot_switch_on_what_the_programme_switched_off():
    changes = {
        ("prework", ""): replace(BEFORE, is_on=False),
        ("prework", "topic 1"): replace(BEFORE, scope="topic 1"),
    }

    (rule,) = resolve([BEFORE], changes, "topic 1")

    assert not rule.is_on


@pytest.mark.parametrize(
    ("common", "narrow", "found"),
    [
        pytest.param((None, None), None, (None, None), id="there from the beginning"),
        pytest.param((LONG_AGO, None), None, (LONG_AGO, None), id="the programme's"),
        pytest.param((None, None), NOW, (NOW, None), id="the topic's own"),
        pytest.param((LONG_AGO, None), NOW, (NOW, None), id="the topic switched on later"),
        pytest.param((NOW, None), LONG_AGO, (NOW, None), id="the programme switched on later"),
        pytest.param((LONG_AGO, LONG_AGO), NOW, (NOW, None), id="the past was asked for before"),
        pytest.param((LONG_AGO, NOW), NOW, (NOW, NOW), id="the past was asked for then"),
    ],
)
def test_a_rule_of_a_topic_counts_from_the_later_switch(common, narrow, found):
    counts_from, past_asked_at = common
    changes = {
        ("prework", ""): replace(BEFORE, counts_from=counts_from, past_asked_at=past_asked_at),
        ("prework", "topic 1"): replace(BEFORE, scope="topic 1", counts_from=narrow),
    }

    (rule,) = resolve([BEFORE], changes, "topic 1")

    assert (rule.counts_from, rule.past_asked_at) == found


@pytest.mark.parametrize(
    ("before", "is_on", "also_past", "moments"),
    [
        pytest.param(None, True, False, (NOW, None), id="added"),
        pytest.param(None, True, True, (NOW, NOW), id="added, also for the past"),
        pytest.param({}, True, False, (None, None), id="changed while on from the beginning"),
        pytest.param(
            {"is_on": False, "counts_from": LONG_AGO}, True, False, (NOW, None), id="on again"
        ),
        pytest.param(
            {"counts_from": LONG_AGO}, True, False, (LONG_AGO, None), id="changed while on"
        ),
        pytest.param(
            {"counts_from": LONG_AGO, "past_asked_at": LONG_AGO},
            True,
            False,
            (LONG_AGO, LONG_AGO),
            id="changed after the past was asked for",
        ),
        pytest.param({"counts_from": LONG_AGO}, False, True, (LONG_AGO, None), id="switched off"),
    ],
)
def test_switching_says_from_when_a_rule_counts(before, is_on, also_past, moments):
    earlier = None if before is None else replace(BEFORE, **before)

    kept = switch(replace(BEFORE, is_on=is_on), before=earlier, also_past=also_past, now=NOW)

    assert (kept.counts_from, kept.past_asked_at) == moments


ABOUT_OTHERS = [
    pytest.param({"event": Event.END, "side": Side.AFTER}, id="another event"),
    pytest.param({"audience": Audience.WAITING}, id="other people"),
    pytest.param({"scope": "topic 2"}, id="another topic"),
]


@pytest.mark.parametrize(("also_past", "past_asked_at"), [(False, None), (True, NOW)])
@pytest.mark.parametrize("changed", ABOUT_OTHERS)
def test_a_rule_about_something_else_counts_from_now(changed, also_past, past_asked_at):
    """PLAN-7: who it was not for until now, or not then, hears of nothing that is over."""
    before = replace(BEFORE, number=7, counts_from=LONG_AGO, past_asked_at=LONG_AGO)

    kept = switch(replace(before, **changed), before=before, also_past=also_past, now=NOW)

    assert (kept.counts_from, kept.past_asked_at) == (NOW, past_asked_at)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({}, "3 days before the start of the session, at 9am", id="days"),
        pytest.param({"days": 1}, "1 day before the start of the session, at 9am", id="one day"),
        pytest.param(
            {"counted": DayKind.WORKING},
            "3 working days before the start of the session, at 9am",
            id="working days",
        ),
        pytest.param({"days": 0}, "on the day of the start of the session, at 9am", id="that day"),
        pytest.param({"at": None}, "3 days before the start of the session", id="its own hour"),
        pytest.param(
            {"days": 0, "at": None, "event": Event.PLACE}, "at once after getting a place", id="now"
        ),
        pytest.param(
            {"event": Event.MOVED, "side": Side.AFTER},
            "3 days after moving the session, at 9am",
            id="moved",
        ),
        pytest.param(
            {"event": Event.CALLED_OFF, "days": 0, "at": None},
            "at once after calling the session off",
            id="called off",
        ),
        pytest.param(
            {"event": Event.GIVEN_BACK, "side": Side.AFTER, "days": 1},
            "1 day after giving a place back, at 9am",
            id="given back",
        ),
        pytest.param(
            {"event": Event.GO_AHEAD, "side": Side.AFTER, "days": 2},
            "2 days after deciding that it goes ahead, at 9am",
            id="goes ahead",
        ),
        pytest.param(
            {"event": Event.OFFER, "days": 0},
            "on the day of moving up from the waiting list, at 9am",
            id="moved up",
        ),
    ],
)
def test_a_rule_is_said_in_words(changed, words):
    assert in_words(replace(BEFORE, **changed)) == words


def test_what_waits_for_the_attendance_says_so():
    rule = replace(AFTER, event=Event.ATTENDANCE, days=42, at=time(9))

    assert in_words(rule) == "42 days after the session, once attendance is saved, at 9am"
