"""Signing in with a real browser, with scripts and without (LK-2, LK-3; C24, C37)."""

import pytest
from playwright.sync_api import Browser

from tests.support.account_mails import code_in, newest_text, path_in
from tests.support.browser import PHONE, axe_findings, faults_of, press, served, visitor

pytestmark = pytest.mark.browser
ADA = "ada@newham.example.org"


@pytest.fixture
def address(app):
    with served(app) as address:
        yield address


both_ways = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@both_ways
def test_the_link_signs_in_where_it_was_asked_for_and_nowhere_else(
    make, chromium: Browser, address, scripts
):
    make.person(email=ADA, name="Ada Bell")
    with visitor(chromium, size=PHONE, scripts=scripts) as owner:
        page = owner.page
        page.goto(f"{address}/account")
        page.get_by_label("Email address").fill("ADA@newham.example.org")
        press(page, "Email me a link")
        path = path_in(newest_text(ADA))

        with visitor(chromium, scripts=scripts) as stranger:
            stranger.page.goto(address + path)
            press(stranger.page, "Sign in")
            assert "Go back to the browser" in stranger.page.locator("h1").inner_text()

        page.goto(address + path)
        press(page, "Sign in")

        assert page.url == f"{address}/account"
        assert "Ada Bell" in page.locator("main").inner_text()


@both_ways
def test_the_code_signs_in(make, chromium: Browser, address, scripts):
    make.person(email=ADA, name="Ada Bell")
    with visitor(chromium, scripts=scripts) as visit:
        page = visit.page
        page.goto(f"{address}/account")
        page.get_by_label("Email address").fill(ADA)
        press(page, "Email me a link")

        page.get_by_label("Code from the email").fill(code_in(newest_text(ADA)).lower())
        press(page, "Continue")

        assert page.url == f"{address}/account"


def test_the_pages_on_the_way_hold_no_barrier(make, chromium: Browser, address):
    make.organisation(domain="newham.example.org")
    found = []
    with visitor(chromium) as visit:
        page = visit.page

        def go_on(name):
            press(page, name)
            found.extend(axe_findings(page) + faults_of(visit))

        page.goto(f"{address}/register")
        page.get_by_label("Work email address").fill(ADA)
        go_on("Continue")
        go_on("Email me a link to finish")
        assert page.title().startswith("Error: ")
        page.get_by_label("Your name").fill("Ada Bell")
        page.get_by_label("Your job role").fill("Adviser")
        page.get_by_label("Volunteer", exact=True).check()
        go_on("Email me a link to finish")
        for path in (path_in(newest_text(ADA)), "/account", "/account/access-needs"):
            page.goto(address + path)
            if "/link/" in path:
                go_on("Finish registering")
            found.extend(axe_findings(page) + faults_of(visit))

    assert found == []
