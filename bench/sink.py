"""A mail server in a process of its own: ``python -m bench.sink PORT SECONDS`` until it is ended.

It takes every message after so many seconds, as a relay on another machine would.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTP
from typing import Any

from aiosmtpd.smtp import SMTP as Server  # noqa: N811 - the other side of smtplib's name

from tests.support.mail_sink import free_port


class Takes:
    """Takes each message and keeps none."""

    def __init__(self, pause: float) -> None:
        self.pause = pause

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take it after the pause."""
        await asyncio.sleep(self.pause)
        return "250 taken"


@contextmanager
def mail_server(pause: float) -> Iterator[int]:
    """Start one and yield its port.

    Args:
        pause: Seconds before each message is taken.
    """
    port = free_port()
    command = [sys.executable, "-m", "bench.sink", str(port), str(pause)]
    with subprocess.Popen(command) as process:  # noqa: S603 - our own program
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            SMTP("127.0.0.1", port, timeout=5).quit()
        except OSError:
            time.sleep(0.05)
        else:
            return
    msg = "the mail server of the bench does not start"
    raise RuntimeError(msg)


async def _serve(port: int, pause: float) -> None:
    def talk() -> Server:
        return Server(Takes(pause), hostname="127.0.0.1", enable_SMTPUTF8=False)

    server = await asyncio.get_running_loop().create_server(talk, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
