"""What the widgets draw: the eight defects that we did not take (C18, C19, C23, IN-17)."""

import pytest
from bs4 import BeautifulSoup
from werkzeug.datastructures import MultiDict
from wtforms import FileField, Form

from swa.core.forms import widgets
from swa.core.forms.date_parts import DatePartsField
from swa.core.forms.errors import error_list
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
from swa.core.forms.time_of_day import TimeOfDayField
from swa.core.forms.validators import at_most, enter, select_one
from tests.support.plain_app import plain_app

DAYS = [
    SelectChoice("1", "Monday", {"disabled": True}),
    SelectChoice("2", "Tuesday", {"hint": "<b>Only</b> online"}),
    SelectChoice("3", "Wednesday"),
]
GROUPED = [
    SelectChoice("1", "Monday", optgroup="Week"),
    SelectChoice("2", "Tuesday", optgroup="Week"),
    SelectChoice("6", "Saturday", optgroup="Weekend"),
]


class Everything(Form):
    name = StringField("Name & role", [enter("a name")])
    email = StringField("Email", [enter("an email")], widget=widgets.email_input())
    code = StringField("Code", [enter("the code")], widget=widgets.code_input())
    places = IntegerField("Places", [enter("the places")])
    words = TextAreaField("Words", [enter("words"), at_most(9, "Words")])
    counted = TextAreaField(
        "Counted", [enter("more"), at_most(9, "Counted")], widget=widgets.character_count(9)
    )
    upload = FileField("File", [enter("a file")], widget=widgets.file_input(".csv"))
    day = RadioField("Day", [select_one("a day")], choices=DAYS, widget=widgets.radios(inline=True))
    days = SelectMultipleField("Days", [select_one("days")], choices=DAYS)
    week = RadioField("Week", [select_one("a week day")], choices=GROUPED)
    room = SelectField("Room", [select_one("a room")], choices=[SelectChoice("", "Choose"), *DAYS])
    hall = SelectField("Hall", [select_one("a hall")], choices=GROUPED)
    agree = BooleanField("I agree", [select_one("if you agree")])
    start = DatePartsField("Start", [enter("the date")])
    at = TimeOfDayField("At", [enter("the time")])


class Described(Form):
    name = StringField("Name", description="As on your badge")
    day = RadioField("Day", choices=DAYS, description="Pick one")
    agree = BooleanField("I agree", description="You can change it later")


FIELDS = [name for name in vars(Everything) if not name.startswith("_")]


@pytest.fixture(autouse=True)
def context():
    with plain_app().test_request_context():
        yield


def drawn(field, **changes):
    return BeautifulSoup(field(**changes), "html.parser")


def whole(form):
    return BeautifulSoup("".join(str(field()) for field in form), "html.parser")


@pytest.mark.parametrize("sent", [None, {}], ids=["fresh", "failed"])
def test_no_field_lets_the_browser_judge(sent):
    form = Everything(MultiDict(sent) if sent is not None else None)
    form.validate()

    assert not whole(form).select("[required], [minlength], [pattern], [type=number]")


def test_every_error_leads_to_an_input_that_can_take_the_focus():
    form = Everything(MultiDict())
    form.validate()
    page, errors = whole(form), error_list(form)

    assert len(errors) == len(FIELDS)
    for error in errors:
        target = page.select_one(error["href"])
        assert target is not None, error
        assert target.name in {"input", "textarea", "select"}, error
        assert not target.has_attr("disabled"), error


def test_the_same_words_stand_beside_the_field():
    form = Everything(MultiDict())
    form.validate()
    beside = [
        tag.text.replace("Error:", "").strip() for tag in whole(form).select(".govuk-error-message")
    ]

    assert beside == [error["text"] for error in error_list(form)]


def test_every_input_has_its_own_id_and_label():
    page = whole(Everything())
    inputs = page.select("input, textarea, select")
    ids = [tag["id"] for tag in inputs]

    assert len(ids) == len(set(ids))
    assert all(page.select_one(f"label[for='{id_}']") for id_ in ids)


def test_no_empty_hint_and_nothing_described_by_what_is_not_there():
    page = whole(Everything())

    assert not [hint for hint in page.select(".govuk-hint") if not hint.text.strip()]
    for tag in page.select("[aria-describedby]"):
        for id_ in str(tag["aria-describedby"]).split():
            assert page.select_one(f"[id='{id_}']"), id_


