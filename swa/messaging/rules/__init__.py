"""When a message is tried again, and when the mail server is left alone; pure."""

from datetime import timedelta

PAUSES = tuple(timedelta(minutes=m) for m in (0.5, 1, 2, 5, 10, 20, 30, 60, 60, 120))
MOST_TRIES = 1 + len(PAUSES)
SHORTEST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)
MOST_DOUBLINGS = 16


def pause_before_next_try(tries: int, *, jitter: float = 0.0) -> timedelta | None:
    """Say how long to wait after a try that did not succeed.

    Ten further tries over about five hours outlast an hour of greylisting and a night shift's
    repair, and each pause is stretched a little so that many messages do not come back at once.

    Args:
        tries: How many there were so far, at least 1.
        jitter: From 0 to 1: how much of the greatest stretch, a fifth of the pause, is added.

    Returns:
        The pause; None when a person has to look at it.
    """
    if tries >= MOST_TRIES:
        return None
    pause = PAUSES[max(tries, 1) - 1]
    return pause + pause * (jitter / 5)


def rest_of_the_server(failures: int) -> timedelta:
    """Say how long the mail server is left alone after so many failures in a row, at least 1."""
    doublings = min(max(failures, 1) - 1, MOST_DOUBLINGS)
    return min(SHORTEST_REST * (1 << doublings), LONGEST_REST)
