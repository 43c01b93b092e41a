"""Words and values of mail that several layers use."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MessageState(StrEnum):
    """How far one message to one person is.

    ``waiting`` rows go when due; ``held`` ones when a person releases them. ``claimed`` and
    ``sending`` belong to a worker until the lease ends; ``unknown`` was handed over without an
    answer and is sent again with the same Message-ID. The others are over: ``dropped`` (the facts
    no longer hold; does not block its key), ``superseded`` (a newer revision was still unsent),
    ``missed`` (past its last useful moment), ``suppressed`` (the address takes no mail).
    """

    WAITING = "waiting"
    HELD = "held"
    CLAIMED = "claimed"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"
    MISSED = "missed"
    SUPPRESSED = "suppressed"
    DROPPED = "dropped"
    SUPERSEDED = "superseded"


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
    """

    kind: str
    person_id: int
    due_at: datetime
    give_up_at: datetime
    edition: int = 1


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
