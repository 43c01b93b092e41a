"""The checklist of the calendar notes (section 2), line by line, where no other test names it.

DC-11. Each holds for every event of every kind of part: single dates, series, weeks, files.
"""

import re
import uuid

import pytest

from swa.calendars import building
from swa.calendars.timezone import VTIMEZONE_LONDON
from swa.core.dates import LONDON
from swa.messaging.types import Recipient
from swa.sessions.emails.events import event_of, event_to_run
from tests.support.icalendars import parse_all, unfolded
from tests.support.invitations import ROSA, invitation, withdrawn
from tests.support.series import AUTUMN, DAY, WEEK, Member, nine_on, plan

THIRD = AUTUMN + 2 * WEEK


@pytest.fixture
def member(make):
    return Member(make.person().id, plan(AUTUMN))


@pytest.fixture
def parts(member):
    """Every kind of part that can travel, by name."""
    made = {"single": ("REQUEST", building.request(invitation(), ROSA))}
    made["single cancelled"] = ("CANCEL", building.cancel(withdrawn(), ROSA))
    made["series"] = member.part()
    member.move(THIRD, nine_on(THIRD + DAY))
    made["week moved"] = member.mail()
    member.cancel(AUTUMN)
    made["week cancelled"] = member.mail()
    member.skip(AUTUMN + 4 * WEEK)
    made["series with exceptions"] = member.mail()
    made["file"] = ("", building.download([member.invitation, invitation()]))
    member.leave()
    made["series cancelled"] = member.mail()
    return made


def test_cal_4_the_uid_is_random_and_the_same_wherever_it_stands(member, make):
    other = Member(make.person().id, plan(AUTUMN), occasion="member 18")
    uid = member.invitation.uid

    assert uuid.UUID(uid).version == 4
    assert uid != other.invitation.uid
    for data in (member.part()[1], building.download([member.invitation])):
        assert {str(one["UID"]) for one in parse_all(data)} == {uid}


def test_cal_7_the_one_attendee_is_who_the_mail_goes_to(parts):
    for name, (method, data) in parts.items():
        lines = [line for line in unfolded(data) if line.startswith("ATTENDEE")]
        asks = ";RSVP=TRUE" if method == "REQUEST" else ""
        wanted = (
            'ATTENDEE;CN="Rosa Okafor";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;'
            f"ROLE=REQ-PARTICIPANT{asks}:mailto:rosa.okafor@example.org"
        )
        events = len(parse_all(data))
        assert lines == ([wanted] * events if method else []), name


def test_cal_8_the_organiser_is_never_the_attendee(member):
    owner = Recipient("Training team", member.invitation.organiser.upper(), is_active=True)

    assert building.itip_part(member.invitation, owner) is None
    with pytest.raises(building.OrganiserIsInvited):
        building.request(member.invitation, owner)


def test_cal_9_start_and_end_are_london_time_and_block_it_only_when_it_is_on(parts):
    for name, (_, data) in parts.items():
        for one in parse_all(data):
            assert one["DTSTART"].dt.tzinfo == one["DTEND"].dt.tzinfo == LONDON, name
            is_on = one["STATUS"] == "CONFIRMED"
            assert one["TRANSP"] == ("OPAQUE" if is_on else "TRANSPARENT"), name
        assert b"TZID=GMT" not in data


def test_cal_10_each_part_carries_our_own_two_rules(parts):
    def in_any_order(lines):
        return sorted(";".join(sorted(line.split(";"))) for line in lines)

    for name, (_, data) in parts.items():
        lines = unfolded(data)
        zone = lines[lines.index("BEGIN:VTIMEZONE") : lines.index("END:VTIMEZONE") + 1]
        # icalendar writes the parts of a rule in the order of the alphabet, after "RRULE:FREQ".
        rules = [line.replace("RRULE:", "RRULE;") for line in zone]
        ours = [line.replace("RRULE:", "RRULE;") for line in VTIMEZONE_LONDON.split()]
        assert in_any_order(rules) == in_any_order(ours), name


def test_cal_12_every_left_out_date_has_its_own_line_at_the_hour_of_the_series(parts):
    lines = unfolded(parts["series with exceptions"][1])

    assert [line for line in lines if line.startswith("EXDATE")] == [
        "EXDATE;TZID=Europe/London:20260928T090000",
        "EXDATE;TZID=Europe/London:20261026T090000",
    ]


def test_cal_19_no_part_has_a_date_list(parts):
    assert not any(b"RDATE" in data for _, data in parts.values())


def test_cal_21_what_cannot_be_printed_is_gone_and_a_broken_address_is_refused(member):
    member.say(title="Listening\x07 \x0band\x1b learning", description="a\u2028b")

    (whole,) = parse_all(member.part()[1])

    assert whole["SUMMARY"] == "Listening and learning"
    assert whole["DESCRIPTION"] == "a\nb"
    member.say(url="https://swa.example.org/\r\nATTENDEE:mailto:eve@example.org")
    with pytest.raises(ValueError, match="no address"):
        member.part()


def test_cal_22_an_entry_of_a_session_holds_nothing_private(make):
    session = make.session(online_link="https://meet.example.org/secret-room")
    names = [make.person(name=f"Somebody {n}").name for n in range(3)]

    for said in (event_of(session), event_to_run(session)):
        text = "".join(unfolded(building.request(invitation(said=said), ROSA)))
        assert "secret-room" not in text
        assert not re.search(r"[?&=](token|key|code)|/link/", text)
        assert not any(name in text for name in names)
        assert re.search(r"http://localhost/(bookings|sessions)/([a-z]+/)?$", said.url)


def test_cal_23_no_alarm_no_counter_and_busy_only_when_it_is_on(parts):
    for name, (method, data) in parts.items():
        lines = unfolded(data)
        events = parse_all(data)
        on = sum(one["STATUS"] == "CONFIRMED" for one in events)
        assert "BEGIN:VALARM" not in lines, name
        assert lines.count("X-MICROSOFT-CDO-BUSYSTATUS:BUSY") == on, name
        assert lines.count("X-MICROSOFT-CDO-BUSYSTATUS:FREE") == len(events) - on, name
        counters = lines.count("X-MICROSOFT-DISALLOW-COUNTER:TRUE")
        assert counters == (len(events) if method else 0), name


def test_the_parts_above_are_what_they_are_called(parts):
    shapes = {
        name: (method, len(parse_all(data)), b"RRULE:FREQ=WEEKLY" in data, b"RECURRENCE-ID" in data)
        for name, (method, data) in parts.items()
    }

    assert shapes == {
        "single": ("REQUEST", 1, False, False),
        "single cancelled": ("CANCEL", 1, False, False),
        "series": ("REQUEST", 1, True, False),
        "week moved": ("REQUEST", 1, False, True),
        "week cancelled": ("CANCEL", 1, False, True),
        "series with exceptions": ("REQUEST", 2, True, True),
        "file": ("", 3, True, True),
        "series cancelled": ("CANCEL", 1, True, False),
    }
