"""Every answer carries the security headers: pages, errors, files, downloads (WB-6, WB-7; row 26).

Each route and method, as a stranger and as somebody who may do everything, on an application that
is reached over TLS; then every error that there is a page for, files, and parts of files.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from swa.core.access import Audience, policy_of
from swa.core.db import db, transaction
from swa.people.access import COOKIE
from swa.people.services import rates
from swa.people.types import Role
from swa.web.factory import create_app
from swa.web.settings import load_settings
from tests.support.client import Client
from tests.support.factories import soon
from tests.support.figures import figure
from tests.support.rows import make_message
from tests.support.signing_in import signed_in_client
from tests.whole_site.objects import Objects, path_of

HERE = "https://localhost"
ALL_METHODS = ("GET", "POST", "PUT", "HEAD", "OPTIONS", "PATCH", "DELETE", "TRACE")
REFUSED = {"PUT", "OPTIONS", "PATCH", "DELETE", "TRACE"}
METHODS = ALL_METHODS[: figure("methods", test=3, ci=8, soak=8)]
FILES = ("/static/", "/brand.css")  # the same for everybody, so browsers may keep them
NONCE = re.compile(r"'nonce-([\w-]{22,})'")
ALWAYS = {
    "X-Content-Type-Options": {"nosniff"},
    "Referrer-Policy": {"same-origin", "no-referrer"},
    "Cross-Origin-Opener-Policy": {"same-origin"},
    "Cross-Origin-Resource-Policy": {"same-origin"},
    "Strict-Transport-Security": {"max-age=63072000; includeSubDomains"},
}
NOT_KEPT = {"no-store", "private, no-store"}  # the second is that of calendars (FEED-2)
# The HTML part of a mail stands in a frame of the demonstration's mailbox, where nothing can run.
FRAMED = "sandbox"


def faults_of(answer) -> list[str]:
    """Say which headers are missing or too wide."""
    headers = answer.headers
    faults = [
        f"{name}: {headers.get(name)}"
        for name, good in ALWAYS.items()
        if headers.get(name) not in good
    ]
    faults += _faults_of_policy(headers.get("Content-Security-Policy", ""))
    if not all(f"{what}=()" in headers.get("Permissions-Policy", "") for what in ("camera", "usb")):
        faults.append("Permissions-Policy")
    is_file = answer.request.path.startswith(FILES)
    if not is_file and headers.get("Cache-Control") not in NOT_KEPT:
        faults.append(f"Cache-Control: {headers.get('Cache-Control')}")
    if not is_file and "Cookie" not in headers.get("Vary", ""):
        faults.append(f"Vary: {headers.get('Vary')}")
    if "Server" in headers or "X-Powered-By" in headers:
        faults.append("says what it runs on")
    return faults


def _faults_of_policy(policy: str) -> list[str]:
    parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    is_framed = FRAMED in parts
    wanted = {"base-uri": "'none'", "frame-ancestors": "'self'" if is_framed else "'none'"}
    wanted |= {"default-src": "'none'"} if is_framed else {"object-src": "'none'"}
    faults = [f"{name} {parts.get(name)}" for name in wanted if parts.get(name) != wanted[name]]
    nonce_at = "style-src" if is_framed else "script-src"
    if not NONCE.search(parts.get(nonce_at, "")):
        faults.append("no nonce")
    if "unsafe" in policy or "*" in policy or "http:" in policy:
        faults.append(f"too wide: {policy}")
    return faults


@pytest.fixture(params=["production", "demo"])
def tls(app: Flask, settings, request) -> Iterator[Flask]:
    """The application as people reach it over TLS, on the database of the test."""
    secure = create_app(
        load_settings(
            mode=request.param,
            secret_key=settings.secret_key.get_secret_value(),
            base_url=HERE,
            database_url=settings.database_url,
            instance_path=settings.instance_path,
        )
    )
    secure.testing, secure.test_client_class = True, Client
    secure.config["WTF_CSRF_ENABLED"] = False
    yield secure
    with secure.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def insider(app, make, tls):
    """Return a browser, on the secure application, of somebody who holds every role."""
    person = make.person(roles=list(Role))
    return person, lambda: _signed_in(app, tls, person)


def _signed_in(app, tls, person):
    browser = tls.test_client()
    browser.set_cookie(f"__Host-{COOKIE}", signed_in_client(app, person).get_cookie(COOKIE).value)
    return browser


def routes_of(app):
    """List the routes; of a demonstration only those that are nowhere else."""
    is_demo = app.extensions["swa_settings"].is_demo
    policies = {name: policy_of(view).audience for name, view in app.view_functions.items()}
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and (policies[rule.endpoint] is Audience.DEMO) == is_demo
    ]


@pytest.mark.heavy
@pytest.mark.figures
def test_every_route_answers_every_method_with_the_headers(make, tls, insider):
    person, sign_in = insider
    objects, browser = Objects(make, person), sign_in()
    objects.keeps = True
    faults, statuses = [], Counter()
    for rule in routes_of(tls):
        paths = [path_of(tls, rule, objects.arguments(rule, kind)) for kind in ("own", "missing")]
        asked = product(dict.fromkeys(paths), METHODS, (None, browser))
        for path, method, somebody in asked:
            if somebody and method in REFUSED:
                continue  # whoever asks
            with (somebody or tls.test_client()).open(path, method=method, base_url=HERE) as answer:
                statuses[answer.status_code] += 1
                faults += [f"{method} {path} {fault}" for fault in faults_of(answer)]
        if browser.get("/account", base_url=HERE).status_code != 200:
            browser = sign_in()  # it was signed out there

    assert not faults, "\n".join(faults[:10])
    assert {200, 404, 405} <= set(statuses), statuses
    assert max(statuses) < 500, statuses


def _raise(error):
    def view(**_arguments):
        raise error

    return view


ERRORS = {
    400: {"method": "POST", "path": "/sign-in", "headers": {"Origin": "https://evil.example.net"}},
    403: {"path": "/people/"},
    404: {"path": "/no-such-page"},
    405: {"method": "PUT", "path": "/sign-in"},
    413: {"method": "POST", "path": "/sign-in", "data": {"email": "x" * 3_000_000}},
    429: {"method": "POST", "path": "/sign-in", "data": {"email": "a@example.org"}},
    500: {"path": "/help"},
    503: {"path": "/help"},
}


@pytest.mark.parametrize("status", ERRORS)
def test_every_error_carries_the_headers(app, make, tls, monkeypatch, status):
    wanted = dict(ERRORS[status])
    browser = _signed_in(app, tls, make.person()) if status == 403 else tls.test_client()
    if status == 429:
        monkeypatch.setattr(rates, "allow", lambda _counted, now: not now)
    if status in {500, 503}:
        error = ValueError("x") if status == 500 else OperationalError("x", {}, Exception("x"))
        monkeypatch.setitem(tls.view_functions, "home.help", _marked(tls, "home.help", error))

    answer = browser.open(wanted.pop("path"), base_url=HERE, **wanted)

    assert answer.status_code == status
    assert faults_of(answer) == []


def _marked(tls, endpoint, error):
    view = _raise(error)
    view.access = tls.view_functions[endpoint].access
    return view


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/static/app/app.css", {}, 200),
        ("/static/app/app.css", {"Range": "bytes=0-9"}, 206),
        ("/static/app/app.css", {"Range": "bytes=99999999-"}, 400),
        ("/static/app/no-such-file.css", {}, 404),
        ("/static/../settings.py", {}, 404),
        ("/static/", {}, 404),
    ],
)
def test_files_carry_the_headers(tls, path, headers, status):
    with tls.test_client().get(path, headers=headers, base_url=HERE) as answer:
        assert answer.status_code == status
        assert [fault for fault in faults_of(answer) if "Cache-Control" not in fault] == []


def test_a_file_that_has_not_changed_carries_the_headers(tls):
    with tls.test_client().get("/static/app/app.css", base_url=HERE) as first:
        tag = first.headers["ETag"]

    again = {"headers": {"If-None-Match": tag}, "base_url": HERE}
    with tls.test_client().get("/static/app/app.css", **again) as answer:
        assert answer.status_code == 304
        assert faults_of(answer) == []


def test_downloads_are_attachments_with_the_headers(make, tls, insider):
    person, sign_in = insider
    message = make_message(make)
    with transaction():
        message.calendar, message.calendar_method = b"BEGIN:VCALENDAR\r\n", "REQUEST"
    paths = ["/people/import/template", f"/demo/mailbox/{message.id}/invite.ics"]
    booking = make.booking(make.session(starts_at=soon(days=9)), person=person)
    paths.append(f"/bookings/{booking.id}/calendar.ics")
    found = {}
    for path in paths:
        answer = sign_in().get(path, base_url=HERE)
        assert faults_of(answer) == []
        if answer.status_code == 200:
            found[path] = answer.headers["Content-Disposition"].partition(";")[0]

    assert "/people/import/template" in found
    assert set(found.values()) == {"attachment"}
