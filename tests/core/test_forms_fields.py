"""Fields with our manners: tidy texts, empty choices, disabled choices, sentences (C18 to C22)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from werkzeug.datastructures import MultiDict
from wtforms import FileField, Form

from swa.core.forms.fields import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from swa.core.forms.validators import InTheFuture, OnceThatDay, at_most, between, enter, select_one

CHOICES = [
    SelectChoice("1", "Monday"),
    SelectChoice("2", "Tuesday", {"disabled": True}),
    SelectChoice("3", "Wednesday"),
]


class Booking(Form):
    name = StringField("Name", [enter("your name"), at_most(10, "Name")])
    words = TextAreaField("Words", [at_most(5, "Words")])
    places = IntegerField(
        "Places",
        [enter("the number of places"), between(1, 20, "Places", " people")],
        invalid_value_message="Places must be a whole number",
    )
    day = RadioField("Day", [select_one("a day")], choices=CHOICES)
    room = SelectField("Room", choices=[SelectChoice("", "Any"), *CHOICES], coerce=int)
    days = SelectMultipleField("Days", choices=CHOICES, coerce=int)
    agree = BooleanField("I agree")
    list = FileField("List", [enter("a list")])


GOOD = {"name": "Amina", "places": "12", "day": "1"}


def typed(**changes):
    form = Booking(MultiDict(GOOD | changes))
    form.validate()
    return form


def test_a_line_is_trimmed_and_stays_one_line():
    assert typed(name="  Amina\r\nBegum\x00 ").name.data == "Amina Begum"


def test_a_text_keeps_its_lines_and_loses_what_cannot_be_stored():
    assert typed(words=" a\r\nb\x00\x1f\rc ").words.data == "a\nb\nc"


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        pytest.param("12345", [], id="five characters"),
        pytest.param("1\r\n34", [], id="a new line counts as one"),
        pytest.param("123456", ["Words must be 5 characters or fewer"], id="six characters"),
    ],
)
def test_the_length_of_a_text_is_limited(text, errors):
    assert list(typed(words=text).words.errors) == errors


@pytest.mark.parametrize("sent", ["", "   ", "\r\n"])
def test_blanks_are_no_answer(sent):
    assert typed(name=sent).name.errors == ["Enter your name"]


@pytest.mark.parametrize(
    ("text", "number", "errors"),
    [
        pytest.param("12", 12, [], id="a number"),
        pytest.param(" 12 ", 12, [], id="blanks around"),
        pytest.param("1", 1, [], id="the smallest"),
        pytest.param("20", 20, [], id="the largest"),
        pytest.param("0", 0, ["Places must be between 1 and 20 people"], id="below"),
        pytest.param("21", 21, ["Places must be between 1 and 20 people"], id="above"),
        pytest.param("1,000", 1000, ["Places must be between 1 and 20 people"], id="a comma"),
        pytest.param("", None, ["Enter the number of places"], id="nothing"),
        pytest.param("twelve", None, ["Places must be a whole number"], id="a word"),
        pytest.param("1.5", None, ["Places must be a whole number"], id="a fraction"),
        pytest.param("²", None, ["Places must be a whole number"], id="a superscript"),
        pytest.param("1_0", None, ["Places must be a whole number"], id="an underscore"),
        pytest.param("9" * 400, None, ["Places must be a whole number"], id="400 digits"),
    ],
)
def test_reads_a_whole_number(text, number, errors):
    form = typed(places=text)

    assert form.places.data == number
    assert form.places.errors[:1] == errors


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        pytest.param("1", [], id="on offer"),
        pytest.param("2", ["Select one of the options in the list"], id="disabled"),
        pytest.param("4", ["Select one of the options in the list"], id="never offered"),
        pytest.param("", ["Select a day"], id="nothing"),
    ],
)
def test_only_what_is_offered_can_be_chosen(sent, errors):
    assert list(typed(day=sent).day.errors) == errors


def test_nothing_sent_for_a_choice_asks_for_one():
    form = Booking(MultiDict({"name": "Amina"}))
    form.validate()

    assert form.day.errors == ["Select a day"]


@pytest.mark.parametrize(
    ("sent", "chosen", "is_fine"),
    [("", None, True), ("3", 3, True), ("2", 2, False), ("x", None, False)],
)
def test_the_empty_choice_of_a_list_is_none(sent, chosen, is_fine):
    form = typed(room=sent)

    assert form.room.data == chosen
    assert (not form.room.errors) is is_fine


@pytest.mark.parametrize(
    ("sent", "chosen", "is_fine"),
    [([], [], True), (["1", "3"], [1, 3], True), (["1", "2"], [1, 2], False), (["x"], [], False)],
)
def test_any_number_of_boxes(sent, chosen, is_fine):
    form = Booking(MultiDict([*GOOD.items(), *(("days", value) for value in sent)]))
    form.validate()

    assert form.days.data == chosen
    assert (not form.days.errors) is is_fine


def test_a_box_is_ticked_or_not():
    assert typed(agree="y").agree.data is True
    assert typed().agree.data is False


def test_a_missing_file_is_asked_for():
    assert typed().list.errors == ["Enter a list"]


class Planning(Form):
    day = StringField("Day", [InTheFuture("Date")])


@pytest.mark.parametrize(
    ("days", "errors"), [(-1, ["Date must be in the future"]), (0, []), (1, [])]
)
def test_a_day_before_today_is_refused(days, errors):
    form = Planning()
    form.day.data = date(2026, 3, 29) + timedelta(days=days)

    with time_machine.travel(datetime(2026, 3, 29, 12, tzinfo=UTC)):
        form.validate()

    assert list(form.day.errors) == errors


@pytest.mark.parametrize(
    ("day", "errors"),
    [
        (date(2100, 12, 31), []),
        (date(2101, 1, 1), ["Date must be in 2100 or earlier"]),
        (date.max, ["Date must be in 2100 or earlier"]),
    ],
)
def test_a_day_that_nobody_plans_for_is_refused(day, errors):
    form = Planning()
    form.day.data = day

    form.validate()

    assert list(form.day.errors) == errors


def test_today_is_the_day_in_london():
    form = Planning()
    form.day.data = date(2026, 7, 1)

    with time_machine.travel(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)):  # half past midnight there
        form.validate()

    assert form.day.errors == ["Date must be in the future"]


class Meeting(Form):
    day = StringField("Day")
    at = StringField("Start time", [enter("a start time"), OnceThatDay("day", "Start time")])


SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


@pytest.mark.parametrize(
    ("day", "hour", "is_taken"),
    [
        (SPRING, time(0, 59), True),
        (SPRING, time(1, 0), False),
        (SPRING, time(1, 59), False),
        (SPRING, time(2, 0), True),
        (AUTUMN, time(0, 59), True),
        (AUTUMN, time(1, 0), False),
        (AUTUMN, time(1, 59), False),
        (AUTUMN, time(2, 0), True),
        (date(2027, 3, 27), time(1, 30), True),
        (None, time(1, 30), True),
    ],
)
def test_an_hour_that_the_clocks_skip_or_repeat_is_refused(day, hour, is_taken):
    """CAL-15; without a day the other field says what is wrong."""
    form = Meeting(MultiDict({"at": "typed"}))
    form.day.data, form.at.data = day, hour

    form.validate()

    wrong = "Start time must be outside the hour when the clocks change"
    assert list(form.at.errors) == ([] if is_taken else [wrong])
