"""Puts each seeded bug into a scratch copy of the tree and runs its check: it must fail there.

Before that, all these checks must be green in a copy without a bug (``tests.mutants.control``).

python -m tests.mutants            all of them
python -m tests.mutants LK ML-8    those whose name or check has one of the words
python -m tests.mutants --control-was-green    after a whole green suite, which is the same control
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.mutants import control

ROOT = Path(__file__).parents[2]
POSTGRESQL = os.environ.get("SWA_TEST_POSTGRESQL_URL", "postgresql://root@127.0.0.1:5432/test")
TOUCHED = re.compile(r"^\+\+\+ [^/\s]+/(\S+)", re.MULTILINE)
CONTROL_WAS_GREEN = "--control-was-green"
FAILED_TESTS = 1  # pytest's exit code when tests ran and some failed


@dataclass(frozen=True)
class Mutant:
    """One seeded bug and the check that has to notice it."""

    path: Path
    check: str
    run: str
    on_postgresql: bool

    def environment(self, folder: Path) -> dict[str, str]:
        """Return what its check finds around it in a copy of the tree."""
        url = POSTGRESQL if self.on_postgresql else ""
        return os.environ | {"SWA_TEST_DATABASE_URL": url, "PYTHONPATH": str(folder)}


def read(path: Path) -> Mutant:
    head = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            break
        name, _, value = line[2:].partition(":")
        head[name.strip()] = value.strip()
    return Mutant(path, head["must turn red"], head["run"], head.get("on") == "postgresql")


class Copy:
    """A scratch copy of the tree, in which one seeded bug after the other is put in and taken out.

    It is made once for each core: what Python compiled for the last bug serves for the next.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        tracked = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout.split("\0")
        for name in filter(None, tracked):
            if (ROOT / name).is_file():
                self._bring(name)
        engine = "tests/support/ical_js/node_modules"
        if (ROOT / engine).exists():  # without it every test that asks two engines would be red
            (folder / engine).symlink_to(ROOT / engine)

    def _bring(self, name: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, self.folder / name)

    @contextmanager
    def bug(self, patch: Path) -> Iterator[subprocess.CompletedProcess[str]]:
        """Put a seeded bug in for the block; yields how that went."""
        try:
            yield subprocess.run(
                ["patch", "-p1", "--forward", "--batch", "--fuzz=3", "-i", str(patch)],
                cwd=self.folder,
                capture_output=True,
                check=False,
                text=True,
            )
        finally:
            for name in TOUCHED.findall(patch.read_text(encoding="utf-8")):
                if (ROOT / name).is_file():
                    self._bring(name)
                else:
                    (self.folder / name).unlink(missing_ok=True)


def is_noticed(mutant: Mutant, copy: Copy) -> tuple[bool, str]:
    """Say whether the check fails with the bug in place, and what happened if not."""
    with copy.bug(mutant.path) as patch:
        if patch.returncode:
            return False, f"the patch does not apply any more:\n{patch.stdout}"
        tests = subprocess.run(
            [sys.executable, *"-m pytest -q -x -p no:cacheprovider".split(), *mutant.run.split()],
            cwd=copy.folder,
            capture_output=True,
            check=False,
            text=True,
            env=mutant.environment(copy.folder),
        )
    if tests.returncode == FAILED_TESTS:
        return True, ""
    return (
        False,
        f"pytest ended with {tests.returncode}:\n{tests.stdout[-2000:]}{tests.stderr[-500:]}",
    )


def try_each(wanted: list[Mutant], trees: list[Copy]) -> int:
    """Try every seeded bug, in as many copies at once as there are; return how many went by."""
    free: SimpleQueue[Copy] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def attempt(mutant: Mutant) -> tuple[bool, str]:
        copy = free.get()
        try:
            return is_noticed(mutant, copy)
        finally:
            free.put(copy)

    missed = 0
    with ThreadPoolExecutor(len(trees)) as workers:
        for mutant, (noticed, story) in zip(wanted, workers.map(attempt, wanted), strict=True):
            missed += not noticed
            word = "noticed" if noticed else "NOT NOTICED"
            print(f"{word:<12} {mutant.check:<8} {mutant.path.name}", flush=True)
            if not noticed:
                print(story)
    print(f"{len(wanted) - missed} of {len(wanted)} seeded bugs were noticed")
    return missed


def are_fit(wanted: list[Mutant], tree: Copy) -> bool:
    """Say whether every check is green in a copy without a bug; one that is not, is told."""
    began, sentences = time.monotonic(), []
    for engine in (False, True):
        if of_engine := [mutant for mutant in wanted if mutant.on_postgresql is engine]:
            environment = of_engine[0].environment(tree.folder)
            runs = {mutant.run for mutant in of_engine}
            sentences += control.find_unfit(runs, tree.folder, environment)
    if sentences:
        print("The control fails, so no seeded bug was put in:", *sentences, sep="\n")
        return False
    took = time.monotonic() - began
    print(f"Control: each check is green without its seeded bug ({took:.0f} s)", flush=True)
    return True


def main(words: list[str]) -> int:
    has_control = CONTROL_WAS_GREEN in words
    words = [word for word in words if word != CONTROL_WAS_GREEN]
    mutants = [read(path) for path in sorted(Path(__file__).parent.glob("*.patch"))]
    wanted = [
        mutant
        for mutant in mutants
        if not words or any(word in f"{mutant.path.name} {mutant.check}" for word in words)
    ]
    if not wanted:
        print("No seeded bug has one of these words")
        return 1
    with tempfile.TemporaryDirectory(prefix="swa-mutant-") as folder:
        trees = [Copy(Path(folder) / f"tree-{n}") for n in range(os.cpu_count() or 1)]
        is_fit = has_control or are_fit(wanted, trees[0])
        is_good = is_fit and not try_each(wanted, trees)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
