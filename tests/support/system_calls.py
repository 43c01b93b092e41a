"""A program of the tests that dies at a system call of its own, by ``strace`` (RL-4)."""

import ctypes
import os
import random
import re
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

# Those by which a program changes a file or a lock on it, as on SQLite, or speaks with PostgreSQL.
ON_FILES = "write pwrite64 fsync fdatasync ftruncate fallocate fcntl unlink unlinkat rename"
ON_NETWORK = "sendto recvfrom"
CALL = re.compile(r"^(?:\d+ +)?(\w+)\(", re.MULTILINE)
PATIENCE_SECONDS = 30
# From <sys/prctl.h>.
SET_PTRACER, ANYBODY = 0x59616D61, -1


def need_strace() -> None:
    """Leave a test out on a computer without strace; the gate has it, or is red."""
    if shutil.which("strace") is None:
        assert os.environ.get("CI") != "true", "strace is missing in CI"
        pytest.skip("strace is not installed")


def note_calls(notes: Path) -> list[str]:
    """Return the words for strace with which it writes down each call that others may notice.

    Not each machine knows all of them, which the question marks allow.
    """
    names = ",".join(f"?{name}" for name in f"{ON_FILES} {ON_NETWORK}".split())
    return ["-e", f"trace={names}", "-o", str(notes)]


def draw_call(chance: random.Random, calls: Counter[str]) -> list[str]:
    """Draw the call at which a process dies, in words for strace; rare ones as often as others.

    Args:
        chance: Where it comes from.
        calls: How often a process that is left alone makes each.
    """
    name = chance.choice(sorted(calls))
    death = f"inject={name}:signal=SIGKILL:when={chance.randint(1, calls[name])}"
    return ["-e", f"trace={name}", "-e", death, "-o", os.devnull]


def count_calls(notes: Path) -> Counter[str]:
    """Return how often each call was made."""
    return Counter(CALL.findall(notes.read_text(errors="replace")))


def let_be_held() -> None:
    """Allow a strace that is no parent of this process, which some kernels ask for."""
    ctypes.CDLL(None).prctl(SET_PTRACER, ctypes.c_ulong(ANYBODY), 0, 0, 0)


def hold(process: int, words: list[str]) -> subprocess.Popen[bytes]:
    """Let strace hold a process that waits for it; return the strace, which ends with that."""
    command = ["strace", "-f", "-qq", "-s", "0", *words, "-p", str(process)]
    strace = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE_SECONDS
    while "TracerPid:\t0\n" in Path(f"/proc/{process}/status").read_text(encoding="utf-8"):
        assert strace.poll() is None, "strace may not trace here"
        assert time.monotonic() < until, "strace does not get hold of the process"
        time.sleep(0.002)
    return strace
