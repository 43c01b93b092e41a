"""Whatever people do to the send plan, in whatever order: RL-1 of the notes, and PLAN-4, PLAN-5 and
PLAN-9: nothing twice, nothing to the cancelled, nothing past its moment.

``SWA_PLANS`` says how many histories; the same ones each time.
"""

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sessions.plan_history import PlanHistory
from tests.support.figures import figure, seed_of

HISTORIES = figure("plans", test=20, ci=120, soak=20_000)
STEPS = 30


@pytest.mark.heavy
@pytest.mark.figures
@pytest.mark.timeout(7200)
def test_no_history_of_the_plan_breaks_an_invariant(make):
    PlanHistory.make, PlanHistory.people = make, [make.person() for _ in range(6)]

    run_state_machine_as_test(
        seed(seed_of(0))(PlanHistory),
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
