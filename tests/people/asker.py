"""One of several web servers that count together: ``python -m tests.people.asker URL FOLDER``.

A line of JSON is either ``{"count": [purpose, key, times]}``, answered with how many of them were
allowed, or ``{"page": "…", "from": number, "times": …}``, answered with the status of each answer.
"""

import sys
from typing import Any

from flask import Flask

from swa.core import clock
from swa.core.db import transaction
from swa.people.rules import rates as rules
from swa.people.services import rates
from tests.support import helpers
from tests.support.client import Client

LIMITS = {each.purpose: each for each in vars(rules).values() if isinstance(each, rules.Limit)}
WISH = {"name": "Ada Bell", "organisation_name": "The Corner", "job_role": "Adviser"}


def count(purpose: str, key: str, times: int) -> int:
    """Say how many of so many requests are allowed."""
    allowed = 0
    for _ in range(times):
        with transaction():
            counted = [rules.Counted(LIMITS[purpose], key)]
            allowed += rates.allow(counted, now=clock.utc_now())
    return allowed


def ask_for_a_link(app: Flask, number: int) -> int:
    """Ask in a fresh browser, with headers that claim to come from elsewhere."""
    return _post(app.test_client(), "/sign-in", number, {"email": f"person{number}@example.org"})


def ask_to_join(app: Flask, number: int) -> int:
    """Ask to join from an organisation that is not listed."""
    browser = app.test_client()
    _post(browser, "/register", number, {"email": f"person{number}@corner.example.org"})
    return _post(browser, "/register/ask-to-join", number, WISH)


def _post(browser: Any, path: str, number: int, fields: dict[str, str]) -> int:
    elsewhere = f"192.0.2.{number % 250}"
    names = ("X-Forwarded-For", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP")
    forged = dict.fromkeys(names, elsewhere) | {"Forwarded": f"for={elsewhere}"}
    return int(browser.post(path, data=fields, headers=forged).status_code)


PAGES = {"link": ask_for_a_link, "join": ask_to_join}


def main() -> None:
    app = helpers.make_app(*sys.argv[1:])
    app.test_client_class = Client
    for asked in helpers.questions():
        with app.app_context():
            if "count" in asked:
                helpers.answer(count(*asked["count"]))
                continue
            numbers = range(asked["from"], asked["from"] + asked["times"])
            helpers.answer([PAGES[asked["page"]](app, number) for number in numbers])


if __name__ == "__main__":
    main()
