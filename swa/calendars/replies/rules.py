"""Which of two answers counts, and where a mail goes once it was read; pure."""

from datetime import datetime

from swa.calendars.replies.types import MailKind

SETTLED = frozenset(
    {MailKind.ANSWER, MailKind.PROPOSAL, MailKind.BOUNCE, MailKind.AUTOMATIC, MailKind.PERSON}
)


def is_newer(
    sequence: int, stamp: datetime, *, than_sequence: int | None, than_stamp: datetime | None
) -> bool:
    """Say whether an answer replaces the one that is kept; None when none is kept.

    Source:
        REPLY-5; RFC 5546, 2.1.5 (SEQUENCE decides first, then DTSTAMP). Of two that are equal the
        later one that arrives counts.
    """
    if than_sequence is None or than_stamp is None:
        return True
    return (sequence, stamp) >= (than_sequence, than_stamp)


def believed_stamp(stamp: datetime | None, now: datetime) -> datetime:
    """Return when an answer was given, UTC: a clock that is ahead must not block later answers."""
    return min(stamp, now) if stamp else now


def is_settled(kind: MailKind) -> bool:
    """Say whether a mail goes to Processed; what was not understood goes to Unknown."""
    return kind in SETTLED
