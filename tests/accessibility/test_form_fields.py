"""Every kind of field on one page, in a real browser: focus, counters, axe (C18, C19, IN-17)."""

from collections.abc import Iterator

import pytest
from flask import Blueprint, render_template_string
from flask_wtf import FlaskForm
from playwright.sync_api import Browser
from wtforms import FileField

from swa.core.access import public
from swa.core.errors import RuleBroken
from swa.core.forms import widgets
from swa.core.forms.date_parts import DatePartsField
from swa.core.forms.errors import show_refusal
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
from swa.web.factory import create_app
from swa.web.settings import load_settings
from tests.support.browser import (
    NARROWEST,
    PHONE,
    WIDE,
    axe_findings,
    faults_of,
    press,
    served,
    visitor,
)

pytestmark = pytest.mark.browser

DAYS = [SelectChoice("1", "Monday", {"disabled": True}), SelectChoice("2", "Tuesday")]
PAGE = """
{% extends "layouts/page.html" %}
{% from "govuk_frontend_jinja/components/button/macro.html" import govukButton %}
{% block title %}Every field{% endblock %}
{% block body %}
<h1 class="govuk-heading-l">Every field</h1>
<form method="post" action="/every-field" novalidate>
  {{ form.hidden_tag() }}
  {% for field in form if field.id != "csrf_token" %}{{ field }}{% endfor %}
  {{ govukButton({"text": "Save", "preventDoubleClick": true}) }}
</form>
{% endblock %}
"""


class EveryField(FlaskForm):
    name = StringField("Name", [enter("a name")], description="As on your badge")
    email = StringField("Email", [enter("an email address")], widget=widgets.email_input())
    places = IntegerField(
        "Places", [enter("the places")], widget=widgets.whole_number(suffix={"text": "people"})
    )
    words = TextAreaField(
        "Words", [enter("words"), at_most(20, "Words")], widget=widgets.character_count(20)
    )
    upload = FileField("List", [enter("a list")], widget=widgets.file_input(".csv"))
    day = RadioField("Day", [select_one("a day")], choices=DAYS)
    days = SelectMultipleField("Days", [select_one("days")], choices=DAYS)
    room = SelectField("Room", [select_one("a room")], choices=[SelectChoice("", "Choose"), *DAYS])
    agree = BooleanField("I agree", [select_one("if you agree")])
    start = DatePartsField("Start", [enter("the date")], subject="Start")
    at = TimeOfDayField("Time", [enter("the time")])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    bp = Blueprint("fields", __name__)

    @bp.route("/every-field", methods=["GET", "POST"])
    @public
    def every_field():
        form = EveryField()
        if form.is_submitted() and not form.validate():
            show_refusal(form, RuleBroken("The session has begun"))
        return render_template_string(PAGE, form=form), 422 if form.errors else 200

    folder = tmp_path_factory.mktemp("fields")
    app = create_app(load_settings(mode="demo", instance_path=folder))
    app.register_blueprint(bp)
    with served(app) as url:
        yield f"{url}/every-field"


@pytest.mark.parametrize("size", [WIDE, PHONE, NARROWEST], ids=["wide", "phone", "narrowest"])
def test_fields_are_accessible_before_and_after_they_fail(browser: Browser, address, size):
    with visitor(browser, size=size) as visit:
        for step in ("fresh", "failed"):
            if step == "fresh":
                visit.page.goto(address)
            else:
                press(visit.page, "Save")
            assert axe_findings(visit.page) == []
            assert faults_of(visit) == []
            width = visit.page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0]


def test_every_link_of_the_summary_moves_the_focus_to_its_input(browser: Browser, address):
    with visitor(browser) as visit:
        page = visit.page
        page.goto(address)
        page.fill("#start-day", "3")
        press(page, "Save")

        assert page.title().startswith("Error: ")
        summary = page.locator(".govuk-error-summary")
        assert summary.evaluate("summary => document.activeElement === summary")
        links = page.locator(".govuk-error-summary a")
        assert links.count() == 11
        for number in range(links.count()):
            target = links.nth(number).get_attribute("href")
            links.nth(number).click()
            assert f"#{page.evaluate('document.activeElement.id')}" == target
        assert page.locator("#start-day").input_value() == "3"
        assert "The session has begun" in summary.inner_text()


def test_the_counter_counts(browser: Browser, address):
    with visitor(browser) as visit:
        visit.page.goto(address)
        visit.page.fill("#words", "12345")

        visit.page.get_by_text("You have 15 characters remaining").first.wait_for()
        assert visit.complaints == []
