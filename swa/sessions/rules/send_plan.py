"""The rules of the send plan that the product brings, and the mails that need none.

A coordinator may change days, hour and the switch of a rule; what tells of a booking or a change
goes at once and cannot be switched off.
"""

from dataclasses import dataclass
from typing import Final

from swa.messaging.choices.types import Choice
from swa.messaging.send_rules import Audience, Event, SendRule, Side

PREWORK: Final = "prework"
JOINING: Final = "joining instructions"
RUN_JOINING: Final = "joining instructions to run"
AFTER: Final = "after the session"
MISSED: Final = "sorry we missed you"
UNSAVED: Final = "attendance not saved"
REFRESHER: Final = "refresher"
OWN: Final = "own message"
OWN_TO_RUN: Final = "own message to run"
REFRESHERS: Final = "refreshers"
REMINDERS: Final = "reminders"
USEFUL_LATE: Final = frozenset({AFTER, MISSED, REFRESHER, UNSAVED, OWN, OWN_TO_RUN})

SHIPPED = (
    SendRule(
        key=PREWORK,
        name="Prework",
        kind=PREWORK,
        event=Event.START,
        audience=Audience.PARTICIPANTS,
        days=3,
        side=Side.BEFORE,
        pulls_back=True,
    ),
    SendRule(
        key=JOINING,
        name="Joining instructions",
        kind=JOINING,
        event=Event.START,
        audience=Audience.PARTICIPANTS,
        days=2,
        side=Side.BEFORE,
        pulls_back=True,
    ),
    SendRule(
        key=RUN_JOINING,
        name="Joining instructions for those who run it",
        kind=RUN_JOINING,
        event=Event.START,
        audience=Audience.CREW,
        days=2,
        side=Side.BEFORE,
        pulls_back=True,
    ),
    SendRule(
        key=UNSAVED,
        name="Attendance not saved",
        kind=UNSAVED,
        event=Event.END,
        audience=Audience.CREW,
        days=1,
        at=None,
        optional=REMINDERS,
    ),
    SendRule(
        key=AFTER,
        name="After the session",
        kind=AFTER,
        event=Event.ATTENDANCE,
        audience=Audience.PRESENT,
        at=None,
    ),
    SendRule(
        key=MISSED,
        name="Sorry we missed you",
        kind=MISSED,
        event=Event.ATTENDANCE,
        audience=Audience.ABSENT,
        at=None,
    ),
    SendRule(
        key=REFRESHER,
        name="Refresher",
        kind=REFRESHER,
        event=Event.ATTENDANCE,
        audience=Audience.PRESENT,
        days=42,
        useful_days=14,
        pulls_back=True,
        optional=REFRESHERS,
    ),
)

CHOICES = (
    Choice(
        REFRESHERS,
        "Refreshers",
        "The part of a session that people ask for most, some weeks after you came to it",
    ),
    Choice(
        REMINDERS,
        "Reminders",
        "A note that something is coming up or still open, for example that nobody has saved who"
        " came to a session that you ran",
    ),
)


@dataclass(frozen=True)
class AtOnce:
    """A mail that goes at once when something happens; nobody can switch it off."""

    kind: str
    when: str
    to: str


ALWAYS = (
    AtOnce("booking confirmed", "somebody books a place", "the person, with an invitation"),
    AtOnce("on waiting list", "somebody joins the waiting list", "the person"),
    AtOnce("place given", "a place goes to somebody who waited", "the person, with an invitation"),
    AtOnce("session moved", "date, time, place or link change", "everybody booked or waiting"),
    AtOnce("booking cancelled", "a booking is cancelled", "the person"),
    AtOnce("session cancelled", "the session is called off", "everybody booked or waiting"),
    AtOnce("session to run", "somebody is named to run it", "that person, with an invitation"),
    AtOnce("session to run moved", "date, time, place or link change", "those who run it"),
    AtOnce("session to run cancelled", "it is called off or they no longer run it", "who ran it"),
    AtOnce(
        "go-ahead question",
        "there are few people or one organisation; each topic says how many days before",
        "facilitators and programme coordinators, daily until somebody decides",
    ),
    AtOnce(
        "new time for a line manager",
        "a session moves whose time a line manager was told",
        "that line manager, with the time only",
    ),
    AtOnce(
        "time for a line manager is over",
        "a time that a line manager was told is free again",
        "that line manager, with the time only",
    ),
    AtOnce(
        "calendar entry with a new name",
        "a topic gets another title",
        "everybody who has a session of it in the calendar",
    ),
    AtOnce(
        "calendar entry at an old address",
        "somebody’s email address changes",
        "the old address, which loses the entry",
    ),
    AtOnce(
        "calendar entry at a new address",
        "somebody’s email address changes",
        "the new address, which gets the entry",
    ),
    AtOnce(
        "question about a place",
        "somebody with a place declines the session in their calendar",
        "that person",
    ),
    AtOnce(
        "another time proposed",
        "somebody proposes another time from their calendar",
        "those who run the session",
    ),
    AtOnce(
        "who runs it declined",
        "somebody who runs a session declines it in their calendar",
        "programme coordinators",
    ),
    AtOnce("message not delivered", "a message could not be delivered", "the coordinator"),
    AtOnce("request to join received", "somebody asks to join", "the coordinators"),
    AtOnce("request to join accepted", "a request to join is accepted", "who asked"),
    AtOnce("request to join declined", "a request to join is declined", "who asked"),
    AtOnce(
        "peer-support role given",
        "somebody becomes a peer-support coordinator",
        "the other peer-support coordinators",
    ),
)


def scope_of(topic_id: int) -> str:
    """Name a topic as the rules of the send plan know it."""
    return f"topic {topic_id}"
