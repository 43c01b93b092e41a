"""Sessions live in the database and end when they have to (AU-1, AU-5 of the security notes)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.people.models import SignInLink, WebSession
from swa.people.rules import sign_in as rules
from swa.people.services import web_sessions
from swa.people.types import Role
from tests.support.account_mails import newest_text, path_in

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LIVES = rules.SessionLives()
JUST_BEFORE = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("roles", "idle", "at_most"),
    [
        pytest.param([], timedelta(hours=24), timedelta(days=14), id="who only takes part"),
        *(
            pytest.param([role], timedelta(hours=1), timedelta(hours=12), id=role.value)
            for role in Role
        ),
    ],
)
def test_a_session_ends_when_idle_or_old(roles, idle, at_most):
    life = LIVES.life_of(roles)

    def is_over(*, began, seen):
        return rules.is_session_over(life, began_at=NOW - began, last_seen_at=NOW - seen, now=NOW)

    assert is_over(began=idle, seen=idle)
    assert not is_over(began=idle, seen=idle - JUST_BEFORE)
    assert is_over(began=at_most, seen=timedelta(0))
    assert not is_over(began=at_most - JUST_BEFORE, seen=timedelta(0))


@pytest.mark.parametrize(
    ("address", "shown"),
    [("ada@example.org", "a•••@e•••"), ("x@y", "x•••@y•••"), ("", "•••@•••")],
)
def test_an_address_is_masked_to_two_letters(address, shown):
    assert rules.mask_address(address) == shown


def test_the_database_holds_no_cookie(make):
    person = make.person()
    with transaction():
        token = web_sessions.begin(person.id, browser="Firefox on Linux", now=NOW)

    row = db.session.execute(select(WebSession.__table__)).one()
    assert token not in str(row)
    assert len(token) == 43


@pytest.mark.parametrize(
    ("roles", "hours", "is_in"),
    [
        pytest.param([], 23, True, id="a participant after 23 hours"),
        pytest.param([], 24.01, False, id="a participant after 24 hours"),
        pytest.param([Role.FACILITATOR], 0.9, True, id="a facilitator after 54 minutes"),
        pytest.param([Role.FACILITATOR], 1.01, False, id="a facilitator after an hour"),
    ],
)
def test_who_does_nothing_is_signed_out(make, sign_in, moved_clock, roles, hours, is_in):
    browser = sign_in(make.person(roles=roles))

    moved_clock(hours=hours)

    assert (browser.get("/account").status_code == 200) is is_in


def test_who_keeps_reading_stays_signed_in(make, sign_in, moved_clock):
    browser = sign_in(make.person())

    for hours in (20, 40, 60):
        moved_clock(hours=hours)
        response = browser.get("/account", headers={"Sec-Fetch-Site": "same-origin"})
        assert response.status_code == 200


@pytest.mark.parametrize(("minutes", "is_noted"), [(4.9, False), (5.1, True)])
def test_the_last_visit_is_noted_every_five_minutes(make, sign_in, moved_clock, minutes, is_noted):
    browser = sign_in(make.person())
    before = db.session.scalars(select(WebSession.last_seen_at)).one()

    moved_clock(minutes=minutes)
    browser.get("/account", headers={"Referer": "http://localhost/home"})

    db.session.rollback()
    assert (db.session.scalars(select(WebSession.last_seen_at)).one() > before) is is_noted


def test_a_disabled_person_is_out_at_once(make, sign_in):
    person = make.person()
    browser = sign_in(person)
    assert browser.get("/account").status_code == 200

    with transaction():
        person.is_active = False

    assert browser.get("/account").status_code == 302


def test_a_role_that_is_taken_away_is_gone_at_once(make, sign_in):
    coordinator = make.coordinator()
    browser = sign_in(coordinator)
    assert browser.get("/people/requests/").status_code == 200

    with transaction():
        coordinator.grants.clear()

    assert browser.get("/people/requests/").status_code == 403


def test_ending_all_sessions_ends_open_links_too(make, sign_in, client):
    person = make.person()
    browser = sign_in(person)
    client.post("/sign-in", data={"email": person.email})

    with transaction():
        web_sessions.end_all(person.id, now=clock.utc_now())

    assert browser.get("/account").status_code == 302
    assert client.post(path_in(newest_text(person.email))).status_code == 404
    assert all(db.session.scalars(select(SignInLink.used_at)))


@pytest.mark.parametrize(("days", "kept"), [(29.9, 2), (30.1, 0)])
def test_sessions_are_cleared_away_after_thirty_days(make, sign_in, days, kept):
    person = make.person()
    sign_in(person).post("/sign-out")
    sign_in(person)

    with transaction():
        web_sessions.clear_old(now=clock.utc_now() + timedelta(days=days))

    assert len(db.session.scalars(select(WebSession)).all()) == kept


def test_nobody_ends_the_session_of_another_person(make, sign_in):
    mine, theirs = make.person(), make.person()
    sign_in(theirs)
    other = db.session.scalars(select(WebSession)).one()
    browser = sign_in(mine)

    foreign = browser.post(f"/account/sessions/{other.id}/sign-out")
    missing = browser.post("/account/sessions/999999/sign-out")

    db.session.rollback()
    assert foreign.status_code == missing.status_code == 404
    assert db.session.scalars(select(WebSession.ended_at)).all() == [None, None]


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 4000, "é"])
def test_a_made_up_cookie_is_nobody(app, token):
    browser = app.test_client()
    browser.set_cookie("swa-session", token)

    assert browser.get("/account").status_code == 302


def test_knowing_who_asks_takes_one_query(make, sign_in, count_statements):
    browser = sign_in(make.coordinator())
    db.session.rollback()

    with count_statements() as statements:
        browser.get("/account/access-needs")

    asked = [line for line in statements if "web_sessions" in line or "role_grants" in line]
    assert len(asked) == 1
