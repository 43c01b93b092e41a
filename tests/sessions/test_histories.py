"""Whatever people do, in whatever order: CC-02, CC-17, CF-27, AN-15, IN-03, IN-05, IN-09, DC-09.
RL-1 of the notes: invariants 1 to 8 and 10 to 12 of bookings.

``SWA_HISTORIES`` says how many; the same ones each time. Who sets it gets the shortest history that
fails, which takes minutes to find; otherwise the first one is shown as it was.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sessions.histories import SessionHistory

ASKED_FOR = os.environ.get("SWA_HISTORIES")
HISTORIES = int(ASKED_FOR or "100")


@pytest.mark.timeout(60 + 5 * HISTORIES)
def test_no_history_breaks_an_invariant(make):
    teams = [make.team(), make.team()]
    SessionHistory.make = make
    SessionHistory.people = [make.person(team=teams[n % 2]) for n in range(4)]
    SessionHistory.people += [make.person(organisation=teams[0].organisation) for _ in range(2)]
    SessionHistory.people += [make.person() for _ in range(2)]

    run_state_machine_as_test(
        SessionHistory,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=12,
            derandomize=True,
            database=None,
            deadline=None,
            phases=tuple(Phase) if ASKED_FOR else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
