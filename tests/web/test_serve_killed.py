"""The server killed at any moment leaves whole bookings, and starts again by itself (RL-4).

``swa serve`` is pages, mail worker and ticks in one process. People book and give back over HTTP
when it dies; whatever was not answered turns out to be done or not done, never half. At the end
every message has reached the mail server. ``SWA_OTHER_KILLS`` says how often web, import,
migration and tick together are killed on one engine.
"""

import random
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.people.access import COOKIE
from swa.people.services import web_sessions
from swa.people.services.audit import find_broken_line
from swa.sessions.models import TrainingSession
from tests.sessions.consistency import (
    Records,
    list_faults_of_audit,
    list_faults_of_mails,
    list_faults_of_places,
)
from tests.support.figures import figure, seed_of
from tests.support.mail_sink import mail_sink
from tests.support.mortal import KILLS
from tests.web.running import PATIENCE_SECONDS, Server
from tests.web.visitors import Browser, Visitor

VISITORS, SESSIONS, PLACES = 6, 2, 2
# Statements and commits of all threads; a booking over HTTP takes about a hundred.
EARLIEST, LATEST = 150, 700
WORKER_THREADS = 2
COLD_STARTS = figure("cold_starts", test=1, ci=3, soak=30)
# In `make test` the machine may have much else to do.
RESTART_WITHIN_SECONDS = figure("restart_seconds", test=40, ci=10, soak=10)
OPEN = (MessageState.CLAIMED, MessageState.SENDING, MessageState.UNKNOWN)


@pytest.fixture
def sink():
    with mail_sink() as started:
        yield started


@pytest.fixture
def server(settings, tmp_path, sink):
    made = Server(settings, tmp_path, smtp_port=sink.port)
    yield made
    made.end()


@pytest.fixture
def cookies(make):
    """Six people who are signed in, each with the cookies of their browser."""
    people = [make.person().id for _ in range(VISITORS)]
    with transaction():
        now = clock.utc_now()
        return {who: {COOKIE: web_sessions.begin(who, browser="t", now=now)} for who in people}


@pytest.mark.heavy
@pytest.mark.figures
@pytest.mark.timeout(180 + 20 * KILLS)
def test_a_killed_server_leaves_whole_bookings_and_starts_again(make, server, cookies, sink):
    chance, unanswered = random.Random(seed_of(0)), 0

    for number in range(KILLS):
        sessions = [make_session(make) for _ in range(SESSIONS)]
        server.begin(step=chance.randint(EARLIEST, LATEST))
        visitors = visit_until_dead(server, cookies, sessions, chance)
        assert [v.complaint for v in visitors if v.complaint] == []
        assert list_faults(sessions) == [], f"after kill {number}"
        assert list_untruths(visitors, sessions) == [], f"after kill {number}"
        unanswered += sum(visitor.doubt is not None for visitor in visitors)
    assert find_broken_line() is None
    assert unanswered, "some kills came in the middle of a request"

    start_cold(server)
    book_once_more(make, server, cookies, chance)
    wait_until_all_is_sent()
    check_what_arrived(sink.received, most_twice=WORKER_THREADS * KILLS)
    assert "Traceback" not in server.log.read_text()


def make_session(make):
    places = {"largest": PLACES, "most_percent": 100}
    return make.session(places=places).id


def visit_until_dead(server, cookies, sessions, chance):
    """Let everybody book and give back until the server is gone."""
    visitors = [
        Visitor(who, Browser(server.port, dict(theirs)), sessions, random.Random(chance.random()))
        for who, theirs in cookies.items()
    ]
    threads = [threading.Thread(target=visitor.visit) for visitor in visitors]
    for thread in threads:
        thread.start()
    assert server.wait_until_dead().killed
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return visitors


def start_cold(server):
    """Start it as after a power cut, kill it and start it again; it answers in time."""
    starts = [server.start()]
    while len(starts) < COLD_STARTS:
        server.kill()
        starts.append(server.start())
    # The quickest, for the same reason.
    assert min(starts) < RESTART_WITHIN_SECONDS


def list_faults(sessions):
    db.session.rollback()
    faults = []
    for session in map(load, sessions):
        records = Records(session)
        faults += list_faults_of_places(session, records) + list_faults_of_audit(records)
        faults += list_faults_of_mails(records, has_worker=True)
    return faults


def list_untruths(visitors, sessions):
    """List where neither "it was done" nor "it was not" is so."""
    untruths = []
    for session_id in sessions:
        rows = Records(load(session_id)).rows
        for visitor in visitors:
            told = visitor.known.get(session_id, {})
            mine = [row for row in rows if row.claim.person_id == visitor.person_id]
            is_so = {row.id if row.id in told else 0: row.is_live for row in mine}
            if len(is_so) != len(mine) or is_so not in visitor.possible_truths(session_id):
                untruths.append(f"{visitor.doubt}: told {told}, and it is {is_so}")
    return untruths


def load(session_id):
    return db.session.get_one(TrainingSession, session_id)


def book_once_more(make, server, cookies, chance):
    """A last booking works, and wakes the worker; the leases of the dead have run out by then."""
    with transaction():
        for row in db.session.scalars(select(OutboxMessage)):
            row.lease_until = row.lease_until and clock.utc_now() - timedelta(seconds=1)
    who, theirs = next(iter(cookies.items()))
    visitor = Visitor(who, Browser(server.port, dict(theirs)), [make_session(make)], chance)
    visitor.browser.open(f"/sessions/{visitor.sessions[0]}/book")
    visitor.act()
    visitor.browser.link.close()


def wait_until_all_is_sent():
    until = time.monotonic() + 2 * PATIENCE_SECONDS
    while left := list_to_send():
        assert time.monotonic() < until, f"not sent: {[(row.kind, row.state) for row in left]}"
        time.sleep(0.1)


def list_to_send():
    db.session.rollback()
    is_due = (OutboxMessage.state == MessageState.WAITING) & (
        OutboxMessage.next_try_at <= clock.utc_now()
    )
    found = select(OutboxMessage).where(is_due | OutboxMessage.state.in_(OPEN))
    return list(db.session.scalars(found))


def check_what_arrived(received, *, most_twice):
    """Nothing is lost or invented, and only what a kill interrupted came twice."""
    sent = select(OutboxMessage.message_id).where(OutboxMessage.state == MessageState.SENT)
    arrived = Counter(str(mail.message["Message-ID"]) for mail in received)
    assert set(db.session.scalars(sent)) == set(arrived)
    assert arrived.total() - len(arrived) <= most_twice
    db.session.rollback()
