"""Mailed links against scanners and strangers (IN-02; LK-1 to LK-4, WB-4)."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from swa.core import clock, next_page
from swa.core.db import db, transaction
from swa.people import tokens
from swa.people.models import Person
from swa.people.services import web_sessions
from tests.support.account_mails import code_in, newest_text, path_in
from tests.support.fingerprint import whole_database

SESSION = "swa-session"


def ask_to_sign_in(browser, make):
    person = make.person(name="Ada Bell", email="ada@example.org")
    browser.post("/sign-in", data={"email": person.email})
    return path_in(newest_text(person.email))


def ask_to_register(browser, make):
    make.organisation(domain="newham.example.org")
    browser.post("/register", data={"email": "ada@newham.example.org"})
    about = {"name": "Ada Bell", "job_role": "Adviser", "kind": "paid"}
    browser.post("/register/details", data=about)
    return path_in(newest_text("ada@newham.example.org"))


both_links = pytest.mark.parametrize(
    "ask",
    [pytest.param(ask_to_sign_in, id="sign in"), pytest.param(ask_to_register, id="register")],
)


@both_links
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_opening_a_mailed_link_twenty_times_changes_nothing(make, app, ask, method):
    owner = app.test_client()
    path = ask(owner, make)
    before = whole_database()

    for browser in (owner, app.test_client()):
        for _ in range(20):
            browser.open(path, method=method)

    assert whole_database() == before
    assert owner.post(path).status_code == 302


@pytest.mark.parametrize("path", ["/sign-in", "/account", "/"])
def test_the_other_pages_that_mails_link_to_change_nothing_either(make, sign_in, moved_clock, path):
    person = make.person()
    browser = sign_in(person)
    moved_clock(minutes=30)
    before = whole_database()

    for _ in range(20):
        browser.get(path)
        browser.application.test_client().get(path)

    assert whole_database() == before


@both_links
def test_a_stranger_who_sends_every_form_gains_nothing_and_uses_nothing_up(make, app, ask):
    owner, stranger = app.test_client(), app.test_client()
    path = ask(owner, make)
    shown = stranger.get(path)
    before = whole_database()

    answers = []
    for form in BeautifulSoup(shown.text, "html.parser").select("form[method=post]"):
        fields = {field["name"]: field.get("value", "") for field in form.select("[name]")}
        answers.append(stranger.post(form["action"], data=fields, with_token=False))

    assert answers
    assert all("Go back to the browser where you asked" in answer.text for answer in answers)
    assert whole_database() == before
    assert stranger.get_cookie(SESSION) is None
    for page in (shown, *answers):
        assert "Ada" not in page.text
        assert "ada@" not in page.text
    assert "a•••@" in shown.text
    assert owner.post(path).status_code == 302


@both_links
def test_the_page_behind_a_link_is_neither_kept_nor_passed_on(make, client, ask):
    path = ask(client, make)

    for response in (client.get(path), client.post(path + "x"), client.get(path + "x")):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"


@both_links
def test_a_link_works_once(make, client, ask):
    path = ask(client, make)

    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 404
    assert client.get(path).status_code == 404


def test_the_button_works_as_browsers_send_it_from_a_page_without_referrer(make, client):
    path = ask_to_sign_in(client, make)
    sent = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}

    assert client.post(path, headers=sent).status_code == 302


def test_a_link_of_one_purpose_opens_nothing_else(make, client):
    path = ask_to_register(client, make)

    other = client.post(path.replace("/register/", "/sign-in/"))

    assert other.status_code == 404
    assert client.post(path).status_code == 302


def test_a_token_has_256_bits_and_a_code_letters_that_cannot_be_mistaken(app):
    seen = set()
    for _ in range(200):
        nonce = tokens.new_secret()
        token, code = tokens.link_token("sign in", nonce), tokens.link_code("sign in", nonce)
        seen |= {token, code}
        assert len(token) == 43
        assert len(code) == 8
        assert not set(code) & set("01IOLio")
        assert token != tokens.link_token("register", nonce)
        assert code != tokens.link_code("register", nonce)

    assert len(seen) == 400
    assert len(tokens.CODE_LETTERS) == 31


def test_a_token_cannot_be_worked_out_without_the_key_of_the_application(app, monkeypatch):
    nonce = tokens.new_secret()
    ours = tokens.link_token("sign in", nonce)

    monkeypatch.setitem(app.config, "SECRET_KEY", "another key of an application like this one")

    assert tokens.link_token("sign in", nonce) != ours


@pytest.mark.parametrize(
    ("name", "leads_to"),
    [
        pytest.param("people.access_needs", "/account/access-needs", id="a page of ours"),
        pytest.param("https://example.org", "/home", id="an address"),
        pytest.param("//example.org", "/home", id="without a scheme"),
        pytest.param("/\t/example.org", "/home", id="with a tab"),
        pytest.param("javascript:alert(1)", "/home", id="a script"),
        pytest.param("people.sign_out", "/home", id="no page to look at"),
        pytest.param("people.open_link", "/home", id="a page with more than ids"),
        pytest.param("static", "/home", id="a file"),
        pytest.param("no.such.page", "/home", id="nothing"),
        pytest.param("", "/home", id="empty"),
    ],
)
def test_after_signing_in_one_goes_on_to_a_listed_page_only(make, client, name, leads_to):
    person = make.person()
    client.get("/sign-in", query_string={"next": name})
    client.post("/sign-in", data={"email": person.email})

    response = client.post(path_in(newest_text(person.email)))

    assert response.location == leads_to


def test_who_was_on_the_way_to_a_page_gets_there_after_signing_in(make, client):
    person = make.person()

    asked = client.get("/account/access-needs")
    client.get(asked.location)
    client.post("/sign-in", data={"email": person.email})
    response = client.post(
        "/sign-in/check-email", data={"code": code_in(newest_text(person.email))}
    )

    assert asked.status_code == 302
    assert response.location == "/account/access-needs"


@pytest.mark.parametrize("number", ["1" * 10, "-1", "1.5", "x", "1\x00", ""])
def test_an_odd_id_on_the_way_is_no_listed_page(app, number):
    place = {"next": "people.accept_request", "request_id": number}
    with app.test_request_context():
        assert next_page.only_names(place) == {}
        assert next_page.path_of(place) is None
        assert next_page.path_of(place | {"request_id": "12"}) == "/people/requests/12/accept"


def test_a_disabled_person_gets_no_session_even_from_a_used_link(make, app):
    person = make.person(is_active=False)
    with transaction():
        token = web_sessions.begin(person.id, browser="", now=clock.utc_now())
    thief = app.test_client()
    thief.set_cookie(SESSION, token)

    assert thief.get("/account").status_code == 302
    assert db.session.scalars(select(Person.id)).all() == [person.id]
