"""Words and values of invitations that several layers use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType


class InvitationState(StrEnum):
    """Whether an invitation stands."""

    STANDING = "standing"
    WITHDRAWN = "withdrawn"


class Answer(StrEnum):
    """PARTSTAT in lower case: what the person's calendar answered."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class Change(StrEnum):
    """What differs between two versions of an event; the greatest difference counts.

    A new text asks nobody to answer again; a new place or time does.
    """

    NONE = "none"
    TEXT = "text"
    PLACE = "place"
    TIME = "time"


class WeekState(StrEnum):
    """What became of one week of a series that does not follow the rhythm.

    ``skipped`` was planned without a meeting (a bank holiday); ``cancelled`` had one; ``moved`` has
    it at another time. A week that was left out never comes back.
    """

    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    MOVED = "moved"


@dataclass(frozen=True)
class Event:
    """What an invitation says. Nothing private: colleagues read shared calendars (CAL-22).

    Attributes:
        title: One line.
        description: Plain text.
        location: Venue, or "Online".
        url: A plain page address that asks for sign-in; may be empty.
        starts_at: UTC; written into the calendar as London wall time.
        ends_at: UTC, after ``starts_at``.
    """

    title: str
    description: str
    location: str
    url: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class PublicEntry:
    """One date that everybody may read, for a calendar that is nobody's own.

    It goes through the same building as an invitation, so no name is in it either.

    Attributes:
        uid: The same at every fetch, and another than that of anybody's invitation.
        sequence: Raised when date or place change and when it is called off.
        created_at: UTC.
        revised_at: When date, place or state changed last, UTC.
        state: Withdrawn when it was called off.
    """

    uid: str
    sequence: int
    created_at: datetime
    revised_at: datetime
    event: Event
    state: InvitationState = InvitationState.STANDING


@dataclass(frozen=True)
class Words:
    """What every meeting of a series says; nothing private, as in an ``Event``."""

    title: str
    description: str = ""
    location: str = ""
    url: str = ""


@dataclass(frozen=True)
class Slot:
    """When one meeting is, as the clock on the wall in London shows it.

    Attributes:
        day: London calendar day.
        begins: Naive wall time.
        ends: Naive wall time of the same day, after ``begins``.
    """

    day: date
    begins: time
    ends: time


@dataclass(frozen=True)
class Rhythm:
    """Every week at the same time: what RRULE says.

    Kept as wall time and zone, never as moments, so that nine stays nine over the clock changes.

    Attributes:
        first_day: The first date of the rhythm; its weekday is that of all.
        begins: Naive wall time.
        ends: Naive wall time of the same day, after ``begins``.
        weeks: Dates of the rhythm, the left-out ones included (COUNT).
        zone: Name of the time zone; ``Europe/London``.
    """

    first_day: date
    begins: time
    ends: time
    weeks: int
    zone: str = "Europe/London"


@dataclass(frozen=True)
class Series:
    """A rhythm and the weeks that do not follow it.

    Attributes:
        rhythm: What it would be without exceptions.
        left_out: Dates of the rhythm without a meeting (EXDATE).
        moved: Where the meeting of a date is instead (RECURRENCE-ID is always the date's own).
    """

    rhythm: Rhythm
    left_out: frozenset[date] = frozenset()
    moved: Mapping[date, Slot] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Meeting:
    """One meeting of a series that takes place.

    Attributes:
        day: Its date in the rhythm, whatever day it is on now.
        slot: When it is, London wall time.
        starts_at: UTC.
        ends_at: UTC.
    """

    day: date
    slot: Slot
    starts_at: datetime
    ends_at: datetime
