"""Hostile text in every field gives no 500 and shows nothing of the inside (WB-1, WB-3)."""

import random
import re
import time

import pytest
from bs4 import BeautifulSoup

from swa.people.types import Role
from tests.support.figures import figure
from tests.support.plain_app import plain_app
from tests.whole_site.objects import Objects, path_of

INPUTS = figure("hostile_inputs", test=4_000, ci=20_000, soak=250_000)
MOST_SECONDS = 2.0
INSIDE = re.compile(r"Traceback|sqlalchemy|psycopg|sqlite3|SELECT |INSERT INTO|/swa/|\.py\b")
HOSTILE = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\r\nBcc: a@example.net",
    "' OR 1=1 --",
    '"><script>alert(1)</script>',
    "{{ 7*7 }}",
    "{% raise %}",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "9" * 30,
    "9" * 5000,
    "-1",
    "0",
    "1e309",
    "NaN",
    "²",
    "٣",
    "31/02/2026",
    "2026-02-31",
    "99:99",
    "25pm",
    "é" * 300,
    "🙂" * 500,
    "\u202e\u2066",
    "\u2028\u2029",
    "\ufeff",
    "\ud7ff",
    "a" * 10_000,
    "%00",
    "%s%s%s%n",
    "[]",
    "{}",
    "null",
    "undefined",
    "true",
    "javascript:alert(1)",
    "//evil.example.net",
    "data:text/html,x",
    "=cmd|' /C calc'!A0",
    "a@b",
    "a@" + "b" * 300 + ".org",
    "@",
    "y" * 254 + "@example.org",
    "=?utf-8?q?a=0D=0ABcc=3A_x?=",
    "<!--",
    "]]>",
    "\\",
    "\\u0000",
    "1;2",
    "None",
    "1970",
    "10000",
)
ROUTES = sorted(
    (
        rule
        for rule in plain_app("production").url_map.iter_rules()
        if rule.endpoint not in {"static", "people.sign_out", "people.sign_out_everywhere"}
    ),
    key=lambda rule: rule.rule,
)


def field_names(page):
    soup = BeautifulSoup(page, "html.parser")
    return {
        str(field["name"]) for field in soup.select("form [name]") if field["name"] != "csrf_token"
    }


@pytest.fixture
def without_tokens(app):
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.mark.heavy
@pytest.mark.figures
@pytest.mark.timeout(900)
def test_hostile_input_finds_no_crack(app, make, sign_in, without_tokens):
    """Each field of each form, and each parameter, gets texts that have broken others."""
    numbers = random.Random(20261122)
    person = make.person(roles=list(Role))
    browser, tried, faults = sign_in(person), 0, []
    pages = []
    for rule in ROUTES:
        path = path_of(app, rule, Objects(make, person).arguments(rule, "own"))
        fields = field_names(browser.get(path).text) if "GET" in rule.methods else {"x", "id"}
        pages.append((path, sorted({"GET", "POST"} & rule.methods), sorted(fields) or ["page"]))
    while tried < INPUTS:
        for path, methods, fields in pages:
            method = numbers.choice(methods)
            values = {name: numbers.choice(HOSTILE) for name in fields}
            tried += len(values)
            sent = {"query_string": values} if method == "GET" else {"data": values}
            began = time.thread_time()
            response = browser.open(path, method=method, **sent)
            took = time.thread_time() - began  # of this thread: what others do is no fault of ours
            slow = took > MOST_SECONDS
            if response.status_code >= 500 or INSIDE.search(response.text) or slow:
                faults.append(f"{method} {path} {values} -> {response.status_code}, {took:.1f} s")
            if "sign-in" in response.headers.get("Location", ""):
                browser = sign_in(person)

    assert not faults, "\n".join(faults[:5])


@pytest.mark.parametrize("text", ["9" * 30, "0", "-1", "1%00", "%ff%fe", "1e3", "²", "1" * 5000])
@pytest.mark.parametrize("rule", [rule for rule in ROUTES if "<int:" in rule.rule], ids=str)
def test_odd_ids_are_no_page(rule, text, app, make, sign_in):
    path = re.sub(r"<[^>]+>", text, rule.rule)

    for method in sorted({"GET", "POST"} & rule.methods):
        assert sign_in(make.person()).open(path, method=method).status_code in {400, 403, 404}
