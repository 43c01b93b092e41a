"""What every answer owes, and what no request can do (WB-2, WB-3, WB-5 to WB-8; AU-4)."""

import pytest
from flask import request, url_for

from swa.core.access import public
from swa.web.factory import MOST_BYTES_OF_A_FORM, create_app
from swa.web.settings import load_settings
from swa.web.sizes import MOST_FIELDS
from tests.support.contacts import CONTACTS
from tests.support.plain_app import plain_app

PATHS = ["/", "/help", "/sign-in", "/no-such-page", "/sessions/999", "/static/app/app.css"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_security_headers(client, path):
    with client.get(path) as response:
        headers = response.headers

    policy = headers["Content-Security-Policy"]
    assert "script-src 'self' 'nonce-" in policy
    assert "unsafe" not in policy
    for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}


def test_each_answer_has_a_nonce_of_its_own(client):
    policies = {client.get("/").headers["Content-Security-Policy"] for _ in range(5)}

    assert len(policies) == 5


def test_over_tls_browsers_are_told_to_stay_there():
    app = create_app(
        load_settings(
            mode="production",
            secret_key="the tests know this secret and nobody else does",
            base_url="https://swa.example.org",
            database_url="sqlite:///nowhere-in-particular.db",
            **CONTACTS,
        )
    )

    headers = app.test_client().get("/help").headers

    assert "max-age=63072000" in headers["Strict-Transport-Security"]
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")


def test_pages_are_not_kept_by_caches(sign_in, make):
    headers = sign_in(make.person()).get("/home").headers

    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]


def test_a_form_that_is_too_large_is_refused_in_words(client):
    body = "email=" + "a" * MOST_BYTES_OF_A_FORM

    response = client.post("/sign-in", data=body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 413
    assert "Traceback" not in response.text


def test_a_form_with_too_many_parts_is_refused(client):
    parts = {f"field{number}": "x" for number in range(2500)}

    response = client.post("/sign-in", data=parts, content_type="multipart/form-data")

    assert response.status_code == 413


@pytest.mark.parametrize(("fields", "status"), [(MOST_FIELDS, 422), (MOST_FIELDS + 1, 413)])
def test_a_form_with_too_many_fields_is_refused(client, fields, status):
    body = "&".join(["email=", *(f"a{number}=" for number in range(fields - 1))])

    response = client.post("/sign-in", data=body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == status


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Forwarded-Server", "Forwarded"])
def test_a_forged_host_changes_no_link(client, header):
    response = client.get("/", headers={header: "evil.example.net"})

    assert "evil.example.net" not in response.text
    assert "evil.example.net" not in response.headers.get("Location", "")


@pytest.mark.parametrize(
    ("hops", "forwarded", "seen"),
    [
        pytest.param(0, "203.0.113.9", "127.0.0.1", id="no proxy: the header is only a claim"),
        pytest.param(1, "203.0.113.9", "203.0.113.9", id="one proxy: its word counts"),
        pytest.param(1, "6.6.6.6, 203.0.113.9", "203.0.113.9", id="one proxy: the last word only"),
        pytest.param(2, "6.6.6.6, 198.51.100.7, 203.0.113.9", "198.51.100.7", id="two proxies"),
    ],
)
def test_exactly_so_many_proxies_are_believed(hops, forwarded, seen):
    app = create_app(
        load_settings(
            mode="demo",
            secret_key="the tests know this secret and nobody else does",
            base_url="http://localhost",
            database_url="sqlite:///nowhere-in-particular.db",
            proxy_hops=hops,
        )
    )
    app.add_url_rule("/who-asks", "who_asks", public(lambda: request.remote_addr))

    response = app.test_client().get("/who-asks", headers={"X-Forwarded-For": forwarded})

    assert response.text == seen


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.net"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_changes_asked_for_by_another_site_are_refused(client, headers):
    assert (
        client.post("/sign-in", data={"email": "a@example.org"}, headers=headers).status_code == 400
    )


def test_trace_is_refused(client):
    assert client.open("/", method="TRACE").status_code == 405


def test_addresses_are_built_without_the_host_of_the_request():
    with plain_app().test_request_context("/", base_url="http://evil.example.net"):
        assert url_for("home.start") == "/"


def test_the_health_page_tells_no_version(client):
    response = client.get("/health")

    assert response.status_code == 200
    assert "ersion" not in response.text
