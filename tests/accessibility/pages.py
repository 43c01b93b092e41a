"""The table of all pages: who opens which, with which object of the demonstration."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class PageToOpen:
    """One page and who looks at it.

    Attributes:
        role: A role, "anonymous", "participant", or a booking status for somebody who has one.
        arguments: Values of the route; a name of ``test_pages.NAMES`` is looked up.
        state: What is special about it.
    """

    endpoint: str
    role: str = "anonymous"
    arguments: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    status: int = 200
    state: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.endpoint, self.state)))


PAGES: list[PageToOpen] = []
STATES: list[PageToOpen] = []
EXCUSED: dict[str, str] = {"static": "files, not pages"}
