"""Limits hold in the database, whatever a browser claims, and lock nobody out (LK-6)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.people.models import RateCount
from swa.people.rules import rates as rules
from swa.people.services import joining, rates
from swa.people.services.joining import Wish
from swa.people.services.sign_in import Browser
from tests.support.account_mails import list_messages, newest_text, path_in
from tests.support.pages import read_page

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
FIVE = rules.Limit("tries", 5, timedelta(hours=1))


def too_many(current, previous, now=NOW):
    return rules.is_too_many(FIVE, current=current, previous=previous, now=now)


@pytest.mark.parametrize(("current", "refused"), [(4, False), (5, False), (6, True)])
def test_the_last_allowed_one_is_allowed(current, refused):
    assert too_many(current, 0) is refused


@pytest.mark.parametrize(
    ("minutes", "refused"),
    [
        pytest.param(0, True, id="the hour before counts in full at its end"),
        pytest.param(11, True, id="and still does after 11 minutes"),
        pytest.param(12, False, id="one of five is forgotten after 12"),
        pytest.param(59, False, id="and nearly all after 59"),
    ],
)
def test_the_count_slides_from_one_hour_to_the_next(minutes, refused):
    assert too_many(1, 5, NOW + timedelta(minutes=minutes)) is refused


def test_a_window_begins_with_the_clock():
    assert rules.window_start(FIVE, NOW + timedelta(minutes=59, seconds=59)) == NOW
    assert rules.window_start(rules.CODES_PER_BROWSER, NOW + timedelta(minutes=7)) == (
        NOW + timedelta(minutes=5)
    )


def test_a_known_browser_counts_for_itself_alone():
    about = {"address": "a@example.org", "place": "192.0.2.1", "browser": "x"}

    assert len(rules.link_limits(**about, is_known=True)) == 1
    assert len(rules.link_limits(**about, is_known=False)) == 4


def allow(number, *, now=NOW, limit=FIVE, key="one"):
    with transaction():
        return [rates.allow([rules.Counted(limit, key)], now=now) for _ in range(number)]


def test_what_is_refused_is_not_counted(app):
    assert allow(7) == [True] * 5 + [False] * 2

    assert db.session.scalars(select(RateCount.count)).all() == [5]
    assert allow(1, now=NOW + timedelta(hours=2)) == [True]


def test_each_key_is_counted_apart_and_kept_as_a_hash(app):
    assert allow(6, key="ada@example.org")[-1] is False
    assert allow(1, key="ben@example.org") == [True]

    assert not any("@" in key for key in db.session.scalars(select(RateCount.key_hash)))


def test_old_counts_are_cleared_away(app):
    allow(1)

    with transaction():
        rates.clear_old(now=NOW + timedelta(hours=3, seconds=1))

    assert not db.session.scalars(select(RateCount)).all()


def ask(browser, address, **request):
    return browser.post("/sign-in", data={"email": address}, **request).status_code


def test_one_browser_gets_five_links_an_hour_for_an_address(make, client):
    person = make.person()

    statuses = [ask(client, person.email) for _ in range(6)]

    assert statuses == [302] * 5 + [429]
    assert len(list_messages("sign-in link")) == 5


def test_the_limit_is_the_same_for_an_address_that_nobody_has(client):
    assert [ask(client, "stranger@example.org") for _ in range(6)] == [302] * 5 + [429]


def test_an_address_gets_twenty_links_an_hour_whatever_the_browser(make, app):
    person = make.person()

    statuses = [ask(app.test_client(), person.email) for _ in range(21)]

    assert statuses == [302] * 20 + [429]


def test_the_page_says_in_words_what_to_do(client):
    for _ in range(5):
        ask(client, "a@example.org")

    response = client.post("/sign-in", data={"email": "a@example.org"})

    assert response.status_code == 429
    assert "Wait a while" in read_page(response).h1.text


@pytest.mark.heavy
def test_one_network_address_gets_a_hundred_links_an_hour_and_forging_headers_does_not_help(app):
    statuses = [
        ask(
            app.test_client(),
            f"person{number}@example.org",
            headers={
                "X-Forwarded-For": f"192.0.2.{number}",
                "X-Real-IP": f"192.0.2.{number}",
                "Forwarded": f"for=192.0.2.{number}",
                "CF-Connecting-IP": f"192.0.2.{number}",
            },
        )
        for number in range(101)
    ]

    assert statuses == [302] * 100 + [429]


def test_another_network_address_is_counted_apart(app):
    place = {"REMOTE_ADDR": "192.0.2.7"}
    counted = rules.Counted(rules.PER_PLACE, "127.0.0.1")
    now = clock.utc_now()
    with transaction():
        for _ in range(100):
            rates.allow([counted], now=now)

    assert ask(app.test_client(), "a@example.org") == 429
    assert ask(app.test_client(), "a@example.org", environ_overrides=place) == 302


def test_registering_counts_against_the_same_limits(make, app):
    make.organisation(domain="newham.example.org")
    about = {"name": "Ada Bell", "job_role": "Adviser", "kind": "paid"}
    statuses = []
    for _ in range(21):
        browser = app.test_client()
        browser.post("/register", data={"email": "ada@newham.example.org"})
        statuses.append(browser.post("/register/details", data=about).status_code)

    assert statuses == [302] * 20 + [429]
    assert ask(app.test_client(), "ada@newham.example.org") == 429


def test_a_browser_may_try_ten_codes_in_five_minutes(make, client):
    person = make.person()
    statuses = []
    for tried in range(11):
        if tried % 5 == 0:
            ask(client, person.email)
        wrong = client.post("/sign-in/check-email", data={"code": "AAAA AAAA"})
        statuses.append(wrong.status_code)

    assert statuses == [422] * 10 + [429]


def test_nobody_can_lock_the_owner_out(make, app):
    person, owner = make.person(), app.test_client()
    ask(owner, person.email)
    owner.post(path_in(newest_text(person.email)))
    owner.post("/sign-out")
    for _ in range(25):
        ask(app.test_client(), person.email)
    assert ask(app.test_client(), person.email) == 429

    assert ask(owner, person.email) == 302
    assert owner.post(path_in(newest_text(person.email))).status_code == 302


def test_a_forged_mark_of_a_known_browser_does_not_help(make, app):
    person, stranger = make.person(), app.test_client()
    for _ in range(20):
        ask(app.test_client(), person.email)

    stranger.set_cookie("swa-known", f"{'x' * 43}.{'0' * 64}")

    assert ask(stranger, person.email) == 429


def ask_to_join(number, place):
    wish = Wish(email=f"person{number}@example.org", name="Ada", organisation_name="New Roots")
    with transaction():
        return joining.ask_to_join(wish, Browser(secret=f"x{number}", place=place), now=NOW)


def test_one_network_asks_to_join_ten_times_an_hour_and_leaves_the_others_their_turn(app):
    asked = [ask_to_join(number, "192.0.2.1") for number in range(60)]

    assert asked == [True] * 10 + [False] * 50
    assert ask_to_join(61, "192.0.2.2") is True


def test_all_networks_together_ask_to_join_two_hundred_times_an_hour(app):
    with transaction():
        for number in range(200):
            assert rates.allow(rules.request_limits(f"192.0.2.{number}"), now=NOW)

    assert ask_to_join(1, "198.51.100.1") is False
