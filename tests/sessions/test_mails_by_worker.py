"""The worker itself sends what is planned: DC-07, DC-11, IN-05; PLAN-14 with the dispatcher."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from swa.messaging import dispatcher, setup, smtp
from swa.messaging.types import MessageState
from tests.sessions.doing import book, cancel
from tests.sessions.postman import outbox
from tests.support.icalendars import parse_one
from tests.support.mail_sink import mail_sink

START = datetime(2027, 4, 1, 13, 0, tzinfo=UTC)
NOW = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)


@pytest.fixture
def sink(app):
    """A real mail server for one test."""
    before = app.extensions[setup.KEY], app.extensions["mail"], dict(app.config)
    with mail_sink() as server:
        url = f"smtp+plain://127.0.0.1:{server.port}"
        app.extensions[setup.KEY] = replace(before[0], smtp_url=url)
        smtp.install(app, url)
        yield server
    app.extensions[setup.KEY], app.extensions["mail"] = before[:2]
    app.config.clear()
    app.config.update(before[2])
    app.testing = True


def send(now):
    with time_machine.travel(now, tick=False):
        dispatcher.send_due()


def test_the_worker_sends_confirmation_and_cancellation(make, sink):
    session, person = make.session(starts_at=START), make.person()
    booking = book(session, person, now=NOW)
    send(NOW)
    send(NOW)
    cancel(booking, now=NOW + timedelta(minutes=1))
    send(NOW + timedelta(minutes=1))

    first, second = sink.received
    (asked, request), (told, end) = first.calendar, second.calendar
    assert (asked, told) == ("REQUEST", "CANCEL")
    assert parse_one(request)["UID"] == parse_one(end)["UID"]
    assert second.message["References"] == first.message["Message-ID"]
    assert first.recipients == second.recipients == (person.email,)


def test_the_worker_drops_what_was_cancelled_meanwhile(make, sink):
    """PLAN-14."""
    session, person = make.session(starts_at=START), make.person()
    booking = book(session, person, now=NOW)
    cancel(booking, now=NOW)

    send(START)

    assert sink.received == []
    assert set(outbox(f"booking {booking.id}").values()) == {MessageState.DROPPED}
