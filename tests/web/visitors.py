"""People who book and give back over HTTP while the server may die, and what they were told."""

import http.client
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
BOOKING = re.compile(r"/bookings/(\d+)")
PATIENCE_SECONDS = 30


@dataclass
class Browser:
    """Sends forms and keeps cookies; one connection for as long as the server keeps it open."""

    port: int
    cookies: dict[str, str]
    token: str = ""

    def __post_init__(self) -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    def open(self, path: str) -> str:
        return self._ask("GET", path)[1]

    def send(self, path: str, **fields: str) -> str:
        """Send a form; returns where the answer leads."""
        where, page = self._ask("POST", path, urlencode(fields))
        assert where, f"{path} was refused: {page}"
        return where

    def _ask(self, method: str, path: str, body: str = "") -> tuple[str, str]:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.token,
        }
        self.link.request(method, path, body or None, headers)
        answer = self.link.getresponse()
        page = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: part.value for name, part in SimpleCookie(header).items()}
        if found := TOKEN.search(page):
            self.token = found[1]
        return answer.headers.get("Location", ""), page


@dataclass
class Visitor:
    """Books what they have no place in and gives back what they have, again and again.

    Attributes:
        known: The bookings that the answers told of, by session: id and whether it is live.
        doubt: What was asked and never answered: "book" and a session, "cancel" and a booking.
        complaint: An answer that no person should get.
    """

    person_id: int
    browser: Browser
    sessions: Sequence[int]
    chance: random.Random
    known: dict[int, dict[int, bool]] = field(default_factory=dict)
    doubt: tuple[str, int] | None = None
    complaint: str = ""

    def visit(self) -> None:
        """Go on until the server is gone."""
        try:
            self.browser.open(f"/sessions/{self.sessions[0]}/book")
            while True:
                self.act()
        except ConnectionRefusedError:
            self.doubt = None  # it was never asked
        except (OSError, http.client.HTTPException):
            pass
        except AssertionError as wrong:
            self.complaint = str(wrong)
        finally:
            self.browser.link.close()

    def act(self) -> None:
        session_id = self.chance.choice(self.sessions)
        bookings = self.known.setdefault(session_id, {})
        live = [booking_id for booking_id, is_live in bookings.items() if is_live]
        if live:
            self.doubt = ("cancel", live[0])
            self.browser.send(f"/bookings/{live[0]}/cancel")
            bookings[live[0]] = False
        else:
            self.browser.send(f"/sessions/{session_id}/book", access_needs="", question="")
            self.doubt = ("book", session_id)
            where = BOOKING.search(self.browser.send(f"/sessions/{session_id}/book/check"))
            assert where, "a booking leads to its page"
            bookings[int(where[1])] = True
        self.doubt = None

    def possible_truths(self, session_id: int) -> list[dict[int, bool]]:
        """List what may be so after all that was said; id 0 stands for a booking not told of."""
        told = self.known.get(session_id, {})
        verb, number = self.doubt or ("", 0)
        if verb == "book" and number == session_id:
            return [told, told | {0: True}]
        if verb == "cancel" and number in told:
            return [told, told | {number: False}]
        return [told]
