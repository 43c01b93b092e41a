"""Signing in by a mailed link or code (AU-1, AU-2, AU-4, AU-7, LK-4 of the security notes)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from swa.core import clock
from swa.core.db import db, transaction
from swa.people.models import SignInLink, WebSession
from swa.people.services import sign_in as services
from swa.people.services import web_sessions
from tests.support.account_mails import code_in, list_messages, newest_text, path_in
from tests.support.pages import read_page

SESSION = "swa-session"


def ask(browser, address):
    return browser.post("/sign-in", data={"email": address})


def who_is_in(browser):
    """The name on the account page, empty for a stranger."""
    response = browser.get("/account")
    if response.status_code != 200:
        return ""
    return read_page(response).select_one(".govuk-summary-list__value").text.strip()


def test_the_page_asks_for_nothing_to_remember(client):
    page = read_page(client.get("/sign-in"))

    assert [field["name"] for field in page.select("form[action='/sign-in'] input")] == [
        "csrf_token",
        "email",
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        pytest.param("", "Enter your email address", id="nothing"),
        pytest.param("   ", "Enter your email address", id="blanks"),
        pytest.param("ada", "in the correct format", id="no address"),
        pytest.param("ada@", "in the correct format", id="half of one"),
        pytest.param(
            "ada@example.org\nBcc: x@example.org", "in the correct format", id="two lines"
        ),
    ],
)
def test_an_address_that_is_none_is_explained(client, typed, sentence):
    response = ask(client, typed)

    page = read_page(response)
    assert response.status_code == 422
    assert sentence in page.select_one(".govuk-error-summary").text
    assert page.title.text.startswith("Error: ")
    assert not list_messages()


def test_the_link_signs_in_in_the_browser_that_asked(make, client):
    person = make.person(name="Ada Bell")
    ask(client, person.email)
    path = path_in(newest_text(person.email))

    page = read_page(client.get(path))
    response = client.post(path)

    assert page.select_one("form button").text.strip() == "Sign in"
    assert response.status_code == 302
    assert who_is_in(client) == "Ada Bell"


def test_the_address_may_be_typed_in_any_case(make, client):
    person = make.person(email="ada@example.org")

    ask(client, "  Ada@Example.ORG ")

    assert path_in(newest_text(person.email))


@pytest.mark.parametrize("style", [str, str.lower, lambda code: code.replace(" ", "-")])
def test_the_code_signs_in_in_the_browser_that_asked(make, client, style):
    person = make.person(name="Ada Bell")
    ask(client, person.email)
    code = code_in(newest_text(person.email))

    response = client.post("/sign-in/check-email", data={"code": style(code)})

    assert response.status_code == 302
    assert who_is_in(client) == "Ada Bell"


def test_the_code_works_in_no_other_browser(make, app):
    person = make.person()
    ask(app.test_client(), person.email)
    other = app.test_client()
    ask(other, "nobody@example.org")

    response = other.post("/sign-in/check-email", data={"code": code_in(newest_text(person.email))})

    assert response.status_code == 422
    assert not who_is_in(other)


def test_a_wrong_code_is_explained_and_not_shown_again(make, client):
    ask(client, make.person().email)

    response = client.post("/sign-in/check-email", data={"code": "AAAA AAAA"})

    page = read_page(response)
    assert response.status_code == 422
    assert "newest email" in page.select_one(".govuk-error-message").text
    assert not page.select_one("#code").get("value")


@pytest.mark.parametrize(("wrong", "gets_in"), [(4, True), (5, False)])
def test_after_five_wrong_codes_the_code_is_dead(make, client, wrong, gets_in):
    person = make.person()
    ask(client, person.email)
    code = code_in(newest_text(person.email))
    for _ in range(wrong):
        client.post("/sign-in/check-email", data={"code": "AAAA AAAA"})

    client.post("/sign-in/check-email", data={"code": code})

    assert bool(who_is_in(client)) is gets_in


def test_known_and_unknown_addresses_get_the_same_answer(make, app):
    known, disabled = make.person(), make.person(is_active=False)
    answers = []
    for address in (known.email, "stranger@example.org", disabled.email):
        browser = app.test_client()
        asked = ask(browser, address)
        shown = browser.get(asked.location)
        text = shown.text.replace(address, "(address)")
        names = sorted(name for name, _value in asked.headers)
        answers.append((asked.status_code, asked.location, names, without_secrets(text)))

    assert answers[0] == answers[1] == answers[2]


def test_known_and_unknown_addresses_cause_the_same_work(make, app, count_statements):
    known = make.person()
    counts = []
    for address in (known.email, "stranger@example.org"):
        with count_statements() as statements:
            ask(app.test_client(), address)
        counts.append([statement.split()[:3] for statement in statements])

    assert counts[0] == counts[1]


def test_an_unknown_address_gets_no_mail(client):
    ask(client, "stranger@example.org")

    (message,) = list_messages()
    assert message.state == "suppressed"


def test_no_row_holds_a_usable_link_or_code(make, client):
    person = make.person()
    ask(client, person.email)
    text = newest_text(person.email)
    token, code = path_in(text).rpartition("/")[2], code_in(text).replace(" ", "")
    client.post(path_in(text))
    cookies = {client.get_cookie(SESSION).value}

    rows = "\n".join(
        str(list(row))
        for table in db.metadata.sorted_tables
        for row in db.session.execute(table.select())
    )

    for secret in {token, code, *cookies}:
        assert secret not in rows


def test_asking_again_cancels_the_earlier_links_of_the_same_browser(make, client):
    person = make.person()
    ask(client, person.email)
    first = path_in(newest_text(person.email))
    ask(client, person.email)
    second = path_in(newest_text(person.email))

    assert client.post(first).status_code == 404
    assert client.post(second).status_code == 302


def test_a_stranger_who_asks_cancels_nobody_elses_link(make, app):
    person, owner = make.person(), app.test_client()
    ask(owner, person.email)
    path = path_in(newest_text(person.email))

    ask(app.test_client(), person.email)

    assert owner.post(path).status_code == 302


def test_a_link_lasts_ten_minutes_to_the_second(make, client, moved_clock):
    person = make.person()
    ask(client, person.email)
    path = path_in(newest_text(person.email))

    moved_clock(minutes=9, seconds=58)
    assert client.get(path).status_code == 200
    moved_clock(minutes=10, seconds=1)
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def links_that_are_dead(make, app, moved_clock):
    """Yield why a link is dead, and its path: used, expired, changed, superseded …"""
    addresses = [f"person{n}@b.example.org" for n in range(5)]
    for address in addresses:
        make.person(email=address)
    browsers = [app.test_client() for _ in addresses]
    for browser, address in zip(browsers, addresses, strict=True):
        ask(browser, address)
    used, superseded, expired, *_ = (path_in(newest_text(address)) for address in addresses)
    browsers[0].post(used)
    ask(browsers[1], addresses[1])
    moved_clock(minutes=11)
    ask(browsers[4], addresses[4])
    usable = path_in(newest_text(addresses[4]))
    disabled = make.person(email="disabled@b.example.org")
    ask(browsers[3], disabled.email)
    theirs = path_in(newest_text(disabled.email))
    with transaction():
        disabled.is_active = False
    yield from {
        "used": used,
        "superseded": superseded,
        "expired": expired,
        "changed": usable[:-2] + "AA",
        "of another purpose": usable.replace("/sign-in/", "/register/"),
        "of somebody who is disabled": theirs,
        "too short": "/sign-in/link/x",
        "never made": "/register/link/" + "x" * 43,
        "very long": "/sign-in/link/" + "x" * 4000,
    }.items()


def test_all_dead_links_give_the_same_page(make, app, moved_clock):
    pages = {}
    for why, path in links_that_are_dead(make, app, moved_clock):
        for method in ("GET", "POST"):
            answer = app.test_client().open(path, method=method)
            text = without_secrets(answer.text).replace("/register", "/sign-in")
            pages[why, method] = (answer.status_code, text)

    assert len(pages) == 18
    assert len(set(pages.values())) == 1, sorted(pages)
    assert next(iter(pages.values()))[0] == 404


def test_a_link_of_somebody_else_signs_nobody_in_who_did_not_ask(make, app, sign_in):
    """Whoever is signed in stays who they are."""
    ada, ben = make.person(name="Ada Bell"), make.person(name="Ben Cole")
    ask(app.test_client(), ada.email)
    browser = sign_in(ben)

    answer = browser.post(path_in(newest_text(ada.email)))

    assert answer.status_code == 403
    assert who_is_in(browser) == "Ben Cole"


def test_signing_in_gives_a_new_session_and_ends_the_one_before(make, client):
    person = make.person(name="Ada Bell")
    ask(client, person.email)
    with transaction():
        before = web_sessions.begin(person.id, browser="", now=clock.utc_now())
    client.set_cookie(SESSION, before)

    client.post(path_in(newest_text(person.email)))

    assert client.get_cookie(SESSION).value != before
    assert who_is_in(client) == "Ada Bell"
    assert not who_is_in(with_cookie(client, before))


def test_signing_out_ends_the_session_for_good(make, sign_in):
    browser = sign_in(make.person())
    stolen = browser.get_cookie(SESSION).value

    response = browser.post("/sign-out")

    assert response.status_code == 302
    assert browser.get_cookie(SESSION) is None
    assert not who_is_in(with_cookie(browser, stolen))


def test_signing_in_kills_the_other_open_links_of_the_person(make, app):
    person, first, second = make.person(), app.test_client(), app.test_client()
    ask(first, person.email)
    path = path_in(newest_text(person.email))
    ask(second, person.email)
    second.post(path_in(newest_text(person.email)))

    assert first.post(path).status_code == 404


def test_a_disabled_person_cannot_use_a_link_that_was_mailed_before(make, client):
    person = make.person()
    ask(client, person.email)
    path = path_in(newest_text(person.email))
    with transaction():
        person.is_active = False

    assert client.post(path).status_code == 404
    assert not who_is_in(client)


@pytest.mark.parametrize("extra", ["person_id", "email", "role", "next"])
def test_no_extra_field_changes_who_signs_in(make, client, extra):
    person, other = make.person(name="Ada Bell"), make.person(name="Boss")
    ask(client, person.email)
    path = path_in(newest_text(person.email))

    client.post(path, data={extra: other.id if extra == "person_id" else other.email})

    assert who_is_in(client) == "Ada Bell"


def test_after_signing_in_nothing_changes_who_the_session_belongs_to(make, sign_in):
    person, other = make.person(name="Ada Bell"), make.person(name="Boss")
    browser = sign_in(person)

    browser.post("/sign-in", data={"email": other.email})
    browser.post("/account/access-needs", data={"access_needs": "", "person_id": other.id})

    assert who_is_in(browser) == "Ada Bell"
    assert set(db.session.scalars(select(WebSession.person_id))) == {person.id}


def test_a_new_browser_is_told_to_the_person_but_the_first_one_is_not(make, app):
    person, home, elsewhere = make.person(), app.test_client(), app.test_client()

    for browser in (home, home, elsewhere):
        browser.post("/sign-out")
        ask(browser, person.email)
        browser.post(path_in(newest_text(person.email)))

    notices = list_messages("sign-in from a new browser")
    assert [notice.person_id for notice in notices] == [person.id]


@pytest.mark.parametrize(("days", "kept"), [(1, 2), (1.001, 0)])
def test_links_are_cleared_away_a_day_after_their_end(make, client, days, kept):
    ask(client, make.person().email)
    client.application.test_client().post("/sign-in", data={"email": "stranger@example.org"})
    end = db.session.scalar(select(func.min(SignInLink.expires_at)))

    with transaction():
        services.clear_old(now=end + timedelta(days=days))

    assert len(db.session.scalars(select(SignInLink)).all()) == kept
    assert ("suppressed" in {message.state for message in list_messages()}) is bool(kept)


def with_cookie(browser, token):
    """Another browser that has got hold of a session cookie."""
    thief = browser.application.test_client()
    thief.set_cookie(SESSION, token)
    return thief


def without_secrets(text):
    return re.sub(r'(nonce-|nonce="|name="csrf_token"[^>]*value=")[^"\']+', "", text)
