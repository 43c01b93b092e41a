"""Who may open a page, form tokens, other sites (IN-02; AU-4, AZ-4, WB-7 of the notes)."""

import pytest
from bs4 import BeautifulSoup

from swa.core.access import Audience, policy_of
from swa.core.db import db
from swa.people import access
from swa.people.types import Role
from swa.web.factory import create_app
from swa.web.settings import load_settings
from tests.support.account_mails import newest_text, path_in
from tests.support.contacts import CONTACTS
from tests.support.pages import read_page
from tests.support.plain_app import plain_app

APP = plain_app("production")
CHANGING = [
    rule
    for rule in APP.url_map.iter_rules()
    if "POST" in rule.methods
    and policy_of(APP.view_functions[rule.endpoint]).audience is not Audience.DEMO
]
# Who may ask for a change without a form token, and why; MAIL-10.
NEEDS_NO_TOKEN = {
    "/stop-messages/<token>": "mail programs post there, without a browser (RFC 8058, 3.2); the"
    " address is the key, and all that it does is stop optional messages",
}


def address_of(rule):
    """The rule's address with an id that nothing has."""
    return rule.build({name: _some(name) for name in rule.arguments})[1]


def _some(name):
    return "x" * 43 if name == "token" else 999


def let_through(browser, **request):
    """The changing routes that let the request through, with what they answered."""
    answers = {
        str(rule): browser.post(address_of(rule), **request).status_code for rule in CHANGING
    }
    return {rule: status for rule, status in answers.items() if status != 400}


def test_every_change_refuses_a_form_without_a_token(make, sign_in):
    everybody = sign_in(make.person(roles=list(Role)))

    assert let_through(everybody, with_token=False).keys() == NEEDS_NO_TOKEN.keys()


def test_nothing_but_the_click_of_a_mail_program_is_let_off_the_form_token():
    assert APP.extensions["csrf"]._exempt_views == {"swa.people.views.stopping.stop_in_one_click"}


def test_every_change_refuses_another_persons_token(make, sign_in):
    stranger = sign_in(make.person())
    everybody = sign_in(make.person(roles=list(Role)))
    everybody.get("/account")

    let = let_through(everybody, headers={"X-CSRFToken": stranger.form_token()})

    assert let.keys() == NEEDS_NO_TOKEN.keys()


@pytest.mark.parametrize(
    "sender",
    [
        pytest.param({"Origin": "https://evil.example"}, id="another origin"),
        pytest.param({"Origin": "null"}, id="a hidden origin"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="a sibling site"),
    ],
)
def test_every_change_refuses_what_another_site_asks_for(make, sign_in, sender):
    everybody = sign_in(make.person(roles=list(Role)))

    assert let_through(everybody, headers=sender) == {}


def test_there_are_changes_to_look_at():
    assert {"/sign-in", "/sign-out", "/account/sign-out-everywhere"} <= set(map(str, CHANGING))


def test_form_tokens_of_one_person_die_when_another_signs_in(make, client):
    first, second = make.person(), make.person()
    _come_in(client, first)
    page = BeautifulSoup(client.get("/account/access-needs").text, "html.parser")
    token = page.select_one("[name=csrf_token]")["value"]
    client.delete_cookie(access.COOKIE)
    _come_in(client, second)

    response = client.post(
        "/account/access-needs",
        data={"csrf_token": token, "access_needs": "x"},
        with_token=False,
    )

    assert response.status_code == 400


def _come_in(browser, person):
    browser.post("/sign-in", data={"email": person.email})
    browser.post(path_in(newest_text(person.email)))


def test_answers_survive_signing_in_again(make, client):
    person = make.person()
    _come_in(client, person)
    form = _fields(client.get("/account/access-needs"))
    client.delete_cookie(access.COOKIE)

    late = client.post(
        "/account/access-needs", data=form | {"access_needs": "A <loop>"}, with_token=False
    )
    _come_in(client, person)
    kept = _fields(late)
    sent = client.post("/account/access-needs", data=kept, with_token=False)

    assert late.status_code == 401
    assert "Sign in again" in read_page(late).h1.text
    assert kept["access_needs"] == "A <loop>"
    assert sent.location == "/account"
    assert "A &lt;loop&gt;" in client.get("/account").text


def _fields(response):
    form = BeautifulSoup(response.text, "html.parser").select_one("main form")
    return {field["name"]: field.get("value", "") for field in form.select("[name]")}


def test_a_stranger_is_sent_to_sign_in_alike_for_real_and_invented_ids(make, client):
    person = make.person()

    statuses = {
        (response.status_code, response.location.partition("?")[0])
        for number in (person.id, 99999)
        for response in (
            client.get(f"/people/requests/{number}/accept"),
            client.post(f"/people/requests/{number}/accept"),
        )
    }

    assert statuses == {(302, "/sign-in")}


def test_pages_of_signed_in_people_are_not_kept(make, sign_in):
    response = sign_in(make.person()).get("/account")

    assert response.headers["Cache-Control"] == "no-store"
    assert "Cookie" in response.headers["Vary"]


def test_a_page_that_asks_for_the_person_needs_a_policy(app):
    with app.test_request_context(), pytest.raises(RuntimeError, match="signed_in"):
        access.current_person()


@pytest.fixture
def https_app(settings):
    """The same application as people reach it in production."""
    app = create_app(
        load_settings(
            mode="production",
            secret_key="the tests know this secret and nobody else does",
            base_url="https://swa.example.org",
            database_url=settings.database_url,
            instance_path=settings.instance_path,
            **CONTACTS,
        )
    )
    app.testing = True  # wakes no worker
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_on_https_every_cookie_is_bound_to_the_host(app, make, https_app):
    person = make.person()
    browser = https_app.test_client()
    secure = {"base_url": "https://swa.example.org"}
    page = BeautifulSoup(browser.get("/sign-in", **secure).text, "html.parser")
    token = page.select_one("[name=csrf_token]")["value"]
    asked = browser.post(
        "/sign-in",
        data={"csrf_token": token, "email": person.email},
        headers={"Referer": "https://swa.example.org/sign-in"},
        **secure,
    )
    used = browser.post(
        path_in(newest_text(person.email)),
        data={"csrf_token": token},
        headers={"Referer": "https://swa.example.org/"},
        **secure,
    )

    cookies = [*asked.headers.getlist("Set-Cookie"), *used.headers.getlist("Set-Cookie")]
    names = {cookie.partition("=")[0] for cookie in cookies}
    assert names == {
        "__Host-swa-asking",
        "__Host-swa-form",
        "__Host-swa-known",
        "__Host-swa-session",
    }
    for cookie in cookies:
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
