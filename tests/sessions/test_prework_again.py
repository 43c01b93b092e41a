"""CC-09 and 7.2 of the calendar notes: a move may send the prework again; without the tick it does
not (PLAN-5)."""

from datetime import UTC, datetime, timedelta

import pytest

from swa.core import clock
from swa.core.db import transaction
from swa.messaging.types import MessageState
from swa.sessions.rules.send_plan import PREWORK
from swa.sessions.services import changes
from tests.sessions.doing import book, later, plan_all
from tests.sessions.postman import kinds_for, outbox, send_due
from tests.support.factories import soon
from tests.support.pages import read_page

START = datetime(2027, 4, 8, 13, 0, tzinfo=UTC)
NOW = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
SENT = START - timedelta(days=2)
MINUTE, WEEK = timedelta(minutes=1), timedelta(days=7)


@pytest.fixture
def session(make):
    return make.session(starts_at=START, prework="Read the leaflet")


@pytest.fixture
def booking(make, session):
    return book(session, make.person(), now=NOW)


@pytest.fixture
def by(make):
    return make.coordinator()


def move(session, who, *, now, again, **changed):
    with transaction():
        changes.move_session(
            session, later(session, **changed), by=who, now=now, prework_again=again
        )


def preworks(booking, now):
    return kinds_for(booking.claim.person_id, send_due(now)).count(PREWORK)


@pytest.mark.parametrize(("again", "times"), [(True, 1), (False, 0)])
def test_who_had_it_gets_it_once_more_only_if_the_move_says_so(booking, session, by, again, times):
    first = preworks(booking, SENT)
    move(session, by, now=SENT + MINUTE, again=again, by=WEEK)

    at_once, before_it = preworks(booking, SENT + MINUTE), preworks(booking, SENT + WEEK)

    assert (first, at_once, before_it) == (1, 0, times)
    with transaction():
        plan_all(SENT + WEEK + MINUTE)
    assert preworks(booking, SENT + WEEK + MINUTE) == 0


def test_it_goes_at_once_when_the_new_date_is_near(booking, session, by):
    preworks(booking, SENT)

    move(
        session, by, now=SENT + MINUTE, again=True, venue="Elsewhere", online_link="https://a.org/b"
    )

    assert preworks(booking, SENT + MINUTE) == 1


def test_who_did_not_have_it_yet_gets_it_once(booking, session, by):
    move(session, by, now=NOW + MINUTE, again=True, by=WEEK)

    assert preworks(booking, SENT + WEEK) == 1
    assert outbox(f"booking {booking.id}")[PREWORK, 1] is MessageState.SUPERSEDED


def test_who_books_after_the_move_gets_it_once(make, session, by):
    move(session, by, now=NOW + MINUTE, again=True, by=WEEK)
    booking = book(session, make.person(), now=NOW + 2 * MINUTE)

    assert preworks(booking, SENT + WEEK) == 1
    assert (PREWORK, 2) not in outbox(f"booking {booking.id}")


def test_each_move_that_says_so_sends_it_again(booking, session, by):
    preworks(booking, SENT)
    move(session, by, now=SENT + MINUTE, again=True, by=WEEK)
    second = preworks(booking, SENT + WEEK)
    move(session, by, now=SENT + WEEK + MINUTE, again=False, by=WEEK)
    none = preworks(booking, SENT + 2 * WEEK)
    move(session, by, now=SENT + 2 * WEEK + MINUTE, again=True, by=WEEK)

    assert (second, none, preworks(booking, SENT + 3 * WEEK)) == (1, 0, 1)


def typed(session, **changed):
    day = session.starts_at + WEEK
    return {
        "starts_on-day": day.day,
        "starts_on-month": day.month,
        "starts_on-year": day.year,
        "starts_at": "2pm",
        "ends_at": "4pm",
        "mode": "online",
        "online_link": "https://meet.example.org/other",
        **changed,
    }


@pytest.mark.parametrize(("tick", "again"), [({"prework_again": "y"}, True), ({}, False)])
def test_the_form_asks_and_is_off_unless_somebody_ticks_it(make, sign_in, by, tick, again):
    session = make.session(starts_at=soon(days=30), prework="Read the leaflet")
    book(session, make.person(), now=clock.utc_now())
    browser, address = sign_in(by), f"/sessions/{session.id}/move"

    box = read_page(browser.get(address)).select_one("[name=prework_again]")
    browser.post(address, data=typed(session, **tick))
    check = read_page(browser.get(f"{address}/check"))
    fields = {each["name"]: each["value"] for each in check.select("main form input[name]")}
    browser.post(f"{address}/check", data=fields)

    assert not box.has_attr("checked")
    assert ("The prework goes again" in check.main.text) is again
    assert [each.prework_again for each in session.moves] == [again]


def test_a_session_without_prework_does_not_ask(make, sign_in, by):
    session = make.session(starts_at=soon(days=30), prework="")

    page = read_page(sign_in(by).get(f"/sessions/{session.id}/move"))

    assert page.select_one("[name=prework_again]") is None
