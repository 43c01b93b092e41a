"""A little GOV.UK Notify on this machine: it checks what the real one checks, or misbehaves.

The shapes of requests, answers and errors are those of its REST API, version 2.
"""

import base64
import contextlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from swa.core import clock

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
API_KEY = f"swa_live-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
MOST_SECONDS_OFF = 30


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request.

    Attributes:
        act: Answers instead.
        takes: Whether the notice was taken before.
    """

    act: Callable[["Answering"], None]
    takes: bool = False


@dataclass
class NotifyApi:
    """What came in, and what goes wrong next.

    Attributes:
        notices: What was taken, in order.
        faults: For the next requests to send, one each; None behaves.
        look_faults: The same for requests that ask.
        requests: Method and path of every request.
    """

    notices: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault | None] = field(default_factory=list)
    look_faults: list[Fault | None] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def references(self) -> list[str]:
        return [notice["reference"] for notice in self.notices]

    def set_status(self, status: str) -> None:
        for notice in self.notices:
            notice["status"] = status


class Answering(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"
    api: NotifyApi

    def do_POST(self) -> None:
        self.api.requests.append(f"POST {self.path}")
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = self.api.faults.pop(0) if self.api.faults else None
        if fault and not fault.takes:
            fault.act(self)
            return
        if refusal := self.find_refusal(asked):
            self.refuse(*refusal)
            return
        notice = {
            "id": str(uuid.uuid4()),
            "reference": asked.get("reference"),
            "email_address": asked["email_address"],
            "status": "created",
            "type": "email",
        } | {f"given_{name}": text for name, text in asked["personalisation"].items()}
        self.api.notices.append(notice)
        if fault:
            fault.act(self)
        else:
            self.answer(201, {"id": notice["id"], "reference": notice["reference"]})

    def do_GET(self) -> None:
        self.api.requests.append(f"GET {self.path}")
        fault = self.api.look_faults.pop(0) if self.api.look_faults else None
        if fault:
            fault.act(self)
            return
        if not self.is_signed():
            self.refuse(403, "AuthError", "Invalid token: signature")
            return
        parts = urlsplit(self.path)
        if parts.path == "/v2/notifications":
            wanted = parse_qs(parts.query)["reference"][0]
            found = [each for each in self.api.notices if each["reference"] == wanted]
            self.answer(200, {"notifications": found, "links": {}})
            return
        found = [each for each in self.api.notices if parts.path.endswith(each["id"])]
        if found:
            self.answer(200, found[0])
        else:
            self.refuse(404, "NoResultFound", "No result found")

    def find_refusal(self, asked: dict[str, Any]) -> tuple[int, str, str] | None:
        if not self.is_signed():
            return 403, "AuthError", "Invalid token: signature, api token not found"
        missing = {"subject", "body"} - asked["personalisation"].keys()
        found = {
            "Template not found": asked["template_id"] != TEMPLATE,
            f"Missing personalisation: {', '.join(missing)}": missing,
            "email_address Not a valid email address": "@" not in asked["email_address"],
        }
        wrong = [message for message, is_so in found.items() if is_so]
        return (400, "BadRequestError", wrong[0]) if wrong else None

    def is_signed(self) -> bool:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        head, claims, signature = [*token.split("."), "", "", ""][:3]
        made = hmac.digest(SECRET.encode(), f"{head}.{claims}".encode(), "sha256")
        if scheme != "Bearer" or not hmac.compare_digest(made, decoded(signature)):
            return False
        said = json.loads(decoded(claims))
        age = clock.utc_now().timestamp() - said["iat"]
        is_jwt = json.loads(decoded(head)) == {"typ": "JWT", "alg": "HS256"}
        return is_jwt and said["iss"] == SERVICE and abs(age) <= MOST_SECONDS_OFF

    def refuse(self, status: int, error: str, message: str) -> None:
        errors = [{"error": error, "message": message}]
        self.answer(status, {"status_code": status, "errors": errors})

    def answer(self, status: int, words: dict[str, Any]) -> None:
        self.answer_bytes(status, json.dumps(words).encode())

    def answer_bytes(self, status: int, words: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        self.wfile.write(words)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def refusing(status: int, error: str, message: str) -> Fault:
    """Refuse as Notify does."""
    return Fault(lambda answering: answering.refuse(status, error, message))


def saying(status: int, words: bytes) -> Fault:
    """Answer something odd."""
    return Fault(lambda answering: answering.answer_bytes(status, words))


def dropping(*, takes: bool) -> Fault:
    """Hang up without an answer, having taken the notice or not."""

    def act(answering: Answering) -> None:
        answering.close_connection = True

    return Fault(act, takes)


def silent() -> Fault:
    """Say nothing until the other side hangs up."""
    return Fault(lambda answering: answering.rfile.read(1) and None)


def dripping(seconds: float) -> Fault:
    """Take the notice, then answer so slowly that nobody waits for the end."""

    def act(answering: Answering) -> None:
        answering.close_connection = True
        answering.send_response(201)
        end = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            while time.monotonic() < end:
                answering.wfile.write(b"X-Slow: 1\r\n")
                answering.wfile.flush()
                time.sleep(0.05)

    return Fault(act, takes=True)


@contextmanager
def notify_api() -> Iterator[NotifyApi]:
    """Run one for the length of a test."""
    api = NotifyApi()
    answering = type("Answering", (Answering,), {"api": api})
    with ThreadingHTTPServer(("127.0.0.1", 0), answering) as server:
        server.daemon_threads = True
        api.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield api
        server.shutdown()
        thread.join(5)
