"""Words of calendar links."""

from enum import StrEnum


class FeedKind(StrEnum):
    """What a link shows: what its owner takes part in, or what they run."""

    PERSONAL = "personal"
    RUNNING = "running"
