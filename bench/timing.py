"""Rounds that take turns, and how a row of the report is written."""

import os
import statistics
import time
from collections.abc import Callable, Sequence

ROUNDS = int(os.environ.get("SWA_BENCH_ROUNDS", "5"))


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work took, in seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def spread(values: Sequence[float]) -> str:
    """Say the least, the middle and the most."""
    return f"min {min(values):.2f}  median {statistics.median(values):.2f}  max {max(values):.2f}"


def load() -> str:
    """Say how busy the machine is."""
    return f"load {os.getloadavg()[0]:.2f}"


def row(number: str, what: str, result: str, verdict: bool | None) -> bool:
    """Print one row; a verdict of None means that the row makes no claim."""
    mark = "    " if verdict is None else "ok  " if verdict else "MISS"
    print(f"{mark} {number:<3} {what:<58} {result}   {load()}", flush=True)
    return verdict is not False
