"""Whether a question about a place is still open; pure."""

from datetime import datetime, timedelta

QUESTION_LIVES = timedelta(days=14)


def expires_at(asked_at: datetime, starts_at: datetime) -> datetime:
    """Return until when a question may be answered: two weeks, at the latest the start; UTC.

    Source:
        Section 3.2 of the security notes.
    """
    return min(asked_at + QUESTION_LIVES, starts_at)


def initials(name: str) -> str:
    """Return the first letters of a name, for a page that a stranger may open (LK-3)."""
    return " ".join(f"{word[0].upper()}." for word in name.split()) or "…"
