"""How much a test does: a little in `make test`, the scorecard's figure in `make heavy`, or a soak.

A test that asks for a figure carries the marker ``figures``. `make heavy` runs those tests with
the middle number (``SWA_FIGURES=ci``), `make soak` with the last one (``SWA_FIGURES=soak``) and
random seeds. One figure alone is set by its name: ``SWA_KILLS=500``.
"""

import os
import secrets

LEVEL = os.environ.get("SWA_FIGURES", "test")
IS_SOAK = LEVEL == "soak"


def figure(name: str, *, test: int, ci: int, soak: int) -> int:
    """Give the number of rounds, histories, kills … that this run is to do."""
    asked_for = os.environ.get(f"SWA_{name.upper()}")
    return int(asked_for) if asked_for else {"test": test, "ci": ci, "soak": soak}[LEVEL]


def seed_of(part: int) -> int:
    """Give a part of a test its seed: the same each time, or in a soak a new one.

    It is printed, so that ``SWA_SEED`` brings back what a soak has found.
    """
    asked_for = os.environ.get("SWA_SEED") or (secrets.randbits(32) if IS_SOAK else part)
    print(f"Part {part}: SWA_SEED={asked_for}")  # noqa: T201 - shown with a failure
    return int(asked_for)
