"""Times as people write them; what may be morning or evening is asked (C22, C27)."""

from datetime import UTC, datetime, time

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from swa.core.forms.time_of_day import TimeOfDayField
from swa.core.forms.validators import enter

REAL = "Start time must be a real time, like 9:30am or 2pm"


class Planning(Form):
    start = TimeOfDayField("When?", [enter("the start time")], subject="Start time")


def typed(text):
    return Planning(MultiDict({"start": text}))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("9.30am", time(9, 30)),
        ("9:30 am", time(9, 30)),
        ("9 30 am", time(9, 30)),
        ("9.30 a.m.", time(9, 30)),
        ("930am", time(9, 30)),
        ("0930", time(9, 30)),
        ("0930hrs", time(9, 30)),
        ("09:30", time(9, 30)),
        ("09", time(9)),
        ("9AM", time(9)),
        (" 9 am ", time(9)),
        ("14:00", time(14)),
        ("1400", time(14)),
        ("14", time(14)),
        ("2pm", time(14)),
        ("2.05pm", time(14, 5)),
        ("10:30", time(10, 30)),
        ("12:30", time(12, 30)),
        ("12pm", time(12)),
        ("12:30pm", time(12, 30)),
        ("12am", time(0)),
        ("12:30am", time(0, 30)),
        ("00:00", time(0)),
        ("00:30", time(0, 30)),
        ("23:59", time(23, 59)),
        ("midday", time(12)),
        ("Noon", time(12)),
        ("12 noon", time(12)),
        ("midnight", time(0)),
        ("12 midnight", time(0)),
    ],
)
def test_reads_a_time_as_people_write_it(text, read):
    form = typed(text)

    assert form.validate(), form.start.errors
    assert form.start.data == read


@pytest.mark.parametrize("text", ["9", "1", "12", "9:30", "9.30", "2:15", "930"])
def test_asks_whether_it_is_morning_or_evening(text):
    form = typed(text)

    assert not form.validate()
    assert form.start.errors == [f"Start time must say am or pm, like {text}am or {text}pm"]


@pytest.mark.parametrize(
    "text",
    [
        "24:00",
        "9:60am",
        "13pm",
        "0am",
        "25",
        "soon",
        "9:3am",
        "9::30am",
        "-9am",
        "²am",
        "٩am",
        "9am\x00",
        "9" * 400,
        "9am 10am",
    ],
)
def test_refuses_what_is_no_time(text):
    form = typed(text)

    assert not form.validate()
    assert form.start.errors == [REAL]


@pytest.mark.parametrize("sent", [{}, {"start": ""}, {"start": "  "}])
def test_asks_for_a_time_when_there_is_none(sent):
    form = Planning(MultiDict(sent))

    assert not form.validate()
    assert form.start.errors == ["Enter the start time"]


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        pytest.param(time(9, 30), "9:30am", id="a time"),
        pytest.param(time(12), "midday", id="midday"),
        pytest.param(time(0), "midnight", id="midnight"),
        pytest.param(datetime(2026, 3, 3, 14, tzinfo=UTC), "2pm", id="the wall time of a moment"),
        pytest.param(None, "", id="nothing"),
    ],
)
def test_shows_a_time_that_is_known(known, shown):
    form = Planning(data={"start": known})

    assert form.start._value() == shown


def test_every_time_that_it_shows_it_also_reads():
    for minutes in range(24 * 60):
        known = time(*divmod(minutes, 60))
        shown = Planning(data={"start": known}).start._value()

        assert typed(shown).start.data == known


def test_keeps_what_was_typed_even_when_it_is_wrong():
    assert typed("half past").start._value() == "half past"
