"""Whatever people do, in whatever order: CC-02, CC-17, CF-27, AN-15, IN-03, IN-05, IN-09, DC-09.
RL-1 of the notes: invariants 1 to 8 and 10 to 12 of bookings.

``SWA_HISTORIES`` says how many; the same ones each time. The first that fails is shown as it was;
``SWA_SHRINK=1`` looks for the shortest that fails, which takes minutes.
"""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from swa.core.db import db
from tests.sessions.histories import SessionHistory
from tests.support.machines import Shard, run_histories, shards

STEPS = 50


@pytest.fixture
def people(make):
    teams = [make.team(), make.team()]
    of_the_first = teams[0].organisation
    return [
        make.person(team=teams[0]),
        make.person(team=teams[0]),
        make.person(organisation=of_the_first),
        make.person(team=teams[1]),
        make.person(team=teams[0]),
        make.person(),
    ]


@pytest.mark.heavy
@pytest.mark.figures
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("shard", shards("histories", test=24, ci=3_000, soak=50_000), ids=str)
def test_no_history_breaks_an_invariant(make, people, shard):
    SessionHistory.make, SessionHistory.topic, SessionHistory.people = make, make.topic(), people
    SessionHistory.ids = [person.id for person in people]
    for person in people:  # nobody changes them, so nobody reads them anew in each transaction
        db.session.expunge(person)
    SessionHistory.crew = {
        "lead_facilitator_id": make.facilitator().id,
        "support_person_id": None,
    }

    run_histories(SessionHistory, shard, steps=STEPS)


class Recorder(RuleBasedStateMachine):
    """Writes down what it is told."""

    told: list[list[int]]

    def __init__(self):
        super().__init__()
        self.told.append([])

    @rule(number=st.integers(0, 2**32))
    def tell(self, number):
        self.told[-1].append(number)


def what_is_told_in(number, histories=20):
    Recorder.told = []
    run_histories(Recorder, Shard(number, histories), steps=10)
    return Recorder.told


@pytest.mark.once
def test_each_shard_has_histories_of_its_own(monkeypatch):
    monkeypatch.delenv("SWA_SEED", raising=False)

    first, again, second = map(what_is_told_in, (0, 0, 1))

    assert first == again, "the same ones each time"
    in_both = {tuple(told) for told in first} & {tuple(told) for told in second}
    assert len(in_both) <= 1, "but for the simplest of all, with which each shard begins"
