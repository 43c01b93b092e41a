"""MT-04: whoever writes a text for a new rule finds what they had typed of the rule again."""

import pytest

from tests.sessions.views.test_send_rules_pages import OWN
from tests.support.pages import read_page

TYPED = OWN | {"name": "What to bring", "days": "5", "audience": "facilitators"}
TEXT = {"title": "Bring this", "family": "run", "subject": "Bring", "body": "Hello {{ name }}"}
ADD = "/messages/rules/add"


@pytest.fixture
def coordinator(make, sign_in):
    return sign_in(make.coordinator())


def shown(browser):
    page = read_page(browser.get(ADD))
    audience = page.select_one("[name=audience][checked]")
    return (
        page.select_one("[name=name]").get("value", ""),
        page.select_one("[name=days]")["value"],
        audience["value"],
    )


def test_what_was_typed_of_a_rule_is_there_again_after_the_text(coordinator):
    leaves = coordinator.post(ADD, data={**TYPED, "step": "text"})
    writes = coordinator.post("/messages/rules/add-text", data=TEXT)

    assert leaves.headers["Location"] == "/messages/rules/add-text"
    assert writes.headers["Location"] == ADD
    assert shown(coordinator) == ("What to bring", "5", "facilitators")
    assert "Bring this" in coordinator.get(ADD).text


def test_once_the_rule_is_saved_the_next_one_starts_empty(coordinator):
    coordinator.post(ADD, data={**OWN, "step": "text"})

    saved = coordinator.post(ADD, data={**OWN, "step": "save"})

    assert saved.status_code == 302
    assert shown(coordinator)[0] == ""


def test_half_a_rule_is_kept_as_it_is(coordinator):
    coordinator.post(ADD, data={"name": "Half", "audience": "facilitators", "step": "text"})

    page = read_page(coordinator.get(ADD))

    assert page.select_one("[name=name]")["value"] == "Half"
    assert page.select_one(".govuk-error-summary") is None


def test_somebody_else_in_the_same_browser_starts_with_an_empty_page(make, sign_in, coordinator):
    coordinator.post(ADD, data={**TYPED, "step": "text"})

    other = sign_in(make.coordinator())

    assert shown(other)[0] == ""


def test_the_page_of_a_new_text_says_what_can_stand_in_it(coordinator):
    text = coordinator.get("/messages/rules/add-text").text

    assert "An empty line begins a paragraph" in text
    assert "[if online]" in text
