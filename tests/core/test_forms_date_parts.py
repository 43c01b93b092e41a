"""Dates in three boxes: read liberally, refused in words, never an error page (C19, C20, C22)."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from swa.core.forms.date_parts import DatePartsField
from swa.core.forms.errors import error_list
from swa.core.forms.validators import enter

REAL = "Start date must be a real date"
FOUR = "Year must include 4 numbers"


class Planning(Form):
    start = DatePartsField("When is it?", [enter("the start date")], subject="Start date")


class MayBeEmpty(Form):
    start = DatePartsField("When is it? (optional)", subject="Start date")


def typed(*parts, form=Planning):
    names = zip(("day", "month", "year"), parts, strict=False)
    return form(MultiDict({f"start-{name}": text for name, text in names if text is not None}))


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        pytest.param(("3", "3", "2025"), date(2025, 3, 3), id="numbers"),
        pytest.param(("03", "03", "2025"), date(2025, 3, 3), id="leading zeros"),
        pytest.param((" 3 ", " 3", "2025 "), date(2025, 3, 3), id="blanks around"),
        pytest.param(("3", "march", "2025"), date(2025, 3, 3), id="a month by name"),
        pytest.param(("3", "MAR", "2025"), date(2025, 3, 3), id="three letters"),
        pytest.param(("3", "Mar.", "2025"), date(2025, 3, 3), id="three letters and a stop"),
        pytest.param(("30", "sept", "2026"), date(2026, 9, 30), id="sept"),
        pytest.param(("1st", "may", "2026"), date(2026, 5, 1), id="an ordinal"),
        pytest.param(("29", "2", "2028"), date(2028, 2, 29), id="a leap day"),
        pytest.param(("٣", "٣", "٢٠٢٥"), date(2025, 3, 3), id="digits of another script"),
    ],
)
def test_reads_a_date_as_people_write_it(parts, day):
    form = typed(*parts)

    assert form.validate()
    assert form.start.data == day


@pytest.mark.parametrize(
    ("parts", "sentence", "leads_to"),
    [
        pytest.param((None, None, None), "Enter the start date", "day", id="nothing was sent"),
        pytest.param(("", " ", ""), "Enter the start date", "day", id="all boxes empty"),
        pytest.param(
            ("3", None, None), "Start date must include a month and year", "month", id="1"
        ),
        pytest.param(("3", "3", ""), "Start date must include a year", "year", id="no year"),
        pytest.param(("", "3", "2025"), "Start date must include a day", "day", id="no day"),
        pytest.param(("3", "", "2025"), "Start date must include a month", "month", id="no month"),
        pytest.param(("3", "3", "25"), FOUR, "year", id="a year of two numbers"),
        pytest.param(("3", "3", "02025"), FOUR, "year", id="a year of five numbers"),
        pytest.param(("31", "2", "2025"), REAL, "day", id="31 February"),
        pytest.param(("29", "2", "2027"), REAL, "day", id="no leap year"),
        pytest.param(("0", "3", "2025"), REAL, "day", id="day nought"),
        pytest.param(("3", "13", "2025"), REAL, "day", id="month thirteen"),
        pytest.param(("3", "3", "0000"), REAL, "day", id="year nought"),
        pytest.param(("²", "3", "2025"), REAL, "day", id="a superscript"),
        pytest.param(("3", "ma", "2025"), REAL, "month", id="two letters could be two months"),
        pytest.param(("3", "3", "soon"), REAL, "year", id="a word for a year"),
        pytest.param(("-3", "3", "2025"), REAL, "day", id="a negative day"),
        pytest.param(("9" * 400, "3", "2025"), REAL, "day", id="400 digits"),
        pytest.param(("3", "3", "9" * 400), FOUR, "year", id="a year of 400 digits"),
        pytest.param(("3\x00", "3", "2025"), REAL, "day", id="a NUL"),
    ],
)
def test_says_what_is_wrong_and_where(parts, sentence, leads_to):
    form = typed(*parts)

    assert not form.validate()
    assert error_list(form) == [{"text": sentence, "href": f"#start-{leads_to}"}]


def test_an_optional_date_may_stay_empty():
    form = typed("", "", "", form=MayBeEmpty)

    assert form.validate()
    assert form.start.data is None


def test_an_optional_date_is_still_a_real_one():
    form = typed("31", "2", "2025", form=MayBeEmpty)

    assert not form.validate()
    assert form.start.errors == [REAL]


def test_keeps_what_was_typed_even_when_it_is_wrong():
    form = typed("31", "febuary", "2025")

    assert form.start.parts == {"day": "31", "month": "febuary", "year": "2025"}


def test_shows_a_date_that_is_known():
    form = Planning(data={"start": date(2026, 3, 29)})

    assert form.start.parts == {"day": "29", "month": "3", "year": "2026"}


def test_a_second_value_of_the_same_box_is_ignored():
    form = Planning(
        MultiDict(
            [("start-day", "3"), ("start-day", "4"), ("start-month", "3"), ("start-year", "2025")]
        )
    )

    assert form.validate()
    assert form.start.data == date(2025, 3, 3)
