"""Several worker machines on one PostgreSQL: hints reach all, one may die, nothing is lost.

Issue 3 item 4, ``runtime.md`` 1. Each machine is a ``swa worker`` process with its own folder and
its own mail server, so that the servers tell who sent what.
"""

import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from itertools import count

import pytest

from swa.core import clock
from swa.messaging import engine
from swa.messaging.redating import WORK
from swa.web.settings import ROOT
from tests.messaging import outbox
from tests.messaging.servers import Sink
from tests.messaging.test_engine import wait_until
from tests.support.databases import DATABASE_URL

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(not DATABASE_URL, reason="SQLite serves one machine: this is PostgreSQL's"),
]
MACHINES, THREADS, PEOPLE, ROUNDS = 3, 2, 12, 5
PROGRAM = (
    "from tests.messaging import outbox; from swa.web.cli import main;"
    "outbox.register_kinds(); main(['worker'])"
)


class Machine:
    """A worker with its own folder and mail server, which share only the database."""

    def __init__(self, database_url, folder):
        self.sink = Sink()
        self.database_url = database_url
        self.folder = folder

    def __enter__(self):
        self.sink.__enter__()
        environment = os.environ | {
            "SWA_MODE": "production",
            "SWA_SECRET_KEY": "the tests know this secret and nobody else does",
            "SWA_BASE_URL": "http://localhost",
            "SWA_DATABASE_URL": self.database_url,
            "SWA_INSTANCE_PATH": str(self.folder),
            "SWA_SMTP_URL": self.sink.url,
            "SWA_WORKER_THREADS": str(THREADS),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, stdout=subprocess.PIPE
        )
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()
        self.sink.__exit__(None, None, None)

    @property
    def sent(self):
        return Counter(mail["Message-ID"] for mail in self.sink.mails)


@pytest.fixture
def machines(app, tmp_path):
    """Start the machines, and let this process leave hints for them."""
    url = app.extensions["swa_settings"].database_url
    before = app.extensions[engine.KEY]
    engine.install(app, queue_url=url, threads=THREADS)
    own = app.extensions[engine.KEY]
    own.open()
    with ExitStack() as stack:
        yield [
            stack.enter_context(Machine(url, tmp_path / f"machine-{number}"))
            for number in range(MACHINES)
        ]
    own.close()
    app.extensions[engine.KEY] = before


def write(round_number, people):
    for person_id in people:
        outbox.queue(f"round {round_number} of {person_id}", outbox.wanted(person_id))


def is_all_taken():
    return "waiting" not in outbox.states()


def end_the_leases():
    """Let two minutes be over for what a dead worker had in hand."""

    def lapse(row):
        row.lease_until = row.lease_until and clock.utc_now() - timedelta(seconds=1)

    outbox.change(lapse)
    outbox.make_due()


def test_machines_share_the_work_and_one_that_dies_loses_nothing(make, machines):
    people = [make.person().id for _ in range(PEOPLE)]
    rounds = count()
    while not all(machine.sent for machine in machines):
        write(next(rounds), people)
        wait_until(is_all_taken, seconds=60)
    dying, *living = machines
    before = [machine.sent.total() for machine in living]

    write(next(rounds), people)
    dying.process.kill()
    for _ in range(ROUNDS):
        write(next(rounds), people)
    wait_until(is_all_taken, seconds=60)
    end_the_leases()
    engine.kick(WORK)
    wait_until(lambda: set(outbox.states()) == {"sent"}, seconds=60)

    arrived = dying.sent + living[0].sent + living[1].sent
    assert set(arrived) == {row.message_id for row in outbox.rows()}
    twice = {name for name, times in arrived.items() if times > 1}
    assert len(twice) <= THREADS
    assert twice <= set(dying.sent), "only what the dead one had in hand may come again"
    assert max(arrived.values()) <= 2
    assert all(now.sent.total() > then for now, then in zip(living, before, strict=True))
