"""How many messages may leave within a minute; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(seconds=60)


@dataclass(frozen=True)
class Pace:
    """The most messages within any 60 seconds; 0 is no limit.

    Attributes:
        to_a_domain: To addresses of one domain.
        in_all: To everybody together.
    """

    to_a_domain: int = 0
    in_all: int = 0

    @property
    def is_on(self) -> bool:
        """Whether anything has to be counted."""
        return bool(self.to_a_domain or self.in_all)


NO_LIMITS = Pace()


def room_at(newest_first: Sequence[datetime], most: int) -> datetime | None:
    """Say when the next message may leave; None when there is room already, or no limit.

    Args:
        newest_first: When messages left, UTC, the newest first; older than a minute or not.
        most: The most within a minute; 0 is no limit.
    """
    if not most or len(newest_first) < most:
        return None
    return newest_first[most - 1] + MINUTE


def domain_of(address: str) -> str:
    """Return the part behind the @ as it is counted, in lower case."""
    return address.rpartition("@")[2].casefold()
