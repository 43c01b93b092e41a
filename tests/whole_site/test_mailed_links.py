"""Whoever opens a mailed link changes nothing and learns nothing (LK-2, LK-3, IN-02; row 19).

Every page that a mail of ours links to: opened twenty times by its owner, who is signed in, and by
a stranger, such as a program that looks into mails; and each form that the stranger finds there is
sent as it stands, once by a program and once by a browser that presses every button.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from swa.core import clock
from swa.people import emails as people_emails
from swa.people.access import COOKIE
from tests.support.account_mails import newest_text, path_in
from tests.support.browser import served, visitor
from tests.support.figures import figure
from tests.support.fingerprint import whole_database
from tests.support.plain_app import plain_app
from tests.whole_site.worlds import World

TIMES = figure("openings", test=2, ci=20, soak=20)
IN_CODE = re.compile(r"page_url\(\s*[\"']([\w.]+)[\"']")
SOURCES = [*Path("swa").rglob("*.py"), *Path("templates/emails").rglob("*.txt")]
LINKED = {
    name for path in SOURCES for name in IN_CODE.findall(path.read_text(encoding="utf-8"))
} | set(people_emails.PAGES.values())
OF_OTHER_TESTS = {
    "sessions.place_question": "tests/sessions/test_place_question.py",
    # Its one button does what it says, for whoever was handed the mail: it stops optional messages,
    # never what somebody relies on, and shows nobody anything (MAIL-10).
    "people.stop_messages": "tests/messaging/test_stop_links.py",
}
NAME, ADDRESS = "Quintessa Marlowe", "quintessa.marlowe@newham.example.org"
ROUTES = {rule.endpoint: rule for rule in plain_app("production").url_map.iter_rules()}


def ask_to_sign_in(make, browser):
    make.person(name=NAME, email=ADDRESS)
    browser.post("/sign-in", data={"email": ADDRESS})


def ask_to_register(make, browser):
    make.organisation(domain="newham.example.org")
    browser.post("/register", data={"email": ADDRESS})
    about = {"name": NAME, "job_role": "Adviser", "kind": "paid"}
    browser.post("/register/details", data=about)


SECRET = {"people.open_link": ask_to_sign_in, "people.open_registration": ask_to_register}


@pytest.fixture(params=sorted(LINKED - set(OF_OTHER_TESTS)))
def link(request, app, make, sign_in) -> tuple:
    """The path of a mailed link and the browser of the person it was mailed to."""
    if request.param in SECRET:
        owner = app.test_client()
        SECRET[request.param](make, owner)
        return path_in(newest_text(ADDRESS)), owner
    world = World(make, name=NAME, email=ADDRESS)
    path = world.path_of(ROUTES[request.param])
    assert path, f"tests/whole_site/worlds.py makes no object for {request.param}"
    return path, sign_in(world.person)


def test_the_links_of_our_mails_are_known():
    assert {*SECRET, "sessions.booking_cancel", "sessions.desk", "people.sign_in"} <= LINKED
    assert set(ROUTES) >= LINKED


@pytest.mark.figures
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_opening_a_mailed_link_changes_nothing(app, link, method):
    path, owner = link
    before = whole_database()

    # Later, so that when somebody was last seen would be due to be noted.
    with time_machine.travel(clock.utc_now() + timedelta(minutes=9), tick=True):
        for browser in (owner, app.test_client()):
            for _ in range(TIMES):
                assert browser.open(path, method=method).status_code in {200, 302}

    assert whole_database() == before


def fields_as_they_stand(form) -> dict[str, str]:
    """Return what a program sends that submits a form without filling it in."""
    unchosen = "input[type=radio]:not([checked]), input[type=checkbox]:not([checked])"
    return {
        str(field["name"]): str(field.get("value", ""))
        for field in form.select("[name]")
        if field not in form.select(unchosen)
    }


def test_a_program_that_sends_every_form_gains_nothing(app, link):
    path, _ = link
    stranger, seen = app.test_client(), []
    before = whole_database()

    shown = stranger.get(path, follow_redirects=True)
    seen.append(shown.text)
    forms = BeautifulSoup(shown.text, "html.parser").select("form[method=post]")
    for form in forms:
        data = fields_as_they_stand(form)
        seen.append(stranger.post(str(form["action"]), data=data, with_token=False).text)

    assert forms, "there is a form at the end of every link"
    assert whole_database() == before
    assert stranger.get_cookie(COOKIE) is None
    for page in seen:
        for word in (*NAME.split(), *ADDRESS.split("@")[:1]):
            assert word not in page


@pytest.fixture
def address(app) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.mark.browser
def test_a_browser_that_presses_every_button_gains_nothing(link, address, chromium: Browser):
    path, _ = link
    before = whole_database()

    with visitor(chromium) as visit:
        page = visit.page
        page.goto(address + path)
        for number in range(page.locator("main form button").count()):
            page.goto(address + path)
            button = page.locator("main form button").nth(number)
            with page.expect_navigation():
                button.click()
            assert NAME.split()[1] not in page.locator("body").inner_text()
        cookies = {cookie["name"] for cookie in page.context.cookies()}

    assert COOKIE not in cookies
    assert whole_database() == before
