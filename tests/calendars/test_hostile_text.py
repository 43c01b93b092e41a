"""No text that a person typed adds anything to a calendar part: DC-11, and ML-4, ML-5."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Event

from swa.calendars import building
from tests.support.examples import examples
from tests.support.icalendars import occurrences, parse_one, unfolded
from tests.support.invitations import ROSA, event, invitation, withdrawn

pytestmark = pytest.mark.once

PIECES = (
    "\r\n", "\n", "\r", "\x0b", "\x0c", "\x00", "\x85", "\u2028", "\u2029", "\t", " ", "\ufeff",
    "\ud800", "\\", "\\n", "\\N", "\\,", ";", ",", ":", '"', "'", "^", "^n", "^'", "=",
    "=?utf-8?q?a?=", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR", "ATTENDEE:mailto:e@f.example",
    "METHOD:CANCEL", "X-EVIL:1", ";CN=Eve", "🙂", "é", "ع", "\u202e", "x" * 70,
)  # fmt: skip
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=5).map("".join)
PATIENCE = 6 * 3600
SHAPE = re.compile(r'^[A-Z-]+(?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*:')
PLAIN = [
    line.split(":")[0].split(";")[0] for line in unfolded(building.request(invitation(), ROSA))
]


def names_of(lines):
    assert all(SHAPE.match(line) for line in lines)
    return [re.split("[:;]", line, maxsplit=1)[0] for line in lines]


@pytest.mark.figures
@pytest.mark.timeout(PATIENCE)
@examples("ics_round_trips", test=500, ci=5_000, soak=100_000)
@given(title=HOSTILE, name=HOSTILE)
def test_hostile_text_adds_nothing_and_comes_back(title, name):
    said = event(title=title, description=f"-{title}-", location=f"-{name}-")

    written = building.request(invitation(said=said), replace(ROSA, name=name))

    lines = unfolded(written)
    assert names_of(lines) == PLAIN
    assert len("".join(lines).splitlines()) == 1
    read = Event.from_ical(written[written.index(b"BEGIN:VEVENT") : -len(b"END:VCALENDAR\r\n")])
    assert read["SUMMARY"] == (building.one_line(title) or "Appointment")
    assert read["DESCRIPTION"] == building.several_lines(said.description)
    assert read["LOCATION"] == building.one_line(said.location)
    assert read["ATTENDEE"] == "mailto:rosa.okafor@example.org"
    assert set(read["ATTENDEE"].params) == {"CN", "CUTYPE", "PARTSTAT", "ROLE", "RSVP"}


@pytest.mark.figures
@pytest.mark.timeout(PATIENCE)
@examples("ics_by_strict_parsers", test=100, ci=500, soak=10_000)
@given(title=HOSTILE, description=HOSTILE, name=HOSTILE, organiser=HOSTILE)
def test_the_strict_parsers_are_content_with_hostile_text(title, description, name, organiser):
    said = event(title=title, description=description)
    columns = {"said": said, "organiser_name": organiser}
    addressee = replace(ROSA, name=name)

    parse_one(building.request(invitation(**columns), addressee))
    parse_one(building.cancel(withdrawn(**columns), addressee))
    parse_one(building.download([invitation(**columns)]))


@pytest.mark.figures
@pytest.mark.timeout(PATIENCE)
@examples("ics_addresses", test=500, ci=5_000, soak=100_000)
@given(address=HOSTILE)
def test_an_address_stays_on_its_line_or_is_refused(address):
    try:
        written = building.request(invitation(), replace(ROSA, address=address))
    except ValueError:
        return

    assert names_of(unfolded(written)) == PLAIN
    assert len("".join(unfolded(written)).splitlines()) == 1


@pytest.mark.figures
@pytest.mark.timeout(PATIENCE)
@examples("ics_moments", test=200, ci=1_000, soak=20_000)
@given(
    moment=st.integers(0, 4 * 365 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    minutes=st.integers(1, 3 * 24 * 60),
)
def test_every_moment_is_shown_as_it_is(moment, minutes):
    written = building.request(invitation(said=event(starts_at=moment, minutes=minutes)), ROSA)

    assert occurrences(written) == [(moment, moment + timedelta(minutes=minutes))]


def test_nobody_but_the_addressee_is_named():
    people = [
        replace(ROSA, name=f"Person {n}", address=f"p{n}@example.org") for n in range(100, 140)
    ]

    parts = [
        "".join(unfolded(building.request(invitation(id=n, uid=f"uid-{n}"), person)))
        for n, person in enumerate(people)
    ]

    for part, person in zip(parts, people, strict=True):
        named = {other for other in people if other.address in part or other.name in part}
        assert named == {person}
        assert part.count("ATTENDEE") == 1
        assert part.count("mailto:") == 2


@pytest.mark.parametrize(
    "title",
    [
        "kinship carers, group “A” – Café 🙂; a\\b",
        "Ends with a backslash\\",
        "C:\\New\\notes",
        "A written \\n is no line end, nor is \\, a comma",
        "BEGIN:VEVENT",
        'Quotes " and colons: and semicolons;',
        "حقوق السكن",
        "x" * 300,
        "🙂" * 300,
        "é" * 37 + "🙂" * 40,
    ],
)
def test_a_title_comes_back_as_it_was(title):
    written = building.request(invitation(said=event(title=title)), ROSA)

    assert parse_one(written)["SUMMARY"] == title


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour", id="line ends"),
        pytest.param("a\x0bb\x0cc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf", id="rare line ends"),
        pytest.param("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef", id="control characters"),
        pytest.param("\ufeffa\ud800b", "ab", id="byte order mark and half a pair"),
        pytest.param("a\tb", "a b", id="tab"),
        pytest.param("👩\u200d⚕️", "👩\u200d⚕️", id="a joined emoji stays one"),
    ],
)
def test_what_is_not_text_goes_from_a_description(typed, kept):
    written = building.request(invitation(said=event(description=typed)), ROSA)

    assert parse_one(written)["DESCRIPTION"] == kept


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param('Ro "Rosie" Okafor', "Ro 'Rosie' Okafor", id="double quotes"),
        pytest.param("Okafor, Rosa; dr: x", "Okafor, Rosa; dr: x", id="separators"),
        pytest.param("Rosa\\;RSVP=FALSE", "Rosa ;RSVP=FALSE", id="backslash"),
        pytest.param("Rosa ^n Okafor", "Rosa n Okafor", id="caret"),
        pytest.param("Rosa\r\nATTENDEE:mailto:x@y.z", "Rosa ATTENDEE:mailto:x@y.z", id="line end"),
        pytest.param("روزا", "روزا", id="right to left"),
        pytest.param("Rosa 🙂", "Rosa 🙂", id="emoji"),
        pytest.param(" \x00 ", "rosa.okafor@example.org", id="no name at all"),
    ],
)
def test_a_name_stays_inside_its_parameter(name, shown):
    written = building.request(invitation(), replace(ROSA, name=name))

    attendee = parse_one(written)["ATTENDEE"]
    assert attendee == "mailto:rosa.okafor@example.org"
    assert attendee.params["CN"] == shown
    assert not any("^" in line for line in unfolded(written))


@pytest.mark.parametrize(
    "address", ["", "a@b.c\r\nX-EVIL:1", "a@b.c\n", "a b@c.d", "a@b.c\x00", "a@b.c\u2028"]
)
def test_an_address_that_breaks_the_line_is_refused(address):
    with pytest.raises(ValueError, match="no address"):
        building.request(invitation(), replace(ROSA, address=address))
    with pytest.raises(ValueError, match="no address"):
        building.request(invitation(organiser=address), ROSA)


def test_a_page_address_that_breaks_the_line_is_refused():
    with pytest.raises(ValueError, match="no address"):
        building.download([invitation(said=event(url="https://x.example\r\nATTENDEE:mailto:a@b"))])
