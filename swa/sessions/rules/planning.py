"""What one page of a session's plan may hold: place and time, people, texts."""

from dataclasses import dataclass
from datetime import datetime

from swa.core.errors import RuleBroken
from swa.sessions.rules.texts import (
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    is_one_line,
    is_web_link,
)
from swa.sessions.types import Mode


@dataclass(frozen=True)
class PlaceAndTime:
    """Where and when a session is.

    Attributes:
        starts_at: UTC.
        minutes: Length.
        online_link, venue, borough: May be empty while the session is a draft.
    """

    starts_at: datetime
    minutes: int
    mode: Mode
    online_link: str = ""
    venue: str = ""
    borough: str = ""


@dataclass(frozen=True)
class Crew:
    """Who runs a session, by person id; None while nobody is chosen."""

    lead_facilitator_id: int | None = None
    support_person_id: int | None = None
    co_facilitator_id: int | None = None

    @property
    def ids(self) -> frozenset[int]:
        """The people who are chosen, each once."""
        people = (self.lead_facilitator_id, self.support_person_id, self.co_facilitator_id)
        return frozenset(person_id for person_id in people if person_id is not None)


@dataclass(frozen=True)
class JoiningTexts:
    """What people are told before the day."""

    joining_instructions: str
    expectations: str


@dataclass(frozen=True)
class Prework:
    """What people do beforehand.

    Attributes:
        prework: May be empty where the topic needs none.
        prework_minutes: How long it takes; said in the mail and on the page.
    """

    prework: str
    prework_minutes: int


@dataclass(frozen=True)
class Resources:
    """What people get afterwards, or the word that there is nothing."""

    resources: str
    has_no_resources: bool


class SamePersonTwice(RuleBroken):
    """There is always a second person beside the facilitator."""

    rule_id = "TR-07"
    message = "Support person must be somebody other than the facilitators"
    field = "support_person_id"


class CoIsLead(RuleBroken):
    """A co-facilitator is a second facilitator."""

    rule_id = "TR-18"
    message = "Second facilitator must be somebody other than the lead facilitator"
    field = "co_facilitator_id"


class BusyElsewhere(RuleBroken):
    """Somebody who runs the session runs another one at the same time."""

    rule_id = "IN-19"


class NotInTheFuture(RuleBroken):
    """A session cannot be planned or published for a moment that has gone."""

    rule_id = "DC-08"
    message = "Date and time must be in the future"
    field = "starts_on"


class PlaceRefused(RuleBroken):
    """Link, venue or length cannot be kept as it was typed."""


class ChangesByMoving(RuleBroken):
    """People have been told where and when; a change must reach all of them."""

    rule_id = "IN-09"
    message = "This session is published – move it instead, so that everybody is told"


class OnlyDraftsGo(RuleBroken):
    """What people could see stays as history."""

    message = "This session was published – cancel it instead, so that everybody is told"


def check_crew(crew: Crew) -> None:
    """Refuse one person in two places.

    Raises:
        SamePersonTwice: The support person is one of the facilitators.
        CoIsLead: Both facilitators are one person.

    Source:
        TR-07 and CF-16 (a second person at every session), TR-18 (two facilitators).
    """
    lead, support, co = crew.lead_facilitator_id, crew.support_person_id, crew.co_facilitator_id
    if support is not None and support in {lead, co}:
        raise SamePersonTwice
    if co is not None and co == lead:
        raise CoIsLead


def check_place(place: PlaceAndTime, *, now: datetime) -> None:
    """Refuse a start that has gone, an odd length, and a link or venue that cannot be used.

    A draft may still lack its link or venue.

    Raises:
        NotInTheFuture: It begins now or earlier.
        PlaceRefused: Says which field to mend.

    Source:
        AN-21 (link or venue), CF-22 (length), IN-14 (one line).
    """
    if place.starts_at <= now:
        raise NotInTheFuture
    if not SHORTEST_MINUTES <= place.minutes <= LONGEST_MINUTES:
        message = f"Length must be {SHORTEST_MINUTES} to {LONGEST_MINUTES} minutes"
        raise PlaceRefused(message, field="minutes")
    if place.online_link and not is_web_link(place.online_link):
        message = "Enter the online link in full, starting with https://"
        raise PlaceRefused(message, field="online_link")
    for field, text in (("venue", place.venue), ("borough", place.borough)):
        if not is_one_line(text):
            message = f"{field.capitalize()} must be on one line"
            raise PlaceRefused(message, field=field)
