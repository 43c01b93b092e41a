"""Words and frozen values of training that several layers use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TopicKind(StrEnum):
    """The two kinds of training (AN-03)."""

    CORE = "core"
    SPECIALIST = "specialist"


class Mode(StrEnum):
    """Where a session takes place."""

    ONLINE = "online"
    IN_PERSON = "in person"


class SessionStatus(StrEnum):
    """How far a session is; whether it is past follows from its end."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class GoAhead(StrEnum):
    """The decision some days before (CF-28); nothing is cancelled by itself."""

    NOT_DUE = "not due"
    ASKED = "asked"
    GOES_AHEAD = "goes ahead"


class BookingStatus(StrEnum):
    """How a booking stands; ``offered`` holds a place (offers come in a later issue)."""

    WAITING = "waiting"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class WaitReason(StrEnum):
    """Why somebody waits instead of having a place."""

    FULL = "full"
    TEAM_CAP = "team cap"
    ORGANISATION_CAP = "organisation cap"


class PlaceDecision(StrEnum):
    """What somebody whose calendar declined said about their place."""

    GIVE_BACK = "give back"
    KEEP = "keep"


class SizeBand(StrEnum):
    """The number of confirmed people against the recommended size (CC-01)."""

    BELOW = "below"
    IN_RANGE = "in range"
    ABOVE = "above"


class Mark(StrEnum):
    """What the attendance page says of one person (EV-50)."""

    PRESENT = "present"
    ABSENT = "absent"
    APOLOGY = "apology"


class SegmentKind(StrEnum):
    """Parts of a session plan (TR-03 to TR-05, TR-15, TR-25)."""

    INTERACTIVE = "interactive"
    DISCUSSION = "networking or discussion"
    BREAK = "break"
    PRACTICE = "practice"
    CASE_STUDY = "case study"
    TALK = "talk"


class MixLight(StrEnum):
    """How mixed a session is, as the meter says it (CC-03, AN-18)."""

    MIXED = "mixed well"
    NARROW = "getting narrow"
    TOO_NARROW = "too narrow"


@dataclass(frozen=True)
class PlaceRules:
    """How many places a session has and how they are shared out; every number is a setting.

    Attributes:
        smallest: Fewest people to go ahead without a recorded reason.
        recommended: Upper end of the recommended size, people.
        largest: Places; never exceeded.
        most_per_team: Places that one team may hold.
        most_percent: Share of ``largest`` that one organisation may hold, per cent.
        caps_lift_days: The two caps end this many times 24 hours before the start.
    """

    smallest: int = 12
    recommended: int = 16
    largest: int = 20
    most_per_team: int = 4
    most_percent: int = 50
    caps_lift_days: int = 5


@dataclass(frozen=True)
class MessageTimes:
    """When somebody decides; days are calendar days in London.

    Attributes:
        go_ahead_days: Days before the start at 9am at which somebody must decide (CF-28).
    """

    go_ahead_days: int = 7


@dataclass(frozen=True)
class TopicDays:
    """The numbers of one topic in the send plan; they override the programme's.

    Attributes:
        prework_days: Days before the start (CC-09: "a few days").
        joining_days: Days before the start (TR-12).
        sends_missed_you: Whether those who could not come get "sorry we missed you" (MT-10).
    """

    prework_days: int
    joining_days: int
    sends_missed_you: bool


@dataclass(frozen=True)
class Claim:
    """Whose place it is: the person, and organisation and team as they were when booking."""

    person_id: int
    organisation_id: int
    team_id: int | None


@dataclass(frozen=True)
class Segment:
    """One part of a session plan.

    Attributes:
        minutes: Length.
        kind: What people do.
        title: What it is about.
        led_by: Who leads it, in words; may be empty.
    """

    minutes: int
    kind: SegmentKind
    title: str
    led_by: str = ""


class Doubt(StrEnum):
    """Why somebody must decide whether a session goes ahead (CF-27, CF-28)."""

    BELOW = "below the smallest size"
    ONE_ORGANISATION = "one organisation only"


@dataclass(frozen=True)
class Offer:
    """Who gets a free place, and who was passed over for them, each with the reason.

    Attributes:
        claim: None when nobody may have the place.
    """

    claim: Claim | None
    passed_over: tuple[tuple[Claim, WaitReason], ...] = ()


@dataclass(frozen=True)
class BookingDetails:
    """What somebody may add to a booking; everything may stay empty.

    Attributes:
        access_needs: For the facilitators and the support person only (C41).
        question: A question or situation they would like covered (TR-14).
        hides_name: Nobody sees whose question it is (TR-32).
    """

    access_needs: str = ""
    question: str = ""
    hides_name: bool = False


@dataclass(frozen=True)
class NewDate:
    """When and where a session takes place; ``starts_at`` and ``ends_at`` are UTC.

    Attributes:
        online_link: For online sessions; secret to those with a place.
        venue: For sessions in person.
    """

    starts_at: datetime
    ends_at: datetime
    mode: Mode
    online_link: str = ""
    venue: str = ""

    @property
    def place(self) -> str:
        """Where people meet, in words that may stand in a shared calendar."""
        return "Online" if self.mode is Mode.ONLINE else self.venue


@dataclass(frozen=True)
class MixShare:
    """How many places one organisation or team holds, and how many it may hold."""

    name: str
    people: int
    most: int


@dataclass(frozen=True)
class MixMeter:
    """How mixed a session is, for those who run it.

    Attributes:
        people: Places held, confirmed or offered.
        organisations, teams: Largest first, then by name; people without a team are in none.
        sectors: Number of sectors (AN-18).
        sentences: What the light means, in words; never empty.
    """

    people: int
    organisations: tuple[MixShare, ...]
    teams: tuple[MixShare, ...]
    sectors: int
    light: MixLight
    sentences: tuple[str, ...]
