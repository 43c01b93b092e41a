"""The token of a calendar link opens that calendar and nothing else (LK-10, FEED-6, AZ-1)."""

import pytest

from swa.people.access import COOKIE
from swa.people.types import Role
from tests.sessions.doing import book
from tests.support.feeds import RUNNING, token_of
from tests.whole_site.objects import Objects, path_of
from tests.whole_site.test_access_matrix import ROUTES

FEED = "feeds.fetch"


@pytest.fixture
def owner(make):
    person = make.person(name="Quintessa Marlowe", roles=list(Role))
    book(make.session(), person)
    return person


@pytest.fixture
def objects(make, owner):
    shared = Objects(make, owner)
    shared.keeps = True
    return shared


def with_token_inside(rule, arguments, token):
    """Return the values of a route with the token wherever a word may stand."""
    return {
        name: token if rule._converters[name].__class__.__name__ == "UnicodeConverter" else value
        for name, value in arguments.items()
    }


@pytest.mark.parametrize("kind", ["personal", "running"])
def test_the_token_opens_no_other_page_however_it_is_sent(app, owner, objects, kind):
    token = token_of(owner, RUNNING if kind == "running" else "personal")
    faults, tried = [], 0
    for rule in ROUTES:
        if rule.endpoint == FEED:
            continue
        arguments = objects.arguments(rule, "own")
        plain = path_of(app, rule, arguments)
        inside = path_of(app, rule, with_token_inside(rule, arguments, token))
        for method in sorted({"GET", "POST"} & rule.methods):
            stranger = app.test_client().open(plain, method=method, with_token=False)
            holder = app.test_client()
            holder.set_cookie(COOKIE, token)
            answer = holder.open(
                f"{inside}?token={token}&key={token}",
                method=method,
                data={"token": token, "code": token[:8]} if method == "POST" else None,
                headers={"Authorization": f"Bearer {token}", "X-CSRFToken": token},
                with_token=False,
            )
            tried += 1
            opens_more = answer.status_code == 200 and stranger.status_code != 200
            if opens_more or answer.status_code >= 500 or owner.name in answer.text:
                faults.append(f"{method} {rule.rule}: {stranger.status_code}, {answer.status_code}")

    assert not faults, "\n".join(faults)
    assert tried > 100


def test_the_token_as_it_is_does_open_the_calendar(app, owner):
    answer = app.test_client().get(f"/cal/{token_of(owner)}.ics")

    assert answer.status_code == 200
    assert "BEGIN:VEVENT" in answer.text


def test_the_calendar_signs_nobody_in_and_asks_nobody_to(app, owner):
    browser = app.test_client()
    browser.get(f"/cal/{token_of(owner)}.ics")

    assert browser.get_cookie(COOKIE) is None
    assert browser.get("/account").status_code == 302
    assert browser.get("/cal/unknown.ics").status_code == 404
