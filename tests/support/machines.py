"""Runs a state machine of Hypothesis in shards, so that two cores share thousands of histories.

Each shard has a seed and so histories of its own: the same ones each time, but new ones in a soak.
"""

import os
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.support.databases import DATABASE_URL
from tests.support.figures import IS_SOAK, figure, seed_of

MOST_SHARDS = 12
FEWEST_IN_A_SHARD = 10
PHASES = tuple(Phase) if os.environ.get("SWA_SHRINK") else (Phase.generate,)


@dataclass(frozen=True)
class Shard:
    """A part of the histories that a test is to run."""

    number: int
    histories: int

    def __str__(self) -> str:
        return f"shard {self.number}"


def shards(name: str, *, test: int, ci: int, soak: int) -> list[Shard]:
    """Cut the figure of this name into shards as even as can be.

    PostgreSQL runs a tenth of them, since it takes several times as long; in a soak, all.
    """
    histories = figure(name, test=test, ci=ci, soak=soak)
    if DATABASE_URL and not IS_SOAK:
        histories = max(1, histories // 10)
    number = max(1, min(MOST_SHARDS, histories // FEWEST_IN_A_SHARD))
    return [Shard(n, histories // number + (n < histories % number)) for n in range(number)]


def run_histories(machine: type[RuleBasedStateMachine], shard: Shard, *, steps: int) -> None:
    """Run one shard; the first history that fails is shown as it was.

    With ``SWA_SHRINK=1`` the shortest that fails is looked for, which takes minutes.

    Args:
        machine: Has one rule to begin with, which counts as no step.
        shard: How many histories, and which.
        steps: Acts in each history.
    """
    ended = 0

    class OfTheShard(machine):  # type: ignore[misc, valid-type]
        def teardown(self) -> None:
            nonlocal ended
            ended += 1
            super().teardown()

    OfTheShard.__name__ = machine.__name__
    run_state_machine_as_test(
        seed(seed_of(shard.number))(OfTheShard),
        settings=settings(
            max_examples=shard.histories,
            stateful_step_count=steps + 1,
            database=None,
            deadline=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert ended >= shard.histories, "every history was run to its end"
