"""``swa serve`` as on one machine – pages, worker and ticks in one process – to be killed."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from swa.web.settings import ROOT, Settings
from tests.support.databases import wait_until_alone
from tests.support.mail_sink import free_port
from tests.support.mortal import Mortal, Run

PATIENCE_SECONDS = 60


class Server:
    """The installation of the tests, served.

    It begins as a child of a warm process, which can be told to die at a step, or is started cold,
    as somebody would by hand.
    """

    def __init__(self, settings: Settings, folder: Path, *, smtp_port: int) -> None:
        self.port = free_port()
        self.log = folder / "server.log"
        self.name = f"swa-serve-{os.getpid()}"
        self.environment = {
            "SWA_MODE": "production",
            "SWA_SECRET_KEY": settings.secret_key.get_secret_value(),
            "SWA_BASE_URL": f"http://127.0.0.1:{self.port}",
            "SWA_PORT": str(self.port),
            "SWA_DATABASE_URL": settings.database_url,
            "SWA_QUEUE_URL": str(folder / "queue.db"),
            "SWA_INSTANCE_PATH": str(folder),
            "SWA_SMTP_URL": f"smtp+plain://127.0.0.1:{smtp_port}",
            "PGAPPNAME": self.name,
        }
        self.mortal = Mortal(settings, self.environment)
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self, *, step: int) -> None:
        """Begin to serve until the process comes to that step."""
        self.mortal.begin("serve", step=step)
        self._wait_until_up()

    def wait_until_dead(self) -> Run:
        return self.mortal.wait()

    def start(self) -> float:
        """Start it from nothing; returns after how many seconds it answered."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from swa.web.cli import main; main()", "serve"],
                cwd=ROOT,
                env=os.environ | self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_up()
        return time.monotonic() - began

    def kill(self) -> None:
        """End what was started, by SIGKILL, and wait until PostgreSQL has done what it was told."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE_SECONDS)
            self.process = None
            wait_until_alone(self.name)

    def end(self) -> None:
        self.kill()
        self.mortal.end()

    def _wait_until_up(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert time.monotonic() < until, "it does not answer"
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                return int(answer.status) == 200
        except (URLError, ConnectionError):
            return False
