"""Nothing that a stranger writes leads to another site: WB-4, WB-5, ML-3, IN-02 (row 24).

The values of ``elsewhere`` as the place to go on to after signing in, as a path, and as what a
request claims about the host it was sent to.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import delete, select

from swa.core.db import db, transaction
from swa.people import tokens
from swa.people.models import RateCount, SignInLink
from swa.web.factory import create_app
from swa.web.settings import load_settings
from tests.support.account_mails import list_messages, text_of
from tests.support.client import Client
from tests.support.figures import figure
from tests.whole_site.elsewhere import EVIL, forged_hosts, places_to_go_on_to

PLACES = places_to_go_on_to(figure("places_elsewhere", test=40, ci=140, soak=1_760))
FORGED = forged_hosts(figure("forged_hosts", test=34, ci=60, soak=240))
NAMES = ("next", "url", "return_to", "redirect", "continue", "session_id", "person_id")
PAGES = ("/", "/help", "/account", "/account/access-needs?x=1", "/bookings", "/no-such-page")
pytestmark = pytest.mark.timeout(900)


def is_ours(location: str | None) -> bool:
    """Say whether a browser that follows the address stays here."""
    if location is None:
        return True
    parts = urlsplit(location)
    plain = location.isprintable() and "\\" not in location and not location.startswith("//")
    return plain and parts.netloc in {"", "localhost"} and parts.scheme in {"", "http"}


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/home", True),
        ("/people/1?x=//evil.example.net", True),
        ("http://localhost/home", True),
        ("//evil.example.net", False),
        ("/\\evil.example.net", False),
        ("https://evil.example.net/home", False),
        ("javascript:alert(1)", False),
        ("/\t/evil.example.net", False),
    ],
)
def test_the_judge_knows_our_site(location, expected):
    assert is_ours(location) is expected


@pytest.mark.figures
def test_no_value_leads_off_the_site_after_signing_in(make, app):
    person, found = make.person(), {}
    for place in PLACES:
        browser = app.test_client()
        with transaction():
            for model in (RateCount, SignInLink):
                db.session.execute(delete(model))
        browser.get("/sign-in", query_string=dict.fromkeys(NAMES, place))
        browser.post("/sign-in", data={"email": person.email})
        link = db.session.scalars(select(SignInLink)).one()
        token = tokens.link_token(link.purpose, link.nonce)
        found[place] = browser.post(f"/sign-in/link/{token}").location

    assert len(found) == len(PLACES)
    assert set(found.values()) == {"/home"}, {k: v for k, v in found.items() if v != "/home"}


@pytest.mark.figures
def test_no_path_leads_off_the_site(app, make, sign_in):
    browser = sign_in(make.person())

    answers = {
        place: browser.get("/", environ_overrides={"PATH_INFO": _as_sent(f"/{place}")})
        for place in PLACES
    }

    assert {answer.status_code for answer in answers.values()} <= {200, 302, 400, 403, 404, 405}
    assert [place for place, answer in answers.items() if not is_ours(answer.location)] == []


def _as_sent(path: str) -> str:
    """Return a path as a server hands it on: the bytes of UTF-8, each as one sign."""
    return path.encode().decode("latin-1")


@pytest.fixture
def behind_a_proxy(app: Flask, settings) -> Iterator[Flask]:
    """The application as it stands behind one proxy, whose word about addresses it takes."""
    proxied = create_app(
        load_settings(
            mode="production",
            secret_key=settings.secret_key.get_secret_value(),
            base_url="http://localhost",
            database_url=settings.database_url,
            instance_path=settings.instance_path,
            proxy_hops=1,
        )
    )
    proxied.testing, proxied.test_client_class = True, Client
    yield proxied
    with proxied.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.figures
def test_a_forged_host_is_in_no_page_no_header_and_no_address_to_go_on_to(behind_a_proxy):
    faults = []
    for header, host in FORGED:
        for page in PAGES:
            answer = behind_a_proxy.test_client().get(page, headers={header: host})
            told = f"{answer.headers}{answer.text}"
            if EVIL in told or not is_ours(answer.location) or answer.status_code >= 500:
                faults.append((header, host, page, answer.status_code, answer.location))

    assert not faults, "\n".join(map(str, faults[:5]))


@pytest.mark.figures
def test_a_forged_host_is_in_no_mail(make, behind_a_proxy):
    """Neither where it was asked for, nor if the words were written in that very request."""
    faults, sent = [], 0
    for header, host in FORGED:
        if header == "Origin":
            continue  # such a form is refused
        person = make.person()
        browser = behind_a_proxy.test_client()
        browser.post("/sign-in", data={"email": person.email}, headers={header: host})
        for message in list_messages(address=person.email):
            with behind_a_proxy.test_request_context("/", headers={header: host}):
                text = text_of(message)
            sent += "http://localhost/sign-in/link/" in text
            faults += [(header, host)] if EVIL in text else []

    assert not faults
    assert sent >= len(FORGED) * 3 // 4
