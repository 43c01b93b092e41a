"""Processes that a test starts beside itself and talks with, a line of JSON each way.

A helper is a module of the tests: it makes the app with ``make_app`` and says "ready", then answers
each line that it hears.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flask import Flask

from swa.web.factory import create_app
from swa.web.settings import Settings, load_settings

READY = "ready"


class Helper:
    """One such process, as the test sees it.

    Args:
        module: What it runs.
        settings: Of the installation that it shares with the test.
        environment: What else it finds there, such as ``SWA_PORT``.
    """

    def __init__(
        self, module: str, settings: Settings, environment: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        told = (settings.database_url, str(settings.instance_path))
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | environment,
            start_new_session=True,
        )
        self.module = module
        assert self.hear() == READY

    def ask(self, question: Any) -> Any:
        self.say(question)
        return self.hear()

    def say(self, words: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"{self.module} ended before it answered"
        return json.loads(line)

    def end(self) -> None:
        """End it and its children at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


def make_app(database_url: str, folder: str | Path) -> Flask:
    """Make an app like the one of the tests; it leaves no hints while no worker is started."""
    app = create_app(
        load_settings(
            mode="production",
            secret_key="the tests know this secret and nobody else does",
            base_url="http://localhost",
            database_url=database_url,
            instance_path=Path(folder),
        )
    )
    app.testing = True
    return app


def questions() -> Iterator[Any]:
    """Say that this helper is ready, then yield what the test says, until it hangs up."""
    answer(READY)
    yield from map(json.loads, sys.stdin)


def answer(words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()
