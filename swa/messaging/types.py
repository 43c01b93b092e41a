"""Words and values of mail that several layers use."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MessageState(StrEnum):
    """How far one message to one person is.

    ``waiting`` rows go when due; ``held`` ones when a person releases them. ``claimed`` and
    ``sending`` belong to a worker until the lease ends; ``unknown`` was handed over without an
    answer and is sent again with the same Message-ID. The others are over: ``dropped`` (the facts
    no longer hold; does not block its key), ``superseded`` (a newer revision was still unsent),
    ``missed`` (could not go for two days, or past its last useful moment), ``skipped`` (somebody
    said that it shall not go), ``suppressed`` (the address takes no mail).
    """

    WAITING = "waiting"
    HELD = "held"
    CLAIMED = "claimed"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"
    MISSED = "missed"
    SKIPPED = "skipped"
    SUPPRESSED = "suppressed"
    DROPPED = "dropped"
    SUPERSEDED = "superseded"

    @property
    def words(self) -> str:
        """Say the state as people read it on a page."""
        return STATE_WORDS[self]


STATE_WORDS = {
    MessageState.WAITING: "Waiting to be sent",
    MessageState.HELD: "Held until somebody releases it",
    MessageState.CLAIMED: "About to be sent",
    MessageState.SENDING: "Being sent",
    MessageState.UNKNOWN: "Sent without an answer, goes again",
    MessageState.SENT: "Sent",
    MessageState.FAILED: "Not delivered",
    MessageState.MISSED: "Missed",
    MessageState.SKIPPED: "Skipped by somebody",
    MessageState.SUPPRESSED: "Not sent",
    MessageState.DROPPED: "No longer needed",
    MessageState.SUPERSEDED: "Replaced by a newer message",
}
# Why a message is held whose own words were written for another date.
READ_AGAIN = "The date has changed since somebody wrote its words: read them again"
UNSENT = frozenset({MessageState.WAITING, MessageState.HELD})


@dataclass(frozen=True)
class WantedMail:
    """A message that an occasion ought to have as things stand.

    Attributes:
        kind: Name of a registered kind, for example "prework".
        edition: Rises when the same mail is a new fact: a second offer, a later revision.
        person_id: Who gets it; their address is read when it is sent.
        due_at: When it may go, UTC.
        give_up_at: Past this moment it is of no use any more, UTC.
        moved_at: When the date or place that it tells of last changed, UTC; None for never.
    """

    kind: str
    person_id: int
    due_at: datetime
    give_up_at: datetime
    edition: int = 1
    moved_at: datetime | None = None


@dataclass(frozen=True)
class Draft:
    """The words of one message, before it is made into MIME.

    Attributes:
        subject: One line.
        text: The plain part; stands alone.
        html: The same for programs that show HTML.
        calendar: iTIP method ("REQUEST", "CANCEL") and the bytes of the calendar part, or None.
        thread_id: Message-ID of the first mail of this invitation, for threading; may be empty.
    """

    subject: str
    text: str
    html: str
    calendar: tuple[str, bytes] | None = field(default=None, repr=False)
    thread_id: str = ""


@dataclass(frozen=True)
class Recipient:
    """Where mail for a person goes at this moment.

    Attributes:
        name: As the person writes it.
        address: The one address; empty when there is none any more.
        is_active: Nothing is sent to somebody who was disabled or erased (ML-8).
    """

    name: str
    address: str
    is_active: bool


@dataclass(frozen=True)
class Letter:
    """Everything that one mail is made of.

    Attributes:
        sender: Name and address; equals ORGANIZER.
        to: Name and address of the one recipient; equals ATTENDEE.
        draft: The words, and the calendar part if there is one.
        message_id: The same at every try.
        written_at: The Date header, the same at every try.
        reply_to: Where answers to a plain notice go; calendar mail has none (MAIL-8).
        stop_link: Address that stops messages like it, of optional mail only (MAIL-10).
    """

    sender: tuple[str, str]
    to: tuple[str, str]
    draft: Draft
    message_id: str
    written_at: datetime
    reply_to: str = ""
    stop_link: str = field(default="", repr=False)


class Outcome(StrEnum):
    """What became of one message in one pass.

    ``LOST`` means that another worker holds the message now, since this one was too slow.
    """

    SENT = "sent"
    RETRY = "to be tried again"
    UNKNOWN = "handed over without an answer"
    FAILED = "failed"
    DROPPED = "no longer needed"
    MISSED = "too late"
    SUPPRESSED = "address takes no mail"
    LOST = "taken over by another worker"


@dataclass
class SendCount:
    """What one pass of the dispatcher did.

    Attributes:
        outcomes: How many messages came to which end.
        why_stopped: Why the pass ended while messages may still be due; empty when none is.
    """

    outcomes: dict[Outcome, int] = field(default_factory=dict)
    why_stopped: str = ""

    def add(self, outcome: Outcome) -> None:
        """Count one message."""
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    @property
    def sent(self) -> int:
        """Messages that a server took."""
        return self.outcomes.get(Outcome.SENT, 0)

    @property
    def total(self) -> int:
        """Messages that were looked at."""
        return sum(self.outcomes.values())


class Shown(StrEnum):
    """Which messages a list shows, by how far they are."""

    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"
    TROUBLE = "not delivered"
    SENT = "sent"
    SKIPPED = "skipped"
    OVER = "no longer needed"
    ALL = "all"


@dataclass(frozen=True)
class Filter:
    """What a list is kept to; an empty value means "any".

    Attributes:
        shown: How far the messages are.
        belongs_to: "session 5".
        kind: Name of a kind.
        number: The added rule, when the kind is that of added rules.
        after, before: Between these moments (UTC), the second one left out.
        person_ids: Only to these people; None for everybody.
    """

    shown: Shown = Shown.PLANNED
    belongs_to: str = ""
    kind: str = ""
    number: int = 0
    after: datetime | None = None
    before: datetime | None = None
    person_ids: Collection[int] | None = None
