"""How far a large number of messages has got, in numbers and in words; pure."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

LATELY = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Progress:
    """What became of the messages that were due within a time.

    Attributes:
        sent: A server took them.
        failed: They did not arrive, or nobody sends them any more by themselves.
        waiting: They go when there is room, or are on their way.
        held: Somebody keeps them back.
        sent_lately: Of those sent, within the last five minutes.
        lately_from: When the first of those went, UTC; None when none did.
    """

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    held: int = 0
    sent_lately: int = 0
    lately_from: datetime | None = None

    @property
    def total(self) -> int:
        """All that were due, held ones left out: they wait for a person, not for a worker."""
        return self.sent + self.failed + self.waiting

    @property
    def is_over(self) -> bool:
        """Whether none waits for a worker any more."""
        return self.waiting == 0


def minutes_left(progress: Progress, *, now: datetime) -> int | None:
    """Guess how long the rest takes, by how fast messages left in the last five minutes.

    Args:
        progress: As counted.
        now: UTC, not before any message that was counted went.

    Returns:
        Whole minutes, at least 1; 0 when nothing waits; None when none left lately.
    """
    if progress.is_over:
        return 0
    if not progress.sent_lately or progress.lately_from is None:
        return None
    took = max(now - progress.lately_from, timedelta(seconds=1))
    return max(1, math.ceil(progress.waiting * took / progress.sent_lately / MINUTE))


def in_words(progress: Progress, *, now: datetime) -> str:
    """Say it on one line: "112 of 340 sent, 3 failed, about 4 minutes left"."""
    parts = [f"{progress.sent} of {progress.total} sent"]
    if progress.failed:
        parts.append(f"{progress.failed} failed")
    if progress.held:
        parts.append(f"{progress.held} held")
    left = minutes_left(progress, now=now)
    if left:
        parts.append("about a minute left" if left == 1 else f"about {left} minutes left")
    return ", ".join(parts)
