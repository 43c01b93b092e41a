"""Moving one week by a form: CAL-15 and CAL-16 of the notes, IN-09."""

from datetime import UTC, date, datetime, time

import pytest
from flask import redirect, render_template_string
from markupsafe import escape

from swa.calendars.forms import MoveWeekForm
from swa.calendars.rules.series import plan_series
from swa.calendars.types import Slot
from swa.core.access import public
from swa.web.factory import create_app
from swa.web.settings import load_settings
from tests.support.client import Client
from tests.support.pages import read_page

pytestmark = pytest.mark.once

SERIES = plan_series(Slot(date(2099, 3, 2), time(9), time(10)), 10)  # Mondays
WEEK = date(2099, 3, 16)
NOW = datetime(2099, 1, 1, tzinfo=UTC)
PAGE = """
{% extends "layouts/page.html" %}
{% block title %}Move one week{% endblock %}
{% block body %}
  <h1>Move one week</h1>
  <form method="post" action="" novalidate>
    {{ form.hidden_tag() }}{{ form.day }}{{ form.begins }}{{ form.ends }}<button>Move</button>
  </form>
{% endblock %}
"""


@pytest.fixture(scope="module")
def browser():
    """A browser in front of a page with the form, until the pages of peer groups are there."""
    app = create_app(
        load_settings(
            mode="demo",
            secret_key="the tests know this secret and nobody else does",
            base_url="http://localhost",
            database_url="sqlite:///nowhere-in-particular.db",
        )
    )
    app.test_client_class = Client

    @app.route("/move-week", methods=["GET", "POST"])
    @public
    def move_week():
        form = MoveWeekForm(SERIES, WEEK, now=NOW)
        if form.validate_on_submit():
            return redirect(f"/moved/{escape(form.slot.day)}/{form.slot.begins}/{form.slot.ends}")
        return render_template_string(PAGE, form=form), 422 if form.errors else 200

    with app.app_context():
        yield app.test_client()


def post(browser, day, begins="9am", ends="10am"):
    parts = dict(zip(("day-day", "day-month", "day-year"), day.split(), strict=True))
    return browser.post("/move-week", data={**parts, "begins": begins, "ends": ends})


def error_beside(page, field_id):
    return " ".join(page.select_one(f"#{field_id}-error").text.split()).removeprefix("Error: ")


def test_the_boxes_begin_with_where_the_meeting_is(browser):
    page = read_page(browser.get("/move-week"))

    assert [
        page.select_one(f"[name=day-{part}]")["value"] for part in ("day", "month", "year")
    ] == [*("16", "3", "2099")]
    assert page.select_one("[name=begins]")["value"] == "9am"
    assert page.select_one("[name=ends]")["value"] == "10am"


def test_a_week_between_its_neighbours_is_handed_on(browser):
    response = post(browser, "18 March 2099", "2pm", "3:30pm")

    assert response.location == "/moved/2099-03-18/14:00:00/15:30:00"


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        pytest.param(
            "9 3 2099",
            "Monday 9 March 2099 is on the same day as the meeting of Monday 9 March 2099",
            id="the day of the week before",
        ),
        pytest.param(
            "24 3 2099",
            "Tuesday 24 March 2099 is not before the meeting of Monday 23 March 2099",
            id="past the week after",
        ),
    ],
)
def test_cal_16_a_week_past_its_neighbour_is_refused_beside_the_date(browser, day, reason):
    response = post(browser, day)

    page = read_page(response)
    assert response.status_code == 422
    assert page.title.text.startswith("Error: ")
    said = error_beside(page, "day")
    assert said == (
        f"{reason}, and calendars cannot keep a moved week there. Cancel that week and send a"
        " single invitation for the other day instead"
    )
    summary = page.select_one(".govuk-error-summary a")
    assert summary["href"] == "#day-day"
    assert " ".join(summary.text.split()) == said


@pytest.mark.parametrize(
    ("begins", "ends", "field", "reason"),
    [
        pytest.param(
            "1:30am", "3am", "begins", "The clocks change on Sunday 29 March 2099", id="gap"
        ),
        pytest.param(
            "12:15am", "1:30am", "ends", "The clocks change on Sunday", id="end in the gap"
        ),
        pytest.param("9am", "9am", "ends", "End time must be after the start time", id="no length"),
        pytest.param("", "9am", "begins", "Enter a start time", id="nothing typed"),
    ],
)
def test_cal_15_a_time_that_the_clocks_skip_is_refused_beside_it(
    browser, monkeypatch, begins, ends, field, reason
):
    monkeypatch.setattr(f"{__name__}.WEEK", date(2099, 3, 23))

    response = post(browser, "29 3 2099", begins, ends)

    assert response.status_code == 422
    assert error_beside(read_page(response), field).startswith(reason)


def test_an_unchecked_form_has_no_slot(browser):
    with browser.application.test_request_context(method="POST", data={"day-day": "1"}):
        form = MoveWeekForm(SERIES, WEEK, now=NOW)
        with pytest.raises(ValueError, match="has not been checked"):
            form.slot  # noqa: B018 - reading it is the act