def test_a_description_becomes_the_hint():
    form = Described()

    assert drawn(form.name).select_one("#name-hint").text.strip() == "As on your badge"
    assert drawn(form.day).select_one("#day-hint").text.strip() == "Pick one"
    assert "change it" in drawn(form.agree).select_one("#agree-item-hint").text


def test_a_disabled_choice_is_disabled_and_has_its_hint():
    boxes = drawn(Everything().day).select("input")

    assert [box.has_attr("disabled") for box in boxes] == [True, False, False]
    assert drawn(Everything().room).select("option")[1].has_attr("disabled")
    assert "&lt;b&gt;Only" in Everything().day(), "what a person typed is text"


def test_the_first_choice_that_can_be_made_has_the_id_of_the_field():
    assert drawn(Everything().day).select_one("#day")["value"] == "2"
    assert drawn(Everything().days).select_one("#days")["value"] == "2"


def test_groups_keep_their_names():
    assert [tag.text for tag in drawn(Everything().week).select(".govuk-radios__divider")] == [
        "Week",
        "Weekend",
    ]
    assert drawn(Everything().hall).select("option")[2].text == "Weekend: Saturday"


def test_nothing_is_preselected():
    page = whole(Everything())

    assert not page.select("[checked]")
    assert not [tag for tag in page.select("[selected]") if tag["value"]]


def test_a_choice_that_was_made_stays_made():
    form = Everything(
        MultiDict([("day", "3"), ("days", "2"), ("days", "3"), ("room", "3"), ("agree", "y")])
    )

    assert drawn(form.day).select_one("[checked]")["value"] == "3"
    assert [box["value"] for box in drawn(form.days).select("[checked]")] == ["2", "3"]
    assert drawn(form.room).select_one("[selected]")["value"] == "3"
    assert drawn(form.agree).select_one("[checked]")["value"] == "y"


def test_wrong_text_stays_in_its_box_and_is_escaped():
    form = Everything(MultiDict({"name": '"><script>', "places": "many", "words": "</textarea>x"}))
    form.validate()

    assert drawn(form.name).select_one("input")["value"] == '"><script>'
    assert drawn(form.places).select_one("input")["value"] == "many"
    assert drawn(form.words).select_one("textarea").text == "</textarea>x"


def test_a_code_and_a_file_are_never_sent_back():
    form = Everything(MultiDict({"code": "ABCD2345", "upload": "people.csv"}))

    assert "ABCD2345" not in form.code()
    assert "people.csv" not in form.upload()
    assert drawn(form.upload).select_one("input")["accept"] == ".csv"


def test_the_character_count_knows_its_limit():
    assert drawn(Everything().counted).select_one("[data-maxlength='9']")
    with pytest.raises(TypeError):
        widgets.character_count()


@pytest.mark.parametrize(
    ("field", "attribute", "value"),
    [
        ("email", "type", "email"),
        ("email", "autocomplete", "email"),
        ("email", "spellcheck", "false"),
        ("code", "autocomplete", "one-time-code"),
        ("places", "inputmode", "numeric"),
        ("places", "type", "text"),
    ],
)
def test_a_box_helps_the_browser_to_help(field, attribute, value):
    assert drawn(Everything()[field]).select_one("input")[attribute] == value


def test_only_the_wrong_parts_of_a_date_are_marked():
    form = Everything(MultiDict({"start-day": "3"}))
    form.validate()

    wrong = [tag["id"] for tag in drawn(form.start).select(".govuk-input--error")]
    assert wrong == ["start-month", "start-year"]


def test_all_parts_are_marked_when_nobody_knows_which_is_wrong():
    form = Everything(MultiDict({"start-day": "31", "start-month": "2", "start-year": "2026"}))
    form.validate()

    assert len(drawn(form.start).select(".govuk-input--error")) == 3


@pytest.mark.parametrize("field", ["name", "words", "day", "room", "start"])
def test_one_question_can_be_the_heading_of_its_page(field):
    page = drawn(Everything()[field], heading=True)

    assert len(page.select("h1")) == 1


def test_a_template_may_change_what_is_drawn():
    page = drawn(Everything().name, classes="govuk-input--width-5", label={"classes": "plain"})

    assert page.select_one("input.govuk-input--width-5")
    assert page.select_one("label.plain").text.strip() == "Name & role"
