"""Each byte of a calendar part: DC-11, and CAL-1 to CAL-10, CAL-20 to CAL-24 of the notes."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from swa.calendars import building
from swa.calendars.timezone import VTIMEZONE_LONDON
from swa.calendars.types import Answer
from tests.support.golden import assert_golden
from tests.support.icalendars import itip_faults, occurrences, parse_one, unfolded
from tests.support.invitations import MADE, ROSA, START, event, invitation, withdrawn

CASES = {
    "invited": lambda: building.request(invitation(), ROSA),
    "text_changed": lambda: building.request(
        invitation(
            said=event(title="Core Conversations: listening well"),
            revision=2,
            revised_at=MADE + timedelta(days=1),
            answer=Answer.ACCEPTED,
        ),
        ROSA,
    ),
    "moved": lambda: building.request(
        invitation(
            said=event(starts_at=START + timedelta(days=28, hours=-1)),
            sequence=1,
            revision=2,
            revised_at=MADE + timedelta(days=1),
        ),
        ROSA,
    ),
    "withdrawn": lambda: building.cancel(
        withdrawn(revision=2, revised_at=MADE + timedelta(days=1)), ROSA
    ),
    "download": lambda: building.download([invitation()]),
}


@pytest.mark.parametrize("name", CASES)
def test_the_bytes_are_those_that_somebody_approved(name):
    assert_golden(f"calendar/{name}.ics", CASES[name]().decode())


@pytest.mark.parametrize("name", CASES)
def test_every_parser_is_content(name):
    parse_one(CASES[name]())


@pytest.mark.parametrize("name", CASES)
def test_the_same_revision_gives_the_same_bytes(name):
    assert CASES[name]() == CASES[name]()


def test_a_request_has_what_itip_wants():
    """CAL-1, CAL-2."""
    lines = unfolded(building.request(invitation(), ROSA))

    assert lines[0] == "BEGIN:VCALENDAR"
    for line in (
        "VERSION:2.0",
        "PRODID:-//Social Welfare Alliance//Training and peer support//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "UID:5f1e5f5a-9f0e-4a6e-8f43-0c4d3a1b2c3d",
        "SEQUENCE:0",
        "DTSTAMP:20270104T080000Z",
        "LAST-MODIFIED:20270104T080000Z",
        "CREATED:20270104T080000Z",
        "DTSTART;TZID=Europe/London:20270303T093000",
        "DTEND;TZID=Europe/London:20270303T113000",
        "SUMMARY:Core Conversations: listening first",
        "DESCRIPTION:Bring a pen.\\n\\nWe begin on time.",
        "LOCATION:Room 2\\, Town Hall",
        "URL:https://swa.example.org/sessions/7",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "X-MICROSOFT-DISALLOW-COUNTER:TRUE",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        'ORGANIZER;CN="Social Welfare Alliance":mailto:training@swa.example.org',
        (
            'ATTENDEE;CN="Rosa Okafor";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;'
            "ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:rosa.okafor@example.org"
        ),
    ):
        assert lines.count(line) == 1, line
    assert not any(line.startswith(("REQUEST-STATUS", "CLASS", "BEGIN:VALARM")) for line in lines)


def test_a_cancel_has_what_itip_wants():
    lines = unfolded(building.cancel(withdrawn(answer=Answer.ACCEPTED), ROSA))

    for line in (
        "METHOD:CANCEL",
        "STATUS:CANCELLED",
        "SEQUENCE:1",
        "UID:5f1e5f5a-9f0e-4a6e-8f43-0c4d3a1b2c3d",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        'ORGANIZER;CN="Social Welfare Alliance":mailto:training@swa.example.org',
        (
            'ATTENDEE;CN="Rosa Okafor";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;'
            "ROLE=REQ-PARTICIPANT:mailto:rosa.okafor@example.org"
        ),
    ):
        assert lines.count(line) == 1, line
    assert not any(line.startswith(("RRULE", "RECURRENCE-ID")) for line in lines[20:])


def test_the_time_zone_is_our_own():
    lines = unfolded(building.request(invitation(), ROSA))

    zone = lines[lines.index("BEGIN:VTIMEZONE") : lines.index("END:VTIMEZONE") + 1]
    swapped = [re.sub("(BYDAY=-1SU);(BYMONTH=[0-9]+)", r"\2;\1", line) for line in zone]
    assert sorted(swapped) == sorted(VTIMEZONE_LONDON.split())


@pytest.mark.parametrize(
    ("answer", "written"), [(answer, answer.value.upper()) for answer in Answer]
)
def test_the_stored_answer_is_sent_along(answer, written):
    asked = parse_one(building.request(invitation(answer=answer), ROSA))

    assert asked["ATTENDEE"].params["PARTSTAT"] == written


@pytest.mark.parametrize(
    ("starts_at", "minutes"),
    [
        pytest.param(datetime(2026, 3, 28, 9, 0, tzinfo=UTC), 120, id="winter, the day before"),
        pytest.param(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 60, id="over the March change"),
        pytest.param(datetime(2026, 3, 29, 8, 0, tzinfo=UTC), 120, id="summer, the same day"),
        pytest.param(datetime(2026, 10, 24, 22, 0, tzinfo=UTC), 150, id="ends in the first pass"),
        pytest.param(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 15, id="inside the first pass"),
        pytest.param(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 60, id="from first to second pass"),
        pytest.param(datetime(2026, 10, 25, 1, 15, tzinfo=UTC), 30, id="inside the second pass"),
        pytest.param(datetime(2026, 10, 25, 9, 0, tzinfo=UTC), 120, id="winter, the same day"),
        pytest.param(datetime(2027, 3, 28, 8, 0, tzinfo=UTC), 120, id="summer 2027"),
        pytest.param(datetime(2027, 3, 29, 8, 0, tzinfo=UTC), 120, id="Easter Monday 2027"),
        pytest.param(datetime(2027, 10, 31, 0, 59, tzinfo=UTC), 1, id="one minute, October 2027"),
        pytest.param(datetime(2027, 12, 31, 23, 0, tzinfo=UTC), 120, id="over midnight"),
    ],
)
def test_calendars_show_the_very_moment(starts_at, minutes):
    said = event(starts_at=starts_at, minutes=minutes)

    written = building.request(invitation(said=said), ROSA)

    parse_one(written)
    assert occurrences(written) == [(said.starts_at, said.ends_at)]


@pytest.mark.parametrize(
    ("moment", "wall"),
    [
        pytest.param(datetime(2026, 10, 19, 8, tzinfo=UTC), "20261019T090000", id="last in summer"),
        pytest.param(
            datetime(2026, 10, 26, 9, tzinfo=UTC), "20261026T090000", id="first in winter"
        ),
        pytest.param(datetime(2027, 3, 22, 9, tzinfo=UTC), "20270322T090000", id="last in winter"),
        pytest.param(datetime(2027, 3, 29, 8, tzinfo=UTC), "20270329T090000", id="first in summer"),
    ],
)
def test_nine_in_london_is_written_as_nine(moment, wall):
    lines = unfolded(building.request(invitation(said=event(starts_at=moment)), ROSA))

    assert f"DTSTART;TZID=Europe/London:{wall}" in lines


def test_what_is_empty_is_left_out():
    said = event(description=" \n ", location="\x00", url="", title="\x07")

    written = parse_one(building.request(invitation(said=said), ROSA))

    assert not {"DESCRIPTION", "LOCATION", "URL"} & set(written)
    assert written["SUMMARY"] == "Appointment"


def test_a_place_of_several_lines_goes_on_one():
    written = building.request(invitation(said=event(location="Room 2\nTown Hall")), ROSA)

    assert parse_one(written)["LOCATION"] == "Room 2 Town Hall"


def test_somebody_who_owns_the_organisers_mailbox_gets_no_calendar_part():
    owner = replace(ROSA, address="Training@swa.example.org")

    assert building.itip_part(invitation(), owner) is None
    with pytest.raises(building.OrganiserIsInvited):
        building.request(invitation(), owner)
    with pytest.raises(building.OrganiserIsInvited):
        building.cancel(withdrawn(), owner)


def test_the_state_decides_the_method():
    standing, gone = invitation(), withdrawn()

    assert building.itip_part(standing, ROSA) == ("REQUEST", building.request(standing, ROSA))
    assert building.itip_part(gone, ROSA) == ("CANCEL", building.cancel(gone, ROSA))


def test_a_withdrawn_invitation_is_never_requested_nor_a_standing_one_cancelled():
    with pytest.raises(ValueError, match="withdrawn, not standing"):
        building.request(withdrawn(), ROSA)
    with pytest.raises(ValueError, match="standing, not withdrawn"):
        building.cancel(invitation(), ROSA)


def test_a_download_names_nobody_and_has_no_method():
    lines = unfolded(building.download([invitation()]))

    assert "UID:5f1e5f5a-9f0e-4a6e-8f43-0c4d3a1b2c3d" in lines
    assert not any(line.startswith(("METHOD", "ATTENDEE", "ORGANIZER")) for line in lines)
    assert "mailto:" not in "".join(lines)


def test_a_download_may_hold_several_in_the_order_given():
    second = invitation(uid="b", said=event(starts_at=START + timedelta(days=7)))
    gone = withdrawn(uid="c")

    written = building.download([second, gone, invitation(uid="a")])

    events = Calendar.from_ical(written).walk("VEVENT")
    assert [event["UID"] for event in events] == ["b", "c", "a"]
    assert [event["STATUS"] for event in events] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert itip_faults(written) == []
    assert unfolded(written).count("BEGIN:VTIMEZONE") == 1


def test_the_checker_sees_what_is_wrong():
    good = building.request(invitation(), ROSA)
    for broken in (
        good.replace(b"UID:", b"X-UID:"),
        good.replace(b"ORGANIZER;", b"X-ORGANISER;"),
        good.replace(b"ATTENDEE;", b"X-ATTENDEE;"),
        good.replace(b"DTSTAMP:", b"X-DTSTAMP:"),
        good.replace(b"STATUS:CONFIRMED", b"STATUS:FOO"),
        good.replace(b"SUMMARY:", b"SUMMARY:Twice\r\nSUMMARY:"),
    ):
        assert itip_faults(broken), "libical is content with anything"
