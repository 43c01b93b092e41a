"""Runs ``swa`` in children that are killed: ``python -m tests.support.mortal URL FOLDER``.

This process is warm and never touches the database; each line of JSON that it hears is a command
and a death, and it forks a child for it. The child dies by SIGKILL at a step – a statement about to
run or just run, a commit about to be made, the end of the command –, after some seconds or at a
system call. The product has no hook for this: the steps are counted here, in the child, and the
calls by strace.
"""

import mmap
import os
import random
import signal
import socket
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import click
from flask import Flask
from flask_migrate.cli import db as db_commands
from sqlalchemy import Engine, event

from swa.people.cli import import_people
from swa.sessions.cli import keep_up
from swa.web.commands import serve
from swa.web.settings import Settings
from tests.support import helpers, system_calls
from tests.support.databases import wait_until_alone
from tests.support.figures import figure

# How often each of the four – web, import, migration, tick – is killed on one engine.
KILLS = -(-figure("other_kills", test=12, ci=68, soak=1_332) // 4)
COMMANDS = {
    "import-people": import_people,
    "db": db_commands,
    "serve": serve,
    "training": click.Command("training", callback=keep_up),  # what the worker does each minute
}


@dataclass(frozen=True)
class Run:
    """How a child ended.

    Attributes:
        killed: By SIGKILL; it reached its step, or its time came before it was done.
        code: Exit code when it was not killed.
        steps: How many it came to.
    """

    killed: bool
    code: int
    steps: int
    seconds: float


class Mortal:
    """The warm process, as the test sees it."""

    def __init__(
        self, settings: Settings, environment: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.name = f"swa-mortal-{os.getpid()}"
        named = {**environment, "PGAPPNAME": self.name}
        self.helper = helpers.Helper("tests.support.mortal", settings, named)

    def run(self, *command: str, **death: float | list[str]) -> Run:
        """Run a command in a child, to its end or to its death.

        Args:
            command: A name in ``COMMANDS`` with its arguments.
            death: ``step=7``, ``seconds=0.2`` or ``strace=[…]`` with words of ``system_calls``.
        """
        self.begin(*command, **death)
        return self.wait()

    def begin(self, *command: str, **death: float | list[str]) -> None:
        self.helper.say({"command": command, **death})

    def wait(self) -> Run:
        """Wait for the end of what was begun, and until PostgreSQL has done what it was told."""
        run = Run(**self.helper.hear())
        wait_until_alone(self.name)
        return run

    def end(self) -> None:
        self.helper.end()


def draw_death(chance: random.Random, number: int, of: int, whole: Run) -> dict[str, float]:
    """Draw the death of one child of several, so that together they cover the whole run.

    Every second dies at a step, the others at a moment.
    """
    share = (number + chance.random()) / of
    return (
        {"seconds": share * whole.seconds} if number % 2 else {"step": 1 + int(share * whole.steps)}
    )


class Steps:
    """Counts the steps of a child where its parent can read them, and kills it at one."""

    def __init__(self) -> None:
        self.shared = mmap.mmap(-1, 8)
        self.deadly = 0

    @property
    def number(self) -> int:
        return int.from_bytes(self.shared[:8], "little")

    @number.setter
    def number(self, number: int) -> None:
        self.shared[:8] = number.to_bytes(8, "little")

    def __call__(self, *_: object) -> None:
        self.number += 1
        if 0 < self.deadly <= self.number:
            os.kill(os.getpid(), signal.SIGKILL)


def live(app: Flask, steps: Steps, command: list[str]) -> int:
    """Do the command in this process, step by step."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, moment, steps)
    with app.app_context():
        COMMANDS[command[0]].main(command[1:], standalone_mode=False)
    steps()
    return 0


def live_and_end(app: Flask, steps: Steps, command: list[str], gate: socket.socket) -> None:
    """Say that this process is there, wait until the other end is closed, and do the command."""
    code = 1
    try:
        system_calls.let_be_held()
        gate.send(b"!")
        os.read(gate.fileno(), 1)
        code = live(app, steps, command)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def run(app: Flask, steps: Steps, wish: dict[str, Any]) -> dict[str, Any]:
    steps.number, steps.deadly = 0, wish.get("step", 0)
    began = time.monotonic()
    gate, key = socket.socketpair()
    child = os.fork()
    if child == 0:
        key.close()
        live_and_end(app, steps, wish["command"], gate)
    gate.close()
    key.recv(1)
    strace = system_calls.hold(child, wish["strace"]) if "strace" in wish else None
    key.close()  # the child begins
    if "seconds" in wish:
        time.sleep(wish["seconds"])
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if strace:
        strace.wait()
    return {
        "killed": os.WIFSIGNALED(status),
        "code": os.waitstatus_to_exitcode(status),
        "steps": steps.number,
        "seconds": time.monotonic() - began,
    }


def main(database_url: str, folder: str) -> None:
    app, steps = helpers.make_app(database_url, folder), Steps()
    for wish in helpers.questions():
        helpers.answer(run(app, steps, wish))


if __name__ == "__main__":
    main(*sys.argv[1:])
