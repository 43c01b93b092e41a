"""The frame of every page (C1 to C5, C13, C19) and the error pages (C38, WB-1, WB-6)."""

import pytest
from flask import flash, g, render_template, render_template_string, session
from sqlalchemy.exc import OperationalError

from swa.core.errors import NotAllowed
from swa.people.types import Role
from swa.web import errors
from swa.web.navigation import navigation, page_address
from swa.web.templating import GOVUK_VERSION
from tests.support.pages import read_page
from tests.support.plain_app import plain_app

FOOTER = ["Help", "Accessibility", "Cookies", "Privacy"]
PUBLIC = ["/", "/help", "/accessibility", "/cookies", "/privacy", "/no-such-page"]
CODES = [400, 403, 404, 405, 413, 429, 500, 503]


@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_has_the_same_frame(client, path):
    response = client.get(path)
    page = read_page(response)

    assert page.html["lang"] == "en"
    assert page.title.text.endswith(" – Training and peer support – Social Welfare Alliance")
    assert page.title.text.count(" – ") == 2
    assert page.body.select_one("a").text == "Skip to main content"
    assert page.select_one("header .govuk-phase-banner"), "the phase banner is in the header"
    assert [link.text for link in page.select("footer li a")] == FOOTER
    assert page.select_one("header .govuk-generic-header__homepage-link")["href"] == "/"
    for words in ("GOV.UK", "Crown copyright", "GDS Transport"):
        assert words not in response.text


def test_our_styles_come_after_the_vendored_ones_and_the_colours_last(client):
    sheets = [link["href"] for link in read_page(client.get("/help")).select("[rel=stylesheet]")]

    assert sheets == [
        "/static/vendor/govuk-frontend-6.3.0/govuk-frontend.min.css",
        "/static/app/app.css",
        "/brand.css?colour=00625e",
    ]


@pytest.mark.parametrize(
    "path", ["/static/app/app.css", "/static/app/app.js", "/static/app/icon.svg"]
)
def test_our_files_are_there(client, path):
    with client.get(path) as response:
        assert response.status_code == 200


def test_the_script_starts_the_version_that_is_vendored(client):
    with client.get("/static/app/app.js") as response:
        assert f"/govuk-frontend-{GOVUK_VERSION}/" in response.text


def test_no_style_and_no_handler_stands_in_the_page(client):
    page = read_page(client.get("/"))

    assert not page.select("[style], [onclick], [onload], [onsubmit]")
    assert [tag for tag in page.select("script:not([src])") if not tag.get("nonce")] == []


def test_who_is_not_signed_in_is_offered_the_way_in(client):
    links = read_page(client.get("/help")).select("nav .govuk-service-navigation__link")

    assert [link.text.strip() for link in links] == ["Sign in"]


@pytest.mark.parametrize(
    ("roles", "extra"),
    [
        ([], set()),
        ([Role.FACILITATOR], {"Run sessions"}),
        ([Role.PROGRAMME_COORDINATOR], {"Run sessions", "People"}),
        ([Role.ADMINISTRATOR], {"People"}),
        ([Role.EVALUATOR], set()),
    ],
)
def test_the_navigation_follows_the_roles(make, sign_in, roles, extra):
    page = read_page(sign_in(make.person(roles=roles)).get("/home"))
    shown = {link.text.strip() for link in page.select("nav .govuk-service-navigation__link")}

    assert shown == {"Home", "Sessions", "My bookings", "Account", "Sign out"} | extra


def test_the_current_place_is_marked(make, sign_in):
    page = read_page(sign_in(make.person()).get("/home"))

    assert page.select_one("[aria-current=page]").text.strip() == "Home"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/sessions/", "Sessions"),
        ("/sessions/1", "Sessions"),
        ("/sessions/1/book", "Sessions"),
        ("/sessions/month/2026/5", "Sessions"),
        ("/sessions/run/", "Run sessions"),
        ("/sessions/1/desk", "Run sessions"),
        ("/sessions/1/plan", "Run sessions"),
        ("/topics/new", "Sessions"),
        ("/bookings/1", "My bookings"),
        ("/people/1", "People"),
        ("/account", "Account"),
        ("/help", None),
    ],
)
def test_every_page_marks_the_place_it_belongs_to(make, app, address, place):
    person = make.coordinator()
    with app.test_request_context(address):
        marked = [link["text"] for link in navigation(person) if {"current", "active"} & set(link)]

    assert marked == ([place] if place else [])


def test_every_page_of_a_demonstration_says_so_and_leads_to_its_mailbox():
    banner = read_page(plain_app("demo").test_client().get("/help")).select_one(
        ".govuk-phase-banner"
    )

    assert "This is a demonstration with invented people." in banner.text
    assert banner.a["href"] == "/demo/mailbox/"


