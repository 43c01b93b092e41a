"""Words and values of invitations that several layers use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
