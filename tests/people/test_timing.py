"""How long an answer takes tells nobody whether an address is known (AU-2; scorecard row 21).

For each entry that takes an address, 500 known and 500 unknown ones in random order, five times
over. The ranks of their times must look alike in at least four of the five, and the medians lie
less than 5 ms apart. Any other work on the machine is noise, so this runs in `make soak` only; the
cheap form, that both cause the same statements, runs always (test_sign_in, test_registration).

    SWA_FIGURES=soak SWA_TIMING_REPEATS=1 pytest --log-cli-level=info tests/people/test_timing.py
"""

import gc
import logging
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from statistics import median

import pytest
from flask import Flask
from sqlalchemy import delete, insert

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import services as outbox
from swa.messaging.engine import current_engine
from swa.messaging.rendering import page_url, render_draft
from swa.people.models import Person, RateCount
from swa.people.types import PersonKind
from tests.support.client import Client
from tests.support.figures import IS_SOAK, figure
from tests.support.mann_whitney import p_value

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.figures,
    pytest.mark.skipif(
        not IS_SOAK, reason="times are compared on a quiet machine only: SWA_FIGURES=soak"
    ),
    pytest.mark.timeout(3 * 3600),
]
REPEATS = figure("timing_repeats", test=0, ci=0, soak=5)
ADDRESSES = 500
WARM_UP = 30
LEVEL, WIDEST_GAP_SECONDS = 0.01, 0.005
STAFF, ELSEWHERE = "newham.example.org", "corner.example.org"
_places = count(1)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """A form that takes an address, or comes after one that does.

    Attributes:
        path: Where the last form goes; its time is taken.
        fields: What is typed there; ``{address}`` stands for the address.
        before: The forms that lead there, not timed.
        domain: Of the addresses.
    """

    path: str
    fields: dict[str, str]
    before: tuple[tuple[str, dict[str, str]], ...] = ()
    domain: str = STAFF


ADDRESS = {"email": "{address}"}
DETAILS = {"name": "Ada Bell", "job_role": "Adviser", "kind": "paid"}
WISH = {"name": "Ada Bell", "organisation_name": "The Corner", "job_role": "Adviser"}
WRONG_CODE = {"code": "AAAA AAAA"}
BEGUN = ("/register", ADDRESS)
ENTRIES = {
    "ask for a link": Entry("/sign-in", ADDRESS),
    "type a code": Entry("/sign-in/check-email", WRONG_CODE, (("/sign-in", ADDRESS),)),
    "begin to register": Entry("/register", ADDRESS),
    "register": Entry("/register/details", DETAILS, (BEGUN,)),
    "type a code to register": Entry(
        "/register/check-email", WRONG_CODE, (BEGUN, ("/register/details", DETAILS))
    ),
    "ask to join": Entry("/register/ask-to-join", WISH, (BEGUN,), ELSEWHERE),
}


@pytest.fixture
def stopwatch(app: Flask, make) -> Iterator[Callable[[Entry, str], float]]:
    """Return seconds that the last form of an entry takes with an address, in a fresh browser.

    It is sent from a thread of its own, so that each request opens and closes its own session of
    the database, as on a server; hints for the worker are really written.
    """
    for domain in (STAFF, ELSEWHERE):
        organisation = make.organisation(domain=domain if domain == STAFF else "")
        _add_people(organisation.id, domain)
    engine = current_engine()
    engine.open()
    with ThreadPoolExecutor(1) as thread:
        yield lambda entry, address: thread.submit(_time, app, entry, address).result()
    engine.close()


def _add_people(organisation_id: int, domain: str) -> None:
    rows = [
        {
            "name": f"Person {number}",
            "email": f"known.{number:05}@{domain}",
            "kind": PersonKind.PAID,
            "organisation_id": organisation_id,
            "created_at": clock.utc_now(),
        }
        for number in range(ADDRESSES)
    ]
    with transaction():
        db.session.execute(insert(Person), rows)


def _time(app: Flask, entry: Entry, address: str) -> float:
    number = next(_places)
    place = {"REMOTE_ADDR": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
    browser = Client(app, app.response_class)
    for path, fields in entry.before:
        _send(app, browser, path, fields, address, place)
    return _send(app, browser, entry.path, entry.fields, address, place)


def _send(app, browser, path, fields, address, place) -> float:
    data = {name: text.format(address=address) for name, text in fields.items()}
    with app.app_context():
        browser.form_token()
        began = time.perf_counter()
        response = browser.post(path, data=data, environ_overrides=place)
        took = time.perf_counter() - began
    assert response.status_code in {302, 422}, (path, response.status_code)
    return took


def compare(stopwatch, entry: Entry, seed: int) -> tuple[list[float], list[float]]:
    """Return the seconds of the known and of the unknown addresses, asked in random order."""
    numbers = random.Random(seed)
    asked = [(name, n) for name in ("known", "guest") for n in range(ADDRESSES)]
    numbers.shuffle(asked)
    times: dict[str, list[float]] = {"known": [], "guest": []}
    _forget_counts()
    for n in range(WARM_UP):
        stopwatch(entry, f"warm.{n:05}@{entry.domain}")
    gc.collect()
    for turn, (name, n) in enumerate(asked):
        if turn % 50 == 0:
            _forget_counts()
        times[name].append(stopwatch(entry, f"{name}.{n:05}@{entry.domain}"))
    return times["known"], times["guest"]


def _forget_counts() -> None:
    """Nobody is slowed down here, however often they ask."""
    with transaction():
        db.session.execute(delete(RateCount))


@pytest.mark.parametrize("name", ENTRIES)
def test_times_do_not_tell_known_from_unknown_addresses(stopwatch, name):
    found = []
    for repeat in range(REPEATS):
        known, unknown = compare(stopwatch, ENTRIES[name], seed=repeat)
        gap = median(known) - median(unknown)
        found.append((p_value(known, unknown), gap))
        numbers = (name, found[-1][0], median(known) * 1e3, gap * 1e6)
        log.info("%s: p = %.3f, median %.2f ms, known - unknown %+.0f µs", *numbers)

    alike = sum(p > LEVEL for p, _ in found)
    assert alike >= REPEATS - REPEATS // 5, found
    assert all(abs(gap) < WIDEST_GAP_SECONDS for _, gap in found), found


def test_the_stopwatch_sees_a_mail_that_is_written_in_the_request(stopwatch, monkeypatch):
    """The control: were the words made at once, and so for known addresses only, it would show."""
    queue = outbox.queue_to_address

    def queue_and_write(*arguments, suppressed=False, **facts):
        if not suppressed:
            render_draft("people/already_registered", sign_in_link=page_url("people.sign_in"))
        queue(*arguments, suppressed=suppressed, **facts)

    monkeypatch.setattr(outbox, "queue_to_address", queue_and_write)

    known, unknown = compare(stopwatch, ENTRIES["ask for a link"], seed=1)

    assert p_value(known, unknown) < LEVEL