def test_no_navigation_inside_a_journey(make, app):
    journey = (
        "{% extends 'layouts/page.html' %}{% set is_journey = true %}"
        "{% block title %}x{% endblock %}"
    )
    with app.test_request_context("/help"):
        g.person = make.person()
        page = render_template_string(journey)

    assert "govuk-service-navigation__list" not in page


def test_news_is_told_once_and_one_at_a_time(app):
    with app.test_request_context("/help"):
        flash("Saved the first")
        flash("Saved the second")
        page = render_template("home/help.html")
        assert "_flashes" not in session

    assert page.count("govuk-notification-banner--success") == 1
    assert "Saved the second" in page


def test_a_failed_form_has_its_summary_first_and_says_so_in_the_title(client):
    page = read_page(client.post("/sign-in", data={}))

    assert page.title.text.startswith("Error: ")
    summary = page.main.select_one(".govuk-error-summary")
    assert summary.h2.text.strip() == "There is a problem"
    assert summary.find_next("h1") is page.h1
    for link in summary.select("a"):
        assert page.select_one(link["href"])


@pytest.mark.parametrize("code", CODES)
def test_error_pages_need_no_database_and_nobody_signed_in(code):
    app = plain_app("production")
    with app.test_request_context("/anything"):
        page = render_template(f"errors/{code}.html", reference="1a2b3c4d")

    assert "020 7946 0000" in page, "every error page says who can help"
    assert str(code) not in page.replace("1a2b3c4d", "").split("<main")[1].split("</main")[0]


def test_a_missing_page_says_so(client):
    response = client.get("/no-such-page")

    assert response.status_code == 404
    assert read_page(response).h1.text == "Page not found"


@pytest.fixture
def failing(app, monkeypatch):
    """A client for which /help fails in the way that is asked for."""

    def fail_with(error):
        def fail(**_values):
            raise error

        fail.access = app.view_functions["home.help"].access
        monkeypatch.setitem(app.view_functions, "home.help", fail)
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        return app.test_client().get("/help")

    return fail_with


def test_an_unexpected_error_shows_a_reference_and_no_stack(failing, caplog):
    response = failing(RuntimeError("SELECT secret FROM /srv/code"))
    page = read_page(response)

    assert response.status_code == 500
    assert page.h1.text == "Sorry, there is a problem with the service"
    for leak in ("Traceback", "RuntimeError", "SELECT", "/srv"):
        assert leak not in response.text
    assert page.main.strong.text in caplog.text, "the reference leads to the log line"


def test_a_busy_database_is_a_polite_503(failing):
    response = failing(OperationalError("SELECT 1", {}, Exception("database is locked")))

    assert response.status_code == 503
    assert read_page(response).h1.text == "Sorry, the service is unavailable"
    assert "locked" not in response.text


def test_who_may_not_see_a_part_is_told_who_can_help(failing):
    response = failing(NotAllowed())

    assert response.status_code == 403
    assert "programme coordinator" in read_page(response).main.text


@pytest.mark.parametrize("error", [RuntimeError("x"), NotAllowed()])
def test_error_pages_carry_the_policy_and_a_nonce(failing, error):
    response = failing(error)
    policy = response.headers["Content-Security-Policy"]
    nonce = read_page(response).select_one("script[nonce]")["nonce"]

    assert f"'nonce-{nonce}'" in policy
    assert "unsafe-inline" not in policy


def test_an_expired_form_gives_the_answers_back(app):
    with app.test_request_context(
        "/account?x=1",
        method="POST",
        data={"csrf_token": "t", "code": "SECRET", "access_needs": "<b>ramp</b>", "empty": " "},
    ):
        page, code = errors._expired(Exception())

    assert code == 400
    assert "&lt;b&gt;ramp&lt;/b&gt;" in page
    assert "Access needs" in page
    assert "SECRET" not in page
    assert 'href="/account"' in page


@pytest.mark.parametrize(
    ("address", "number", "expected"),
    [
        ("/list", 2, "/list?page=2"),
        ("/list?page=3&kind=core", 4, "/list?kind=core&page=4"),
        ("/list?o=1&o=2&empty=", 2, "/list?o=1&o=2&page=2"),
        ("/list?endpoint=x&_external=1", 2, "/list?endpoint=x&_external=1&page=2"),
        ("/list?q=%26page%3D9", 2, "/list?q=%26page%3D9&page=2"),
    ],
)
def test_pages_of_a_list_keep_its_filters(address, number, expected):
    with plain_app().test_request_context(address):
        assert page_address(number) == expected
