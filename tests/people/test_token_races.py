"""Of many uses of one link or code at the same moment exactly one succeeds (LK-5; row 20)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from sqlalchemy import delete, select

from swa.core import clock
from swa.core.db import db, transaction
from swa.people import tokens
from swa.people.models import RateCount, Registration, SignInLink, WebSession
from swa.people.services import registration, sign_in
from swa.people.types import LinkPurpose, PersonKind
from tests.support.figures import figure

AT_ONCE = 50
_numbers = count(1)
ROUNDS = figure("token_races", test=1, ci=20, soak=1_000)
pytestmark = [pytest.mark.heavy, pytest.mark.timeout(60 + 30 * ROUNDS)]


def ask_to_sign_in(make, browser):
    person = make.person()
    with transaction():
        sign_in.ask_for_link(person.email, browser, now=clock.utc_now())


def ask_to_register(make, browser):
    organisation = make.organisation()
    address = f"ada{next(_numbers)}@b.example.org"
    details = registration.Details(address, "Ada", "Adviser", PersonKind.PAID, "Desk")
    with transaction():
        registration.register(details, organisation, browser, now=clock.utc_now())


def by_link(link, browser, *, now):
    token = tokens.link_token(link.purpose, link.nonce)
    return sign_in.use_link(token, link.purpose, browser, now=now)


def by_code(link, browser, *, now):
    code = tokens.link_code(link.purpose, link.nonce)
    return sign_in.use_code(code, link.purpose, browser, now=now)


FINISH = {LinkPurpose.SIGN_IN: sign_in.sign_in_with, LinkPurpose.REGISTER: registration.complete}


def race(app, browser, use):
    """Use the one link that there is from many threads at once; return who was let in."""
    link = db.session.scalars(select(SignInLink)).one()
    db.session.expunge(link)
    at_once = threading.Barrier(AT_ONCE, timeout=30)

    def one(_number):
        at_once.wait()
        now = clock.utc_now()
        with app.app_context(), transaction():
            used = use(link, browser, now=now)
            return bool(used and FINISH[link.purpose](used, browser, now=now))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


def clear_away():
    """Empty what a round wrote, and forget how often was asked."""
    db.session.rollback()
    with transaction():
        for model in (WebSession, Registration, SignInLink, RateCount):
            db.session.execute(delete(model))


@pytest.mark.figures
@pytest.mark.parametrize("use", [by_link, by_code])
@pytest.mark.parametrize("ask", [ask_to_sign_in, ask_to_register])
def test_of_fifty_uses_at_once_exactly_one_succeeds(make, app, ask, use):
    for _ in range(ROUNDS):
        browser = sign_in.Browser(tokens.new_secret())
        ask(make, browser)

        successes = race(app, browser, use)

        db.session.rollback()
        assert successes.count(True) == 1
        assert len(db.session.scalars(select(WebSession)).all()) == 1
        clear_away()


def test_tries_of_a_code_at_once_are_all_counted(make, app):
    browser = sign_in.Browser(tokens.new_secret())
    ask_to_sign_in(make, browser)
    at_once = threading.Barrier(20, timeout=30)

    def guess(_number):
        at_once.wait()
        with app.app_context(), transaction():
            now = clock.utc_now()
            return sign_in.use_code("AAAAAAAA", LinkPurpose.SIGN_IN, browser, now=now)

    with ThreadPoolExecutor(20) as threads:
        guesses = list(threads.map(guess, range(20)))

    assert guesses == [None] * 20
    db.session.rollback()
    assert db.session.scalars(select(SignInLink.code_tries)).one() == 5
