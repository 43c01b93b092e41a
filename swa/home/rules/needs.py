"""What a session still needs from the people who run it, as the desks say it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SOON = timedelta(days=14)


class Need(StrEnum):
    """Something that somebody ought to do about a session."""

    DECIDE = "decide"
    READ_AGAIN = "read again"
    ATTENDANCE = "attendance"
    PUBLISH = "publish"
    FACILITATOR = "facilitator"
    SECOND_PERSON = "second person"
    MORE_PEOPLE = "more people"


@dataclass(frozen=True)
class Standing:
    """How a session stands.

    Attributes:
        starts_at, ends_at: UTC.
        people: Places that are held.
        smallest: Fewest people of the recommended size.
        has_facilitator, has_second_person: Somebody is named who may still run sessions.
        waits_for_decision: Somebody was asked whether it goes ahead.
        words_to_read: Messages whose own words were written for another date, and wait.
    """

    starts_at: datetime
    ends_at: datetime
    people: int
    smallest: int
    is_published: bool
    has_facilitator: bool
    has_second_person: bool
    waits_for_decision: bool
    is_attendance_saved: bool
    words_to_read: int = 0


def list_needs(standing: Standing, *, now: datetime) -> tuple[Need, ...]:
    """List what the session needs, the most pressing first.

    Low numbers are only said within two weeks of the start: before that people still book.

    Args:
        standing: The session.
        now: UTC.

    Source:
        TR-07 (a second person), CC-01 (12 people), CF-28 (somebody decides), EV-50 (attendance).
        Words that were written for another date wait for a person (PLAN-9).
    """
    if now >= standing.ends_at:
        is_open = standing.is_published and standing.people and not standing.is_attendance_saved
        found = {Need.READ_AGAIN: standing.words_to_read, Need.ATTENDANCE: is_open}
        return tuple(need for need, is_missing in found.items() if is_missing)
    is_coming = now < standing.starts_at
    is_low = standing.is_published and standing.people < standing.smallest
    checks = {
        Need.DECIDE: is_coming and standing.waits_for_decision,
        Need.READ_AGAIN: standing.words_to_read > 0,
        Need.PUBLISH: is_coming and not standing.is_published,
        Need.FACILITATOR: not standing.has_facilitator,
        Need.SECOND_PERSON: not standing.has_second_person,
        Need.MORE_PEOPLE: is_coming and is_low and standing.starts_at - now <= SOON,
    }
    return tuple(need for need, is_missing in checks.items() if is_missing)
