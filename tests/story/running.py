"""The product as it runs for real: web and worker in processes of their own, with a moved clock."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from flask import Flask

from swa.core.db import db, transaction
from swa.people.access import COOKIE
from swa.people.services import web_sessions
from swa.web.factory import create_app
from swa.web.settings import ROOT, load_settings
from tests.support.mail_sink import Sink, free_port

PATIENCE_SECONDS = 60


def wait_until(is_true: Callable[[], bool], what: str) -> None:
    """Ask again and again until it is true; fails with ``what`` after a minute."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        assert time.monotonic() < until, f"waited for a minute in vain: {what}"
        time.sleep(0.05)


@dataclass
class Product:
    """One installation in production mode.

    Attributes:
        app: The same installation in this process, to write rows and to ask the database.
        ahead: How far the clocks of web and worker go ahead of the real one.
    """

    folder: Path
    database_url: str
    sink: Sink
    port: int = field(default_factory=free_port)
    ahead: timedelta = timedelta(0)
    app: Flask = field(init=False)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app = create_app(load_settings(**self._settings()))

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def _settings(self) -> dict[str, str]:
        return {
            "mode": "production",
            "secret_key": "known to this story and to nobody else at all",
            "base_url": self.address,
            "database_url": self.database_url,
            "instance_path": str(self.folder),
            "smtp_url": f"smtp+plain://127.0.0.1:{self.sink.port}",
        }

    def start(self, moment: datetime) -> None:
        """Start web and worker with their clocks at this moment; both are stopped first."""
        self.stop()
        self.ahead = moment - datetime.now(UTC)
        self._running["web"] = self._begin("web", str(self.port))
        self._running["worker"] = self._begin("swa", "worker")
        wait_until(self._is_up, "the web server")

    @property
    def now(self) -> datetime:
        """What the clocks of web and worker show."""
        return datetime.now(UTC) + self.ahead

    def restart_worker(self) -> None:
        self._end("worker")
        self._running["worker"] = self._begin("swa", "worker")

    def run(self, *command: str) -> str:
        """Run ``swa`` with a command to its end and return what it says."""
        with self._begin("swa", *command, log=subprocess.PIPE) as process:
            said = process.communicate(timeout=PATIENCE_SECONDS)[0].decode()
        assert process.returncode == 0, said
        return said

    def stop(self) -> None:
        for name in list(self._running):
            self._end(name)

    def cookies_of(self, person_id: int) -> list[dict[str, Any]]:
        """Sign somebody in through a real session row, without the mail."""
        with self.app.app_context(), transaction():
            token = web_sessions.begin(person_id, browser="story", now=self.now)
        return [{"name": COOKIE, "value": token, "url": self.address}]

    def ask(self, question: Callable[[], Any]) -> Any:
        """Ask the database something."""
        with self.app.app_context():
            return question()

    def complaints(self) -> list[str]:
        """List the lines of both logs that speak of an error."""
        signs = ("Traceback", "ERROR", "Error:", "failed")
        lines = [line for log in self.folder.glob("*.log") for line in log.read_text().splitlines()]
        return [line for line in lines if any(sign in line for sign in signs)]

    def _begin(self, program: str, *arguments: str, log: Any = None) -> subprocess.Popen[bytes]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SWA_")}
        ours = {f"SWA_{name.upper()}": value for name, value in self._settings().items()}
        ahead = str(self.ahead.total_seconds())
        moved = [sys.executable, "-m", "tests.support.moved_clock", ahead]
        with (self.folder / f"{program}-{arguments[0]}.log").open("ab") as file:
            return subprocess.Popen(
                [*moved, program, *arguments],
                cwd=ROOT,
                env=clean | ours,
                stdout=log or file,
                stderr=subprocess.STDOUT,
            )

    def _end(self, name: str) -> None:
        process = self._running.pop(name)
        is_alive = process.poll() is None
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)
        assert is_alive, f"the {name} had died: {self.complaints()}"

    def _is_up(self) -> bool:
        try:
            with urlopen(f"{self.address}/health", timeout=5) as answer:  # noqa: S310 - our own http
                return int(answer.status) == 200
        except (URLError, ConnectionError):
            return False


@contextmanager
def installed(folder: Path, database_url: str, sink: Sink) -> Iterator[Product]:
    """Install the product with an empty database; whatever runs is stopped at the end."""
    product = Product(folder, database_url, sink)
    try:
        yield product
    finally:
        try:
            product.stop()
        finally:
            with product.app.app_context():
                db.session.remove()
                db.engine.dispose()
