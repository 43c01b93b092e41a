"""A browser that stands alone: each request runs as on a server, and its pages stay to go back to.

The tests hold an app context open, and with it one database session for all requests. Here every
request begins with neither, so that nothing is remembered between two of them but cookies and rows.
"""

import html
import re
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from swa.people.access import COOKIE

COOKIES = (COOKIE, "session")
MOST_REDIRECTS = 5
MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
FORM = re.compile(
    r'<form\b[^>]*?method="post"[^>]*?action="([^"]*)"|<form\b[^>]*?action="([^"]*)"', re.DOTALL
)
TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
HIDDEN = re.compile(r'<input\b[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'\b(name|value)="([^"]*)"')
TAG = re.compile(r"<[^>]*>")


def words_of(markup: str) -> str:
    """Return what is read on a part of a page, with single blanks."""
    return " ".join(html.unescape(TAG.sub(" ", markup)).split())


@dataclass(frozen=True)
class Page:
    """A page as it was shown; it stays open, like a tab.

    Attributes:
        path: The address at the end of all redirects.
        main: The markup of its main part.
        token: The form token that its forms carry, "" for none.
    """

    path: str
    status: int
    main: str
    token: str

    @property
    def words(self) -> str:
        return words_of(self.main)

    def has_form(self, path: str) -> bool:
        """Say whether a form in the main part goes there."""
        return f'action="{path}"' in self.main

    def hidden(self, path: str) -> dict[str, str]:
        """Return what the form that goes there sends without being asked."""
        form = self.main.partition(f'action="{path}"')[2].partition("</form>")[0]
        fields = [dict(ATTRIBUTE.findall(field)) for field in HIDDEN.findall(form)]
        return {each["name"]: html.unescape(each.get("value", "")) for each in fields}

    def parts(self, begin: str) -> list[str]:
        """Cut the main part at each ``begin`` and leave out what stands before the first."""
        return self.main.split(begin)[1:]


class Browser:
    """Opens pages and presses their buttons, as one person at one machine."""

    def __init__(self, app: Flask, cookies: dict[str, str] | None = None) -> None:
        self.app = app
        self._client = FlaskClient(app, app.response_class, use_cookies=True)
        for name, value in (cookies or {}).items():
            self._client.set_cookie(name, value)

    def open(self, path: str, **query: Any) -> Page:
        return self._follow(self._send("GET", path, query_string=query))

    def press(self, page: Page, path: str, **fields: Any) -> Page:
        """Send the page's form for ``path``, whatever has happened since the page was opened."""
        return self._follow(self._post(page, path, fields))

    def press_and_leave(self, page: Page, path: str, **fields: Any) -> None:
        """Press a button and look at what it leads to another time."""
        self._post(page, path, fields)

    def press_twice(self, page: Page, path: str, **fields: Any) -> None:
        """Send the form again before the answer is there: with the cookies of the first time."""
        impatient = Browser(self.app, self.cookies)
        self.press_and_leave(page, path, **fields)
        impatient.press_and_leave(page, path, **fields)

    @property
    def cookies(self) -> dict[str, str]:
        found = {name: self._client.get_cookie(name) for name in COOKIES}
        return {name: cookie.value for name, cookie in found.items() if cookie}

    def _post(self, page: Page, path: str, fields: dict[str, Any]) -> TestResponse:
        fields = page.hidden(path) | fields | {"csrf_token": page.token}
        return self._send("POST", path, data=fields)

    def _send(self, method: str, path: str, **request: Any) -> TestResponse:
        response = Context().run(self._client.open, path, method=method, **request)
        assert response.status_code < 500, f"{method} {path} -> {response.status_code}"
        return response

    def _follow(self, response: TestResponse) -> Page:
        for _ in range(MOST_REDIRECTS):
            if not response.location:
                return _page(response)
            response = self._send("GET", response.location)
        msg = f"no end of redirects at {response.location}"
        raise AssertionError(msg)


def _page(response: TestResponse) -> Page:
    main = MAIN.search(response.text)
    token = TOKEN.search(response.text)
    return Page(
        path=response.request.full_path.rstrip("?"),
        status=response.status_code,
        main=main[0] if main else "",
        token=token[1] if token else "",
    )
