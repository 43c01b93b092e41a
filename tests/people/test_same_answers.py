"""No entry tells whether an address is known: status, text and headers are the same (AU-2).

How long the answer takes is compared in test_timing.py, in a soak.
"""

import re

import pytest
import time_machine
from sqlalchemy import delete

from swa.core import clock
from swa.core.db import db, transaction
from swa.people.models import RateCount
from tests.people.test_timing import ENTRIES

SECRETS = re.compile(r"""(nonce-|nonce="|name="csrf_token"[^>]*value=")[^"']+""")
COOKIE = re.compile(r"=[^;]*")
TRIES = 6  # the sixth is slowed down, for known addresses and for others


def walk(app, entry, address: str) -> list[tuple]:
    """Fill in the forms of an entry, the last of them again and again, and follow each redirect."""
    browser, told = app.test_client(), []
    with transaction():  # what others asked from the same place before
        db.session.execute(delete(RateCount))
    forms = [*entry.before, *[(entry.path, entry.fields)] * TRIES]
    for path, fields in forms:
        data = {name: text.format(address=address) for name, text in fields.items()}
        answer = browser.post(path, data=data)
        told.append(in_general(answer, address))
        if answer.location:
            told.append(in_general(browser.get(answer.location), address))
    return told


def in_general(answer, address: str) -> tuple:
    headers = [
        (name, COOKIE.sub("=…", value, count=1) if name == "Set-Cookie" else SECRETS.sub("", value))
        for name, value in answer.headers
        if name != "Content-Length"  # follows from the text, without the address
    ]
    return answer.status_code, headers, SECRETS.sub("", answer.text).replace(address, "(address)")


@pytest.mark.parametrize("name", ENTRIES)
def test_every_entry_answers_known_disabled_and_unknown_addresses_alike(app, make, name):
    entry = ENTRIES[name]
    make.organisation(domain="newham.example.org")
    make.person(email=f"known@{entry.domain}")
    make.person(email=f"left@{entry.domain}", is_active=False)

    with time_machine.travel(clock.utc_now(), tick=False):  # cookies say when they end
        known, disabled, unknown = (
            walk(app, entry, f"{name}@{entry.domain}") for name in ("known", "left", "guest")
        )

    assert known == unknown
    assert disabled == unknown
    assert {302, 200} <= {status for status, *_ in unknown}
