"""Mail servers of the tests: a real one that keeps everything, and one that misbehaves."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller


@dataclass
class Sink:
    """A server that takes every message and keeps envelope and bytes.

    Attributes:
        pause: Seconds until it has taken one.
    """

    envelopes: list[Any] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    scheme: str = "smtp+plain"
    pause: float = 0.0

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.pause)
        self.envelopes.append(envelope)
        return "250 OK, kept"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.controller.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        return [
            message_from_bytes(e.original_content, policy=policy.default) for e in self.envelopes
        ]  # type: ignore[misc]

    @property
    def heads(self) -> list[Message]:
        """Only the headers, which many thousands of mails can be asked for."""
        return [BytesHeaderParser().parsebytes(e.original_content) for e in self.envelopes]

    def wait_for(self, number: int, seconds: float = 90) -> None:
        """Wait until that many mails have come."""
        end = time.monotonic() + seconds
        while len(self.envelopes) < number:
            assert time.monotonic() < end, "no mail came"
            time.sleep(0.05)

    @property
    def recipients(self) -> list[list[str]]:
        return [envelope.rcpt_tos for envelope in self.envelopes]

    def __enter__(self) -> Self:
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port(), **self.options)
        self.controller.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Script:
    """A raw server that follows SMTP but for one command, where it does what the test says.

    Attributes:
        faults: What to answer at "banner", "EHLO", "MAIL", "RCPT", "DATA", "end" or "QUIT"; bytes
            are sent as they are, ``None`` drops the link, a function gets the socket.
        taken: The message bodies for which 250 was sent.
        log: Every command line that came.
    """

    def __init__(
        self,
        *,
        scheme: str = "smtp+plain://",
        **faults: bytes | Callable[[socket.socket], None] | None,
    ) -> None:
        self.scheme = scheme
        self.faults = faults
        self.taken: list[bytes] = []
        self.log: list[str] = []
        self.links = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"{self.scheme}127.0.0.1:{self._server.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._start(self._listen)
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.over.set()
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while not self.over.is_set():
            try:
                sock, _ = self._server.accept()
            except OSError:
                return
            self.links += 1
            self._sockets.append(sock)
            self._start(self._talk, sock)

    def _talk(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError), sock, sock.makefile("rb") as lines:
            self._say(sock, "banner", b"220 ready\r\n")
            while not self.over.is_set():
                line = lines.readline()
                if not line:
                    return
                self.log.append(line.decode("ascii", "replace").strip())
                self._obey(sock, lines, line[:4].upper().decode("ascii", "replace").strip())

    def _obey(self, sock: socket.socket, lines: Any, command: str) -> None:
        ordinary = {
            "EHLO": b"250-here\r\n250 8BITMIME\r\n",
            "HELO": b"250 here\r\n",
            "DATA": b"354 go on\r\n",
            "QUIT": b"221 bye\r\n",
        }
        self._say(sock, command, ordinary.get(command, b"250 fine\r\n"))
        if command == "QUIT":
            raise EOFError
        if command == "DATA" and "DATA" not in self.faults:
            body = b"".join(iter(lines.readline, b".\r\n"))
            self._say(sock, "end", b"250 kept\r\n")
            self.taken.append(body)
            if "after" in self.faults:
                self._say(sock, "after", b"")

    def _say(self, sock: socket.socket, where: str, ordinary: bytes) -> None:
        fault = self.faults.get(where, ordinary)
        if fault is None:
            raise EOFError
        if callable(fault):
            fault(sock)
        else:
            sock.sendall(fault)
