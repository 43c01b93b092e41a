"""AN-20, CC-10, DC-08, IN-14, OT-06, TR-06: what the forms about topics and sessions hand on."""

from datetime import UTC, date, datetime

import pytest
from werkzeug.datastructures import MultiDict

from swa.core.forms.fields import SelectChoice
from swa.sessions.forms.listing import SessionFilterForm
from swa.sessions.forms.numbers import TopicNumbersForm
from swa.sessions.forms.planning import DateForm, PlaceForm, ResourcesForm, SegmentForm, an_id
from swa.sessions.forms.topics import TopicMessagesForm
from swa.sessions.types import (
    MessageTimes,
    Mode,
    PlaceRules,
    Segment,
    SegmentKind,
    TopicDays,
    TopicKind,
)

WHEN = {"starts_on-day": "6", "starts_on-month": "July", "starts_on-year": "2099"}


def filled(form_class, answers, *, prepare=lambda form: None):
    form = form_class(formdata=MultiDict(answers), meta={"csrf": False})
    prepare(form)
    form.validate()
    return form


@pytest.fixture(autouse=True)
def _request(app):
    with app.test_request_context():
        yield


@pytest.mark.parametrize(("typed", "number"), [("17", 17), ("", None), (None, None)])
def test_an_empty_choice_is_nobody(typed, number):
    assert an_id(typed) == number


@pytest.mark.parametrize(
    ("month", "hour"), [pytest.param("July", 8, id="summer"), pytest.param("1", 9, id="winter")]
)
def test_a_wall_time_in_london_becomes_utc(month, hour):
    form = filled(DateForm, {**WHEN, "starts_on-month": month, "start_time": "0930"})

    number = 7 if month == "July" else 1
    assert form.starts_at() == datetime(2099, number, 6, hour, 30, tzinfo=UTC)


def test_an_unchecked_form_has_no_start():
    with pytest.raises(ValueError, match="checked"):
        DateForm(formdata=MultiDict(), meta={"csrf": False}).starts_at()


@pytest.mark.parametrize(
    ("chosen", "typed", "borough"),
    [
        ("Newham", "", "Newham"),
        ("", "Barking", "Barking"),
        ("Newham", "Barking", "Barking"),
        ("", "", ""),
    ],
)
def test_another_borough_wins_over_the_list(chosen, typed, borough):
    def offer(form):
        form.borough.choices = [SelectChoice("", "None"), SelectChoice("Newham", "Newham")]

    answers = {**WHEN, "start_time": "2pm", "minutes": "90", "mode": "online", "borough": chosen}
    form = filled(PlaceForm, {**answers, "other_borough": typed}, prepare=offer)

    assert form.errors == {}
    assert (form.place().borough, form.place().mode) == (borough, Mode.ONLINE)


@pytest.mark.parametrize(
    ("answers", "is_fine"),
    [
        ({"resources": "Slides"}, True),
        ({"has_no_resources": "y"}, True),
        ({"resources": " "}, False),
        ({"resources": "Slides", "has_no_resources": "y"}, False),
    ],
)
def test_resources_or_none(answers, is_fine):
    assert (not filled(ResourcesForm, answers).errors) is is_fine


def test_a_part_of_the_plan():
    form = filled(
        SegmentForm, {"title": " Hello ", "kind": "case study", "minutes": "15", "led_by": "Amina"}
    )

    assert form.segment() == Segment(15, SegmentKind.CASE_STUDY, "Hello", "Amina")


def test_numbers_become_settings():
    sizes = ("smallest", "recommended", "largest", "most_per_team", "most_percent")
    days = ("caps_lift_days", "prework_days", "joining_days", "go_ahead_days")

    names = sizes + days
    form = filled(TopicNumbersForm, {name: str(n) for n, name in enumerate(names, 1)})

    assert form.errors == {}
    assert form.places() == PlaceRules(1, 2, 3, 4, 5, 6)
    assert form.times() == MessageTimes(9)
    assert form.days() == TopicDays(7, 8, sends_missed_you=False)


@pytest.mark.parametrize(
    ("days", "is_fine"), [("-1", False), ("0", True), ("60", True), ("61", False), ("x", False)]
)
def test_days_have_limits(days, is_fine):
    form = filled(TopicNumbersForm, {"prework_days": days})

    assert ("prework_days" not in form.errors) is is_fine


@pytest.mark.parametrize(("length", "is_fine"), [(5000, True), (5001, False)])
def test_texts_have_limits(length, is_fine):
    form = filled(TopicMessagesForm, {"expectations": "x" * length})

    assert ("expectations" not in form.errors) is is_fine


def offer_filters(form):
    form.offer(topics=[(3, "Housing")], boroughs=["Newham"], organisations=[(7, "Praxis")])


def test_the_filters_say_what_is_chosen():
    answers = {"kind": "core", "topic": "3", "place": "in person", "borough": "Newham"}
    dates = {"after-day": "1", "after-month": "3", "after-year": "2027"}
    form = filled(
        SessionFilterForm,
        {**answers, "organisation": "7", "free": "y", **dates},
        prepare=offer_filters,
    )

    assert form.chosen() == [
        ("kind", "Core Conversations"),
        ("topic", "Housing"),
        ("place", "In person"),
        ("borough", "Newham"),
        ("organisation", "Praxis"),
        ("after", "From 1 March 2027"),
        ("free", "With places left"),
    ]
    assert form.kind.data == TopicKind.CORE
    assert form.after.data == date(2027, 3, 1)


@pytest.mark.parametrize(
    "answers", [{}, {"kind": ""}, {"kind": "rubbish"}, {"topic": "x"}, {"after-day": "1"}]
)
def test_what_is_empty_or_wrong_is_not_chosen(answers):
    assert filled(SessionFilterForm, answers, prepare=offer_filters).chosen() == []
