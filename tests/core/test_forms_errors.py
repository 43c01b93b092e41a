"""The list of errors and where a refusal lands (C19; architecture note, section 9)."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, HiddenField, StringField

from swa.core.errors import RuleBroken
from swa.core.forms.errors import OPEN_TOO_LONG, error_list, show_refusal
from swa.core.forms.validators import enter
from tests.support.plain_app import plain_app


class Part(Form):
    title = StringField("Title", [enter("a title")])


class Plan(Form):
    name = StringField("Name", [enter("a name")])
    parts = FieldList(FormField(Part), min_entries=2)
    step = HiddenField("Step", [enter("the step")])


def test_lists_errors_in_page_order_with_the_way_to_each():
    form = Plan(MultiDict())
    form.validate()

    assert error_list(form) == [
        {"text": "Enter a name", "href": "#name"},
        {"text": "Enter a title", "href": "#parts-0-title"},
        {"text": "Enter a title", "href": "#parts-1-title"},
        {"text": "Enter the step"},
    ]


def test_only_the_first_sentence_of_a_field_is_listed():
    form = Plan()
    form.name.errors = ["First", "Second"]

    assert error_list(form) == [{"text": "First", "href": "#name"}]


def test_a_refusal_stands_at_the_field_it_blames():
    form = Plan()

    show_refusal(form, RuleBroken("Choose another name", field="name"))

    assert list(form.name.errors) == ["Choose another name"]
    assert error_list(form) == [{"text": "Choose another name", "href": "#name"}]


@pytest.mark.parametrize("field", [None, "unknown", "parts"])
def test_a_refusal_that_blames_no_box_stands_above_the_form_without_a_link(field):
    form = Plan()

    show_refusal(form, RuleBroken("The session has begun", field=field))

    assert form.errors
    assert error_list(form) == [{"text": "The session has begun"}]


def test_a_form_that_was_open_too_long_says_so_without_a_link():
    from flask_wtf import FlaskForm

    class Asking(FlaskForm):
        name = StringField("Name")

    with plain_app().test_request_context("/", method="POST", data={"name": "Amina"}):
        form = Asking()
        form.validate()

        assert error_list(form) == [{"text": OPEN_TOO_LONG}]
