"""Windows of one browser that is used by many, one after the other, as on a shared computer.

They keep the files of the pages between two people, which makes the story several times faster;
what every page owes (axe, other hosts, the policy) is the accessibility gate's to watch.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from tests.support.browser import PHONE, WIDE, Visit

SLOWEST = 20_000  # milliseconds for one step; two cores may be shared with other tests


@dataclass
class Windows:
    """A wide and a narrow screen."""

    browser: Browser
    _contexts: dict[tuple[int, int], BrowserContext] = field(default_factory=dict)

    @contextmanager
    def open(
        self, cookies: list[dict[str, Any]] | None = None, *, size: tuple[int, int] = WIDE
    ) -> Iterator[Visit]:
        """Open a window with these cookies and no others; nothing may go wrong in it."""
        context = self._contexts.get(size) or self._begin(size)
        context.clear_cookies()
        context.add_cookies(cookies or [])  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(SLOWEST)
        visit = Visit(page)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("console", lambda line: _note(visit, line.type, line.text))
        yield visit
        assert visit.complaints == []
        page.close()

    def close(self) -> None:
        for context in self._contexts.values():
            context.close()

    def _begin(self, size: tuple[int, int]) -> BrowserContext:
        viewport = {"width": size[0], "height": size[1]}
        self._contexts[size] = self.browser.new_context(
            viewport=viewport,  # type: ignore[arg-type]
            has_touch=size == PHONE,
        )
        return self._contexts[size]


def _note(visit: Visit, kind: str, text: str) -> None:
    is_expected = text.startswith("Failed to load resource: the server responded with a status of")
    if kind in {"error", "warning"} and not is_expected:
        visit.complaints.append(text)
