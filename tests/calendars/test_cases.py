"""The case list of the calendar notes (section 9): bytes, parsers, and two engines that agree.

DC-11, IN-07, IN-09. Every mail is read by libical, by the strict ``ical`` package and by our own
eyes; what it makes of a calendar is told by recurring-ical-events and by ical.js.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from swa.calendars import building
from swa.calendars.rules import changes, weeks
from swa.calendars.rules import series as rules
from swa.calendars.services import invitations, series
from swa.calendars.types import Change, Series, Slot
from swa.core.dates import LONDON
from swa.core.db import transaction
from swa.messaging.types import Recipient
from tests.support.golden import assert_golden
from tests.support.icalendars import parse_all, unfolded
from tests.support.invitations import START, event, invitation, withdrawn
from tests.support.programs import Program, in_javascript, in_python
from tests.support.series import (
    AUTUMN,
    DAY,
    MADE,
    ORGANISER,
    WEEK,
    WORDS,
    Member,
    nine_on,
    plan,
)

UID = "5f1e5f5a-9f0e-4a6e-8f43-0c4d3a1b2c3d"
THIRD = AUTUMN + 2 * WEEK
WEDNESDAY = nine_on(THIRD + 2 * DAY)
ORIGINAL = "RECURRENCE-ID;TZID=Europe/London:20261012T090000"


@pytest.fixture
def person_id(make):
    return make.person().id


@pytest.fixture
def rosa(person_id):
    return Member(person_id, plan(AUTUMN), uid=UID)


def one_week(method, sequence, status):
    return [f"{method} {line}" for line in (ORIGINAL, f"SEQUENCE:{sequence}", f"STATUS:{status}")]


def approve(name, part):
    assert_golden(f"calendar/series/{name}.ics", part[1].decode())


def lines_of(part):
    return unfolded(part[1])


def rules_of(part):
    """What calendar programs act on, of the events alone, in the order of the alphabet."""
    names = ("RRULE", "EXDATE", "RECURRENCE-ID", "SEQUENCE", "STATUS")
    inside = events_of(lines_of(part))
    return sorted(f"{part[0]} {line}" for line in inside if line.startswith(names))


def events_of(lines):
    return lines[lines.index("END:VTIMEZONE") :]


# Single dates.


def test_a_single_date_comes_moves_and_goes():
    rosa, program = ROSA_ALONE, Program()
    moved = event(starts_at=START + DAY)

    program.take(building.itip_part(invitation(), rosa))
    assert program.shows() == [(START, START + timedelta(hours=2))]
    later = {"sequence": 1, "revision": 2}
    program.take(building.itip_part(invitation(said=moved, **later), rosa))
    assert program.shows() == [(moved.starts_at, moved.ends_at)]
    program.take(building.itip_part(withdrawn(said=moved, sequence=2, revision=3), rosa))
    assert program.shows() == []


ROSA_ALONE = Recipient("Rosa Okafor", "rosa.okafor@example.org", is_active=True)


# Series.


@pytest.mark.parametrize(
    ("name", "first", "count", "skipped"),
    [
        pytest.param("over_october", AUTUMN, 10, [], id="over the change of October"),
        pytest.param("over_march", date(2027, 2, 1), 10, ["20270329"], id="over March and Easter"),
        pytest.param("easter_and_may", date(2027, 2, 22), 10, ["20270329", "20270503"], id="two"),
        pytest.param("christmas", date(2026, 12, 7), 10, ["20261228"], id="over Christmas"),
    ],
)
def test_cal_11_and_cal_12_a_series_counts_its_holidays_and_names_them(
    person_id, name, first, count, skipped
):
    joined = Member(person_id, plan(first), uid=UID)

    part = joined.part()

    approve(name, part)
    all_weeks = count + len(skipped)
    exdates = [f"EXDATE;TZID=Europe/London:{day}T090000" for day in skipped]
    rule = f"RRULE:FREQ=WEEKLY;COUNT={all_weeks};BYDAY=MO"
    assert [line for line in lines_of(part) if line in {rule, *exdates}] == [rule, *exdates]
    assert sum("EXDATE" in line for line in lines_of(part)) == len(exdates)
    assert joined.program.shows() == joined.meetings
    assert len(joined.meetings) == count


def test_cal_14_nine_stays_nine_in_every_engine(person_id):
    for first in (AUTUMN, date(2027, 2, 22)):
        joined = Member(person_id, plan(first), occasion=f"member {first}")

        shown = joined.program.shows()

        assert {start.astimezone(LONDON).time() for start, _ in shown} == {time(9)}
        assert {start.hour for start, _ in shown} == {8, 9}, "in UTC it is another hour in summer"


def test_cal_1_and_cal_2_the_whole_series_is_one_calendar_with_one_uid(rosa):
    rosa.move(THIRD, WEDNESDAY)
    rosa.skip(AUTUMN + 4 * WEEK)

    lines = lines_of(rosa.part())

    assert lines[0] == "BEGIN:VCALENDAR"
    for line in ("VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:REQUEST", "BEGIN:VTIMEZONE"):
        assert lines.count(line) == 1, line
    assert lines.count(f"UID:{UID}") == lines.count("BEGIN:VEVENT") == 2
    assert lines.count("STATUS:CONFIRMED") == 2
    for name in ("ATTENDEE", "DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID", "SEQUENCE"):
        assert sum(bool(re.match(rf"{name}[;:]", line)) for line in events_of(lines)) == 2, name
    assert not any(line.startswith("REQUEST-STATUS") for line in lines)


def test_a_week_moved_before_the_invitation_is_part_of_it(person_id):
    planned = plan(AUTUMN)
    joined = Member(person_id, Series(planned.rhythm, moved={THIRD: WEDNESDAY}), uid=UID)

    part = joined.part()

    approve("moved_before", part)
    assert ORIGINAL in lines_of(part)
    assert joined.program.shows() == joined.meetings
    assert (WEDNESDAY.day, 8) in [(start.date(), start.hour) for start, _ in joined.meetings]


def test_cal_17_one_week_moved_travels_alone_with_a_higher_sequence(rosa):
    rosa.move(THIRD, WEDNESDAY)

    part = rosa.mail()

    approve("week_moved", part)
    assert rules_of(part) == one_week("REQUEST", 1, "CONFIRMED")
    assert rosa.program.shows() == rosa.meetings
    assert len(rosa.meetings) == 10


def test_cal_13_a_week_moved_twice_keeps_its_first_name(rosa):
    rosa.move(THIRD, WEDNESDAY)
    rosa.mail()
    rosa.move(THIRD, Slot(THIRD - 3 * DAY, time(14), time(15, 30)))

    part = rosa.mail()

    approve("week_moved_twice", part)
    assert rules_of(part) == one_week("REQUEST", 2, "CONFIRMED")
    assert "DTSTART;TZID=Europe/London:20261009T140000" in lines_of(part)
    assert rosa.program.shows() == rosa.meetings


def test_a_week_may_move_back_to_where_it_was(rosa):
    before = rosa.meetings
    rosa.move(THIRD, WEDNESDAY)
    rosa.mail()

    rosa.move(THIRD, nine_on(THIRD))
    rosa.mail()

    assert rosa.program.shows() == rosa.meetings == before


def test_two_weeks_moved_before_the_mail_went_travel_together(rosa):
    rosa.move(THIRD, WEDNESDAY)
    rosa.move(THIRD + 3 * WEEK, nine_on(THIRD + 22 * DAY))

    part = rosa.mail()

    assert sum("RECURRENCE-ID" in line for line in rules_of(part)) == 2
    assert sum("RRULE" in line for line in rules_of(part)) == 1
    assert rosa.program.shows() == rosa.meetings


def test_moving_a_week_where_it_is_tells_nobody(rosa):
    with transaction():
        assert series.move_week(rosa.invitation, THIRD, nine_on(THIRD), now=MADE) is Change.NONE

    assert (rosa.invitation.sequence, rosa.invitation.revision) == (0, 1)


def test_cal_16_a_week_on_its_neighbours_day_is_refused_and_nothing_changes(rosa):
    with pytest.raises(weeks.PastItsNeighbour):
        rosa.move(THIRD, Slot(THIRD + WEEK, time(16), time(17)))

    assert (rosa.invitation.sequence, rosa.invitation.revision) == (0, 1)
    assert rosa.program.shows() == rosa.meetings


def test_another_venue_asks_again_and_another_text_does_not(rosa):
    rosa.say(location="Library")
    venue = rosa.mail()
    rosa.say(title="Listening, again")
    text = rosa.mail()

    approve("venue", venue)
    approve("text", text)
    assert rules_of(venue) == rules_of(text)
    assert "REQUEST SEQUENCE:1" in rules_of(text)
    assert "SUMMARY:Listening\\, again" in lines_of(text)
    assert rosa.program.shows() == rosa.meetings


def test_another_text_repeats_what_moved_and_what_is_off(rosa):
    rosa.move(THIRD, WEDNESDAY)
    rosa.mail()
    rosa.cancel(AUTUMN + 5 * WEEK)
    rosa.mail()

    rosa.say(title="Listening, again")
    rosa.mail()

    assert rosa.program.shows() == rosa.meetings
    assert len(rosa.meetings) == 9


def test_cf_08_the_weekday_and_the_hour_of_a_series_never_change(rosa):
    with pytest.raises(ValueError, match="invite to another"):
        rosa.say(starts_at=rosa.invitation.event.starts_at + timedelta(hours=1))


def test_cal_3_a_week_that_is_off_is_cancelled_alone_without_a_rule(rosa):
    rosa.cancel(THIRD)

    part = rosa.mail()

    approve("week_cancelled", part)
    assert rules_of(part) == one_week("CANCEL", 1, "CANCELLED")
    assert rosa.program.shows() == rosa.meetings
    assert len(rosa.meetings) == 9


def test_a_moved_week_that_is_off_is_cancelled_under_its_first_name(rosa):
    rosa.move(THIRD, WEDNESDAY)
    rosa.mail()
    rosa.cancel(THIRD)

    part = rosa.mail()

    approve("moved_week_cancelled", part)
    assert rules_of(part) == one_week("CANCEL", 2, "CANCELLED")
    assert "DTSTART;TZID=Europe/London:20261014T090000" in lines_of(part)
    assert rosa.program.shows() == rosa.meetings


def test_cal_18_a_cancelled_week_stays_away_when_the_block_gets_longer(rosa):
    rosa.cancel(THIRD)
    rosa.mail()
    rosa.skip(AUTUMN + 6 * WEEK)

    part = rosa.mail()

    approve("cancelled_then_longer", part)
    assert "EXDATE;TZID=Europe/London:20261012T090000" in lines_of(part)
    assert rosa.program.shows() == rosa.meetings
    assert len(rosa.meetings) == 9


def test_cal_18_a_moved_week_stays_moved_when_the_block_gets_longer(rosa):
    rosa.move(THIRD, WEDNESDAY)
    rosa.mail()
    rosa.skip(AUTUMN + 6 * WEEK)

    part = rosa.mail()

    approve("moved_then_longer", part)
    assert ORIGINAL in lines_of(part)
    assert rosa.program.shows() == rosa.meetings
    assert len(rosa.meetings) == 10
    assert rosa.meetings[-1][0].date() == AUTUMN + 10 * WEEK


def test_in_07_skipping_week_four_leaves_ten_meetings(rosa):
    last = rosa.meetings[-1][0]
    rosa.skip(AUTUMN + 3 * WEEK)

    part = rosa.mail()

    approve("longer", part)
    assert rosa.program.shows() == rosa.meetings
    assert len(rosa.meetings) == 10
    assert rosa.meetings[-1][0] == last + WEEK
    assert rosa.invitation.sequence == 1


def test_skipping_nothing_new_tells_nobody(rosa):
    rosa.skip(AUTUMN)
    rosa.skip(AUTUMN)

    assert (rosa.invitation.sequence, rosa.invitation.revision) == (1, 2)


def test_a_cancelled_series_is_gone_and_nothing_brings_it_back(rosa):
    old = rosa.part()
    rosa.move(THIRD, WEDNESDAY)
    rosa.mail()
    rosa.leave()

    part = rosa.mail()

    approve("series_cancelled", part)
    assert {"CANCEL SEQUENCE:2", "CANCEL STATUS:CANCELLED"} <= set(rules_of(part))
    assert not any("RECURRENCE-ID" in line for line in rules_of(part))
    assert rosa.program.shows() == []
    rosa.program.take(old)
    assert rosa.program.shows() == []


def test_a_member_who_leaves_takes_nobody_with_them(rosa, make):
    sam = Member(make.person().id, plan(AUTUMN), occasion="member 18")

    sam.leave()
    sam.mail()

    assert sam.program.shows() == []
    assert rosa.program.shows() == rosa.meetings
    assert sam.invitation.uid != rosa.invitation.uid


def test_a_late_joiner_gets_what_is_to_come_as_it_stands_for_all(rosa, make):
    rosa.move(AUTUMN + 5 * WEEK, nine_on(AUTUMN + 36 * DAY))
    rosa.mail()
    rosa.cancel(AUTUMN + 7 * WEEK)
    rosa.mail()
    week_four = datetime(2026, 10, 18, 12, tzinfo=UTC)

    sam = Member(
        make.person().id, rosa.invitation.series, now=week_four, occasion="member 18", uid=UID[::-1]
    )

    approve("late_joiner", sam.part())
    assert sam.program.shows() == [one for one in rosa.meetings if one[0] > week_four]
    assert rosa.program.shows() == rosa.meetings
    assert (sam.invitation.sequence, sam.invitation.revision) == (0, 1)


def test_who_joins_between_a_moved_week_and_its_new_day_still_gets_it(rosa, make):
    rosa.move(AUTUMN + 9 * WEEK, nine_on(AUTUMN + 65 * DAY))
    tuesday = datetime(2026, 12, 1, 12, tzinfo=UTC)

    sam = Member(make.person().id, rosa.invitation.series, now=tuesday, occasion="member 18")

    assert sam.program.shows() == [rosa.meetings[-1]]


def test_who_comes_back_gets_a_new_uid(rosa, person_id):
    rosa.leave()
    rosa.mail()

    again = Member(person_id, plan(AUTUMN))

    rosa.program.take(again.part())
    assert again.invitation.uid != rosa.invitation.uid
    assert again.invitation.sequence == 0
    assert again.program.shows() == again.meetings


def test_a_stale_mail_and_the_same_mail_twice_change_nothing(rosa):
    first = rosa.part()
    rosa.move(THIRD, WEDNESDAY)
    second = rosa.mail()
    rosa.skip(AUTUMN + 6 * WEEK)
    third = rosa.mail()

    for late in (first, second, third, second, first):
        rosa.program.take(late)

    assert rosa.program.shows() == rosa.meetings


def test_cal_24_nobody_is_invited_to_a_series_that_is_over(person_id):
    over = datetime(2026, 11, 30, 9, tzinfo=UTC)

    with pytest.raises(changes.OccasionIsOver), transaction():
        series.invite_series("a", person_id, WORDS, plan(AUTUMN), organiser=ORGANISER, now=over)


def test_cal_24_no_mail_cancels_a_past_week(rosa):
    with pytest.raises(weeks.WeekIsOver), transaction():
        series.cancel_week(rosa.invitation, AUTUMN, now=datetime(2026, 9, 28, 8, tzinfo=UTC))

    assert rosa.invitation.revision == 1


def test_a_text_may_change_until_the_last_meeting_has_ended(rosa):
    said = rosa.invitation.event
    end = rosa.meetings[-1][1]
    for now, change in ((end - timedelta(seconds=1), Change.TEXT), (end, Change.NONE)):
        with transaction():
            new = building_words(said, now)
            assert invitations.revise(rosa.invitation, new, now=now) is change


def building_words(said, now):
    return type(said)(f"At {now}", "", said.location, "", said.starts_at, said.ends_at)


def test_cal_5_one_counter_for_all_changes_which_never_falls(rosa):
    seen = [rosa.invitation.sequence]
    for change in (
        lambda: rosa.move(THIRD, WEDNESDAY),
        lambda: rosa.cancel(AUTUMN),
        lambda: rosa.say(title="New"),
        lambda: rosa.skip(AUTUMN + 4 * WEEK),
        lambda: rosa.move(THIRD, nine_on(THIRD)),
        rosa.leave,
    ):
        change()
        seen.append(rosa.invitation.sequence)

    assert seen == [0, 1, 2, 2, 3, 4, 5]
    assert rosa.invitation.revision == 7


def test_cal_6_the_same_revision_gives_the_same_bytes_and_each_has_its_own_stamp(rosa):
    first = rosa.part()
    assert rosa.part() == first
    rosa.say(title="New")

    stamps = {line for line in lines_of(first) + lines_of(rosa.part()) if line[:7] == "DTSTAMP"}

    assert stamps == {"DTSTAMP:20260901T080000Z", "DTSTAMP:20260901T080100Z"}


def test_a_single_date_has_no_weeks(person_id):
    with transaction():
        single = invitations.invite("a", person_id, event(), organiser=ORGANISER, now=MADE)

    with pytest.raises(ValueError, match="single date"), transaction():
        series.cancel_week(single, AUTUMN, now=MADE)


def test_a_withdrawn_series_changes_no_more(rosa):
    rosa.leave()

    for change in (
        lambda: rosa.move(THIRD, WEDNESDAY),
        lambda: rosa.cancel(THIRD),
        lambda: rosa.skip(THIRD),
    ):
        with pytest.raises(ValueError, match="invite again instead"):
            change()


def test_cal_15_a_series_in_the_hour_of_a_clock_change_is_refused(person_id):
    sunday = Slot(date(2026, 9, 27), time(1, 30), time(3))
    with pytest.raises(rules.ClockChange):
        rules.plan_series(sunday, 10)
    unchecked = plan(AUTUMN)
    night = Series(type(unchecked.rhythm)(sunday.day, sunday.begins, sunday.ends, 10))

    with pytest.raises(rules.ClockChange), transaction():
        series.invite_series("a", person_id, WORDS, night, organiser=ORGANISER, now=MADE)


# The download and the feed.


def test_feed_4_a_file_holds_series_and_single_dates_with_the_uids_of_the_mails(rosa):
    rosa.move(THIRD, WEDNESDAY)
    rosa.cancel(AUTUMN)
    single = invitation(uid="single", said=event(starts_at=datetime(2027, 3, 3, 9, tzinfo=UTC)))

    written = building.download([rosa.invitation, single])

    assert_golden("calendar/series/download.ics", written.decode())
    events = parse_all(written)
    assert [str(one["UID"]) for one in events] == [UID, UID, "single"]
    assert b"METHOD" not in written
    assert b"mailto:" not in written
    both = sorted([*rosa.meetings, (single.event.starts_at, single.event.ends_at)])
    assert in_python([written]) == both


def test_feed_4_both_engines_read_the_file_of_a_series(rosa):
    rosa.move(THIRD, WEDNESDAY)
    rosa.cancel(AUTUMN)

    written = building.download([rosa.invitation])

    assert in_python([written]) == in_javascript([written]) == rosa.meetings


# Text.


@pytest.mark.parametrize(
    "title",
    [
        pytest.param('Say "hello", twice; or \\n', id="signs with a meaning"),
        pytest.param("Listening 🙂 at the café", id="emoji"),
        pytest.param("حقوق السكن", id="right to left"),
        pytest.param("x" * 300, id="300 characters"),
    ],
)
def test_cal_20_every_event_of_a_series_keeps_its_title(rosa, title):
    rosa.say(title=title)
    rosa.move(THIRD, WEDNESDAY)

    part = rosa.mail()

    assert {str(one["SUMMARY"]) for one in parse_all(part[1])} == {title}
    assert rosa.program.shows() == rosa.meetings


def test_forty_members_get_forty_parts_that_name_themselves_alone(make):
    people = [make.person() for _ in range(40)]
    members = []
    for person in people:
        one = Member(person.id, plan(AUTUMN), occasion=f"member {person.id}")
        one.person = Recipient(f"Name of {person.id}.", person.email, is_active=True)
        one.move(THIRD, WEDNESDAY)
        members.append(one)

    parts = [unfolded(one.part()[1]) for one in members]

    for lines, one in zip(parts, members, strict=True):
        text = "\n".join(lines)
        named = [other for other in members if other.person.address in text]
        assert named == [one]
        assert [other for other in members if other.person.name in text] == [one]
