"""PLAN-9 of the notes: a message goes when somebody chose, and planning leaves it there."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.dates import LONDON
from swa.core.db import db, transaction
from swa.messaging import handling, timing
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.people.models import AuditEvent
from swa.sessions.services.mails import plan_session_mails
from tests.sessions.doing import book, cancel, later, move
from tests.sessions.postman import kinds_for, send_due
from tests.support.factories import soon
from tests.support.pages import read_page

START = datetime(2027, 4, 8, 13, 0, tzinfo=UTC)  # 2pm in London
NOW = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
CHOSEN = START - timedelta(days=6)
MOMENT, DAY = timedelta(microseconds=1), timedelta(days=1)


@pytest.fixture
def session(make):
    return make.session(starts_at=START, prework="Read the leaflet")


@pytest.fixture
def booking(make, session):
    booking = book(session, make.person(), now=NOW)
    send_due(NOW)
    return booking


def prework():
    rows = select(OutboxMessage).where(OutboxMessage.kind == "prework")
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


def choose(at, *, now=NOW):
    with transaction():
        timing.send_at(prework(), at, now=now)


def plan(session, now):
    with transaction():
        plan_session_mails(session, now=now)


def got(booking, now):
    return kinds_for(booking.claim.person_id, send_due(now))


def test_it_goes_then_and_not_when_the_plan_says(booking):
    choose(CHOSEN)

    assert got(booking, CHOSEN - MOMENT) == []
    assert got(booking, CHOSEN) == ["prework"]


def test_it_may_go_later_than_planned_and_only_once(booking, session):
    late = START - timedelta(hours=3)
    choose(late)

    plan(session, START - DAY)

    assert "prework" not in got(booking, late - MOMENT)
    assert got(booking, late) == ["prework"]
    plan(session, late)
    assert "prework" not in got(booking, START - MOMENT)


def test_planning_leaves_it_where_it_is(booking, session):
    choose(CHOSEN)

    plan(session, NOW + DAY)

    assert prework().due_at == CHOSEN


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        (NOW, timing.TimeHasPassed),
        (NOW - MOMENT, timing.TimeHasPassed),
        (START, timing.OfNoUseThen),
        (START + DAY, timing.OfNoUseThen),
    ],
)
def test_never_in_the_past_and_never_after_the_start(booking, at, refusal):
    due_at = prework().due_at

    with pytest.raises(refusal):
        choose(at)

    assert prework().due_at == due_at


@pytest.mark.parametrize("at", [NOW + MOMENT, START - MOMENT])
def test_the_first_and_the_last_moment_are_taken(booking, at):
    choose(at)

    assert prework().due_at == at


def test_a_session_that_moves_away_keeps_the_chosen_time(make, booking, session):
    choose(CHOSEN)

    move(session, later(session, by=timedelta(days=20)), by=make.coordinator(), now=NOW + DAY)

    assert prework().due_at == CHOSEN
    assert prework().give_up_at == session.starts_at


def test_a_session_that_moves_before_it_is_planned_again(make, booking, session):
    choose(CHOSEN)

    move(session, later(session, by=timedelta(days=-10)), by=make.coordinator(), now=NOW + DAY)

    assert not prework().is_by_hand
    assert prework().due_at < session.starts_at == prework().give_up_at


def test_who_cancels_gets_it_at_no_time(booking):
    choose(CHOSEN)

    cancel(booking, now=NOW + DAY)

    assert "prework" not in got(booking, CHOSEN)


def test_a_held_message_is_released_for_it(booking):
    with transaction():
        handling.hold(prework(), now=NOW)

    choose(CHOSEN)

    assert (prework().state, prework().reason) == (MessageState.WAITING, "")


def test_words_that_wait_to_be_read_again_are_read_first(make, booking, session):
    with transaction():
        handling.edit(prework(), subject="At 2pm", text="See you at 2pm", now=NOW)
    edited_at = prework().edited_at
    move(session, later(session, by=DAY), by=make.coordinator(), now=NOW + DAY)

    with pytest.raises(timing.NotReadAgain):
        choose(CHOSEN, now=NOW + DAY)
    assert not timing.can_send_at(prework(), now=NOW + DAY)
    assert (prework().state, prework().edited_at) == (MessageState.HELD, edited_at)

    with transaction():
        handling.release(prework(), now=NOW + DAY)
    choose(CHOSEN, now=NOW + DAY)

    assert prework().due_at == CHOSEN


def test_what_has_gone_has_no_other_time(booking):
    send_due(START - DAY)

    with pytest.raises(handling.OnItsWay):
        choose(START - MOMENT, now=START - DAY)


def test_it_is_written_into_the_audit_log(booking):
    choose(CHOSEN)

    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (events.what, events.about) == (
        "message given another time",
        f"message {prework().id}",
    )


def typed(at):
    wall = at.astimezone(LONDON)
    parts = {"day-day": wall.day, "day-month": wall.month, "day-year": wall.year}
    return parts | {"at": f"{wall:%H:%M}"}


def test_the_page_asks_for_day_and_time(make, sign_in):
    session = make.session(starts_at=soon(days=30), prework="Read the leaflet")
    book(session, make.person(), now=clock.utc_now())
    browser, row = sign_in(make.coordinator()), prework()
    at = (session.starts_at - DAY).replace(second=0, microsecond=0)
    address = f"/messages/{row.id}"

    link = read_page(browser.get(address)).find("a", string="Send at another time")
    late = browser.post(f"{address}/time", data=typed(session.starts_at + DAY))
    past = browser.post(f"{address}/time", data=typed(clock.utc_now() - timedelta(hours=1)))
    done = browser.post(f"{address}/time", data=typed(at))

    assert link["href"] == f"{address}/time"
    assert (late.status_code, past.status_code, done.status_code) == (422, 422, 302)
    assert "Time must be before" in late.text
    assert "in the future" in past.text
    assert prework().due_at == at


def test_the_page_has_no_link_once_it_is_too_late(make, sign_in):
    row = prework_that_is_too_late(make)

    page = read_page(sign_in(make.coordinator()).get(f"/messages/{row.id}"))

    assert page.find("a", string="Send at another time") is None


def prework_that_is_too_late(make):
    session = make.session(starts_at=soon(days=30), prework="Read the leaflet")
    book(session, make.person(), now=clock.utc_now())
    row = prework()
    with transaction():
        row.give_up_at = soon(hours=-1)
    return row
