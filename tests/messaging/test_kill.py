"""SIGKILL in the mail worker at each named step loses nothing; duplicates in one window.

The window lies between the server's 250 and our mark, and a duplicate carries the same Message-ID.
``SWA_KILLS`` says how often a worker is killed in all.
"""

import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import update

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import dispatcher, services
from swa.messaging.models import MailCircuit, OutboxMessage
from tests.messaging import outbox
from tests.messaging.servers import Sink
from tests.messaging.worker_that_dies import AFTER_MARK, IN_THE_WINDOW, STEPS
from tests.support.figures import figure, seed_of

KILLS = figure("kills", test=30, ci=200, soak=5_000)
ROUNDS = max(1, KILLS // len(STEPS))
MESSAGES = 3
MANY = figure("messages_of_restarts", test=80, ci=2_000, soak=20_000)
RESTARTS = 8
NEVER = 10 * MANY
# Seconds until the server has taken a message.
SLOW = 0.005


class Worker:
    """A process of its own that forks workers and lets them be killed."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.messaging.worker_that_dies", *arguments]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._read() == "ready"

    def kill_at(self, step: str, number: int) -> int:
        self.process.stdin.write(f"{step},{number}\n")
        self.process.stdin.flush()
        return int(self._read())

    def _read(self) -> str:
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(30)


@pytest.fixture(scope="module")
def server():
    with Sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def worker(settings, server, tmp_path_factory):
    started = Worker(settings.database_url, server.url, str(tmp_path_factory.mktemp("worker")))
    yield started
    started.end()


def let_leases_run_out():
    """Let nobody be taken to hold a message, as two minutes after a worker died."""
    past = clock.utc_now() - timedelta(seconds=1)
    with transaction():
        held = update(OutboxMessage).where(OutboxMessage.lease_until.is_not(None))
        db.session.execute(held.values(lease_until=past))


def recover():
    """Let the leases of the dead run out, then let a healthy worker do its rounds."""
    let_leases_run_out()
    dispatcher.send_due()


def work_until_all_is_sent(worker):
    """As the tick does each minute: on a busy machine the server may be away for a moment."""
    for _ in range(20):
        let_leases_run_out()
        assert worker.kill_at(AFTER_MARK, NEVER) == 0
        if set(outbox.states()) == {"sent"}:
            return
        with transaction():
            db.session.execute(update(MailCircuit).values(closed_until=clock.utc_now()))


@pytest.mark.heavy
@pytest.mark.figures
@pytest.mark.timeout(900)
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_worker_loses_nothing(make, use_server, server, worker, step):
    """PLAN-11, RL-4."""
    use_server(server.url)
    people = [make.person().id for _ in range(MESSAGES)]
    window = 0
    for number in range(ROUNDS):
        server.envelopes.clear()
        for person_id in people:
            outbox.queue(f"round {number} of {person_id}", outbox.wanted(person_id))

        signal_seen = worker.kill_at(step, 1 + number % MESSAGES)
        recover()

        assert signal_seen == signal.SIGKILL, "the worker reached its step"
        rows = [row for row in outbox.rows() if row.occasion.startswith(f"round {number} ")]
        arrived = Counter(mail["Message-ID"] for mail in server.mails)
        assert [row.state for row in rows] == ["sent"] * MESSAGES
        assert set(arrived) == {row.message_id for row in rows}, "nothing lost, nothing invented"
        assert max(arrived.values()) <= 2
        window += arrived.total() - MESSAGES

    assert window == (ROUNDS if step in IN_THE_WINDOW else 0)


@pytest.mark.heavy
@pytest.mark.figures
@pytest.mark.timeout(3600)
def test_many_messages_each_arrive_once_however_often_the_worker_starts_again(
    make, use_server, server, worker, monkeypatch
):
    """PLAN-12, RL-7: twice only in the window, and then with the same Message-ID."""
    use_server(server.url)
    monkeypatch.setattr(server, "pause", SLOW)
    server.envelopes.clear()
    chosen = Random(seed_of(1))
    steps = [chosen.choice(STEPS) for _ in range(RESTARTS)]
    queue_many(make.person().id)

    for step in steps:
        assert worker.kill_at(step, chosen.randint(1, MANY // (2 * RESTARTS))) == signal.SIGKILL
        let_leases_run_out()
    work_until_all_is_sent(worker)

    rows = [row for row in outbox.rows() if row.occasion.startswith("one of many ")]
    arrived = Counter(mail["Message-ID"] for mail in server.heads)
    assert [row.state for row in rows] == ["sent"] * MANY
    assert set(arrived) == {row.message_id for row in rows}, "nothing lost, nothing invented"
    assert max(arrived.values()) <= 2
    assert arrived.total() - MANY == sum(step in IN_THE_WINDOW for step in steps)


def queue_many(person_id):
    now = clock.utc_now()
    with transaction():
        for number in range(MANY):
            services.queue(f"one of many {number}", outbox.wanted(person_id), now=now)
