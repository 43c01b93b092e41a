"""How often something may be asked for before it slows down (LK-6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Limit:
    """At most so many in any stretch of time.

    Attributes:
        purpose: Name of what is counted.
        most: Allowed in one stretch.
        per: Length of the stretch.
    """

    purpose: str
    most: int
    per: timedelta


HOUR = timedelta(hours=1)
IN_ALL = Limit("links in all", 2000, HOUR)
PER_PLACE = Limit("links per network address", 100, HOUR)
PER_ADDRESS = Limit("links per email address", 20, HOUR)
PER_ADDRESS_AND_BROWSER = Limit("links per email address and browser", 5, HOUR)
REQUESTS_IN_ALL = Limit("requests to join in all", 200, HOUR)
REQUESTS_PER_PLACE = Limit("requests to join per network address", 10, HOUR)
UNKNOWN_STOP_LINKS = Limit("unknown stop links per network address", 30, HOUR / 6)
CODES_PER_BROWSER = Limit("codes per browser", 10, timedelta(minutes=5))


@dataclass(frozen=True)
class Counted:
    """A limit and whom it is counted for."""

    limit: Limit
    key: str


def link_limits(*, address: str, place: str, browser: str, is_known: bool) -> Sequence[Counted]:
    """List what a request for a link counts against, the widest circle first.

    A browser in which the owner of the address has signed in before counts for itself alone:
    whatever strangers ask for, the owner gets a link there (nobody can be locked out).

    Args:
        address: The address that was typed.
        place: The network address of who asks.
        browser: Hash of the browser's pre-session cookie.
        is_known: Whether the owner has signed in with this browser before.
    """
    own = Counted(PER_ADDRESS_AND_BROWSER, f"{address} {browser}")
    if is_known:
        return (own,)
    return (Counted(IN_ALL, ""), Counted(PER_PLACE, place), Counted(PER_ADDRESS, address), own)


def request_limits(place: str) -> Sequence[Counted]:
    """List what a request to join counts against, the widest circle first.

    One network address can use up but a small part of what everybody has together.

    Args:
        place: The network address of who asks.
    """
    return (Counted(REQUESTS_IN_ALL, ""), Counted(REQUESTS_PER_PLACE, place))


def window_start(limit: Limit, now: datetime) -> datetime:
    """Return when the window of the clock that ``now`` lies in began, UTC."""
    seconds = int(limit.per.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=UTC)


def is_too_many(limit: Limit, *, current: int, previous: int, now: datetime) -> bool:
    """Say whether one more is too many.

    Between two windows the count slides: of the window before, that part counts which still lies
    inside the last stretch, as if its requests had been even.

    Args:
        limit: What is allowed.
        current: Counted in the window of ``now``, this request included.
        previous: Counted in the window before.
        now: The moment, UTC.
    """
    gone = (now - window_start(limit, now)) / limit.per
    return current + previous * (1 - gone) > limit.most
