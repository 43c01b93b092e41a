"""What a change of an event means for those who hold it in their calendar."""

from datetime import datetime, timedelta

from swa.calendars.types import Answer, Change, Event
from swa.core.errors import RuleBroken

ASKS_AGAIN = frozenset({Change.PLACE, Change.TIME})
SHORTEST_STEP = timedelta(seconds=1)


class OccasionIsOver(RuleBroken):
    """Nobody is invited to something that has ended (CAL-24)."""

    message = "You cannot invite people to something that has already ended"


class AlreadyInvited(RuleBroken):
    """One invitation at a time stands for an occasion."""

    message = "There is already an invitation for this"


def compare_events(old: Event, new: Event) -> Change:
    """Say what differs; a new time weighs more than a new place, that more than a new text.

    Source:
        DC-11 (a change raises SEQUENCE). Title, description and link are text; the moments
        are compared, so the same hour told in another zone is no change.
    """
    if (old.starts_at, old.ends_at) != (new.starts_at, new.ends_at):
        return Change.TIME
    if old.location != new.location:
        return Change.PLACE
    return Change.NONE if old == new else Change.TEXT


def next_sequence(sequence: int, change: Change) -> int:
    """Return the SEQUENCE after a change: one more when people are asked again.

    Source:
        DC-11; RFC 5546, 2.1.4 (which changes raise it); it is never lowered (CAL-5).
    """
    return sequence + (change in ASKS_AGAIN)


def next_answer(answer: Answer, change: Change) -> Answer:
    """Return the answer that still counts: none, when place or time are new.

    Source:
        DC-11; RFC 5546, 3.2.2.1 (rescheduling asks each attendee again).
    """
    return Answer.NEEDS_ACTION if change in ASKS_AGAIN else answer


def next_stamp(last: datetime, now: datetime) -> datetime:
    """Return the moment of a new revision, UTC: always later than the one before.

    Calendars keep whole seconds, and a computer's clock may be set back; two revisions with one
    stamp would leave the order to chance.

    Args:
        last: The stamp of the revision before, UTC.
        now: UTC.

    Source:
        DC-11; RFC 5546, 2.1.5 (DTSTAMP decides between equal SEQUENCE numbers).
    """
    return max(now, last + SHORTEST_STEP)


def is_over(event: Event, now: datetime) -> bool:
    """Whether the event has ended, so that no calendar needs to hear of it (CAL-24); UTC."""
    return now >= event.ends_at
