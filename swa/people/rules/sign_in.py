"""How long a sign-in lasts, and how an address is shown to a stranger."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from swa.people.types import Role, SessionLife

LINK_LIFE = timedelta(minutes=10)
ASKING_LIFE = timedelta(minutes=15)
KEPT_FOR = timedelta(days=1)
SESSIONS_KEPT_FOR = timedelta(days=30)
NOTICE_LIFE = timedelta(days=2)
MOST_CODE_TRIES = 5
SEEN_EVERY = timedelta(minutes=5)
BROWSER_MAX_LENGTH = 200
PARTICIPANT = SessionLife(idle=timedelta(hours=24), at_most=timedelta(days=14))
PRIVILEGED = SessionLife(idle=timedelta(hours=1), at_most=timedelta(hours=12))


@dataclass(frozen=True)
class SessionLives:
    """How long sign-ins last in this installation.

    Attributes:
        participant: For people who only take part.
        privileged: For holders of any role.
    """

    participant: SessionLife = PARTICIPANT
    privileged: SessionLife = PRIVILEGED

    def life_of(self, roles: Collection[Role]) -> SessionLife:
        """Return how long somebody with these roles stays signed in."""
        return self.privileged if roles else self.participant


def is_session_over(
    life: SessionLife, *, began_at: datetime, last_seen_at: datetime, now: datetime
) -> bool:
    """Say whether a sign-in has ended by itself; every moment is UTC."""
    return now - last_seen_at >= life.idle or now - began_at >= life.at_most


def mask_address(address: str) -> str:
    """Show an address to somebody who may be a stranger: a•••@h•••."""
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host[:1]}•••"
