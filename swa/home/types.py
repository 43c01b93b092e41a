"""Values that the desks show."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DeskRow:
    """A session on a desk.

    Attributes:
        session: The training session, with its topic.
        needs: What it needs, the most pressing first.
    """

    session: Any
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Troubles:
    """Counts that a coordinator should look at.

    Attributes:
        failed_mails: Messages of the last 30 days that did not go.
        open_requests: People who asked to join and wait for an answer.
        open_letters: E-mails that people wrote to us and nobody has seen to.
        to_read_again: Messages whose own words were written for another date, and wait.
    """

    failed_mails: int
    open_requests: int
    open_letters: int = 0
    to_read_again: int = 0
