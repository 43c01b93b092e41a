"""The work of each minute killed at any moment is done by the next tick, and ends the same (RL-4).

The caps have just lifted for people who wait, decisions are due and e-mails are missing. What a
killed tick has left is compared with what an undisturbed one makes of the same rows: nothing is
half, nothing twice, and nothing waits for the next hour. ``SWA_OTHER_KILLS`` says how often web,
import, migration and tick together are killed on one engine, ``SWA_CALL_KILLS`` how often a tick is
at a system call.
"""

import random

import pytest

from swa.core import clock
from swa.core.dates import last_full_hour
from swa.core.db import db, transaction
from swa.messaging import ruling, turns
from swa.people.services.audit import find_broken_line
from swa.sessions.cli import PLAN_ANEW
from swa.sessions.models import TrainingSession
from swa.sessions.types import BookingStatus, GoAhead
from tests.sessions.consistency import (
    Records,
    list_faults_of_audit,
    list_faults_of_mails,
    list_faults_of_places,
)
from tests.sessions.doing import book
from tests.support.factories import soon
from tests.support.figures import figure, seed_of
from tests.support.mortal import KILLS, Mortal, draw_death
from tests.support.system_calls import count_calls, draw_call, need_strace, note_calls
from tests.support.twins import copy_all_rows, look, put_back

SESSIONS = 2
CALL_KILLS = figure("call_kills", test=3, ci=17, soak=333)
OF_ONE_TEAM = 5  # one more than a team may have before the caps lift


@pytest.fixture(scope="module")
def tick(settings):
    """Do the work of a minute in a child, to its end or to its death."""
    mortal = Mortal(settings)
    yield lambda **death: mortal.run("training", **death)
    mortal.end()


@pytest.fixture
def much_to_do(make):
    """Sessions near their start with people who wait, and later ones whose e-mails were lost."""
    make.coordinator()
    near = [make.session(starts_at=soon(days=4)) for _ in range(SESSIONS)]
    for session in near:
        team = make.team()
        for _ in range(OF_ONE_TEAM):
            book(session, make.person(team=team))
    later = [make.session(starts_at=soon(days=30)) for _ in range(SESSIONS)]
    for session in later:
        make.booking(session, booked_at=clock.utc_now(), confirmed_at=clock.utc_now())
    return [session.id for session in near], [session.id for session in later]


def by_the_hour():
    """Nothing was planned anew in this hour."""


def by_a_round():
    """This hour is done with, and a rule was changed since."""
    with transaction():
        turns.take(PLAN_ANEW, last_full_hour(clock.utc_now()))
        ruling.ask_for_round(ruling.SESSIONS, now=clock.utc_now())


@pytest.mark.heavy
@pytest.mark.figures
@pytest.mark.timeout(120 + 5 * KILLS)
@pytest.mark.parametrize(("begin", "kills"), [(by_the_hour, KILLS), (by_a_round, -(-KILLS // 3))])
def test_a_killed_tick_is_made_up_for_by_the_next_one(begin, kills, much_to_do, tick):
    begin()
    twin = Twin(tick, much_to_do)
    chance = random.Random(seed_of(0))

    killed = sum(
        twin.kill_and_go_on(**draw_death(chance, number, kills, twin.whole))
        for number in range(kills)
    )

    assert killed >= kills / 2, "most kills came in time"


@pytest.mark.heavy
@pytest.mark.figures
@pytest.mark.timeout(120 + 10 * CALL_KILLS)
def test_a_tick_killed_at_any_system_call_is_made_up_for(much_to_do, tick, tmp_path):
    need_strace()
    notes, chance = tmp_path / "calls", random.Random(seed_of(1))
    twin = Twin(tick, much_to_do, strace=note_calls(notes))
    calls = count_calls(notes)

    killed = sum(twin.kill_and_go_on(strace=draw_call(chance, calls)) for _ in range(CALL_KILLS))

    assert killed >= CALL_KILLS / 2, "most calls were made again"


class Twin:
    """What an undisturbed tick makes of the rows there are, for comparing.

    Attributes:
        whole: How it went.
    """

    def __init__(self, tick, much_to_do, **watched):
        self.began = last_full_hour(clock.utc_now())
        self.tick, self.much_to_do = tick, much_to_do
        self.rows = copy_all_rows()
        self.whole = tick(**watched)
        assert self.whole.code == 0
        self.undisturbed = look(self.began)
        check_that_it_was_much(*much_to_do)

    def kill_and_go_on(self, **death):
        """Let a tick die and the next one come, and compare; say whether death was in time."""
        put_back(self.rows)
        run = self.tick(**death)
        assert self.tick().code == 0, "nothing has to be mended by hand"
        assert look(self.began) == self.undisturbed, f"{death}: {run}"
        assert list_faults(self.much_to_do) == [], f"{death}: {run}"
        return run.killed


def check_that_it_was_much(near, later):
    db.session.rollback()
    for session in map(load, near):
        assert session.go_ahead is GoAhead.ASKED
        assert {row.status for row in session.bookings} == {BookingStatus.CONFIRMED}
    for session in map(load, later):
        assert all(Records(session).messages[row.id] for row in session.bookings)


def list_faults(much_to_do):
    db.session.rollback()
    near, later = much_to_do
    faults = [] if find_broken_line() is None else ["the audit log is broken"]
    for session in map(load, near):
        records = Records(session)
        faults += list_faults_of_places(session, records) + list_faults_of_audit(records)
    for session in map(load, [*near, *later]):
        faults += list_faults_of_mails(Records(session))
    return faults


def load(session_id):
    return db.session.get_one(TrainingSession, session_id)
