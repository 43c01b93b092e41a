"""The control of the seeded bugs: without any bug in it, every check they name is green.

A check that is red anyway would notice each bug, and one that runs no test would notice none, so
neither may count. All checks of one engine share one run; the tests that a check names are picked
here, by a plugin of pytest, as its own line would pick them.
"""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

RUNS, RESULTS = "SWA_CONTROL_RUNS", "SWA_CONTROL_RESULTS"


def covers(run: str, node_id: str) -> bool:
    """Say whether a check runs a test.

    Args:
        run: Files or tests, then perhaps ``-k`` and one word, as a patch has them.
        node_id: The test, in the words of pytest.
    """
    places, _, word = run.partition(" -k ")
    name = node_id.rpartition("/")[2].lower()
    return word.strip().lower() in name and any(
        node_id == place or node_id.startswith((f"{place}::", f"{place}["))
        for place in places.split()
    )


def judge(runs: Collection[str], green: Collection[str], red: Collection[str]) -> list[str]:
    """Return a sentence for each check that proves nothing; none when all are fit."""
    sentences = []
    for run in sorted(set(runs)):
        if wrong := [name for name in red if covers(run, name)]:
            sentences.append(f"“{run}” is red without its seeded bug: {', '.join(wrong)}")
        elif not any(covers(run, name) for name in green):
            sentences.append(f"“{run}” runs no test: it was renamed, or skips itself here")
    return sentences


def find_unfit(runs: Collection[str], folder: Path, environment: Mapping[str, str]) -> list[str]:
    """Run checks in a copy of the tree that has no bug in it.

    Returns:
        What ``judge`` says, and the end of the output when there is something to say.
    """
    results = folder / "control.json"
    results.unlink(missing_ok=True)
    files = sorted({place.partition("::")[0] for run in runs for place in _places(run)})
    told = {RUNS: json.dumps(sorted(runs)), RESULTS: str(results)}
    options = f"-q -p no:cacheprovider -p {__name__} -n {os.cpu_count() or 1} --dist worksteal"
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", *options.split(), *files],
        cwd=folder,
        capture_output=True,
        check=False,
        text=True,
        env={**environment, **told},
    )
    found = json.loads(results.read_text()) if results.exists() else {"green": [], "red": []}
    sentences = judge(runs, found["green"], found["red"])
    return [*sentences, tests.stdout[-4000:] + tests.stderr[-1000:]] if sentences else []


def _places(run: str) -> list[str]:
    return run.partition(" -k ")[0].split()


class Picker:
    """Leaves out what no check names, and notes how the others end."""

    def __init__(self, runs: list[str], results: Path) -> None:
        self.runs, self.results = runs, results
        self.passed: set[str] = set()
        self.red: set[str] = set()

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        picked = [item for item in items if any(covers(run, item.nodeid) for run in self.runs)]
        config.hook.pytest_deselected(items=[item for item in items if item not in picked])
        items[:] = picked

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.red.add(report.nodeid)
        elif report.passed and report.when == "call":
            self.passed.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workerinput"):
            return  # the process that hands out the tests hears of all of them
        green = self.passed - self.red
        self.results.write_text(json.dumps({"green": sorted(green), "red": sorted(self.red)}))


def pytest_configure(config: pytest.Config) -> None:
    picker = Picker(json.loads(os.environ[RUNS]), Path(os.environ[RESULTS]))
    config.pluginmanager.register(picker, "picker of the checks")
