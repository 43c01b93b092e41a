"""What one mail in the mailbox turned out to be; plain values that several layers use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from swa.calendars.types import Answer
from swa.messaging.bounces.types import Bounce


class MailKind(StrEnum):
    """What became of a mail: acted upon (folder Processed) or left for a person (Unknown)."""

    ANSWER = "calendar answer"
    PROPOSAL = "new time proposed"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic mail"
    PERSON = "written by a person"
    UNREADABLE = "unreadable"
    STRANGE = "answer to nothing we sent"


class TaskState(StrEnum):
    """Whether somebody has seen to a mail that a person wrote."""

    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True)
class Sender:
    """What the head of a mail says, cleaned; none of it is proven.

    Attributes:
        name: Display name; may be empty.
        address: Lower case; may be empty.
        subject: One line.
        message_id: As written; empty when there is none.
        hint: What our own mail server found out about the sender; may be empty.
    """

    name: str = ""
    address: str = ""
    subject: str = ""
    message_id: str = ""
    hint: str = ""


@dataclass(frozen=True)
class CalendarAnswer:
    """One answer to a whole invitation, or to one week of it.

    Attributes:
        original_start: The week, as the start it had at first, UTC; None for the whole.
        sequence: SEQUENCE of the version that was answered; 0 when none is given.
        stamp: DTSTAMP, UTC; None when none is given.
        attendee: The address that answers, lower case; may be an alias.
        comment: What was added by hand; may be empty.
    """

    uid: str
    answer: Answer
    original_start: datetime | None = None
    sequence: int = 0
    stamp: datetime | None = None
    attendee: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Answers:
    """The answers of one mail, all about one invitation."""

    answers: tuple[CalendarAnswer, ...]


@dataclass(frozen=True)
class NewTime:
    """Somebody proposes another time (METHOD:COUNTER); shown, never applied (REPLY-8).

    Attributes:
        original_start: The week it is about, UTC; None for the whole.
        starts_at: UTC.
        ends_at: UTC; None when the length stays.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime | None = None
    original_start: datetime | None = None
    sequence: int = 0
    attendee: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Automatic:
    """An out-of-office note, a newsletter, a read receipt: nobody waits for an answer.

    Attributes:
        why: By which sign it was told, for the log.
    """

    why: str


@dataclass(frozen=True)
class Letter:
    """What a person wrote to us.

    Attributes:
        body: Plain text, cleaned and cut.
        is_whole: False when the mail was too large to be read here, or the text too long.
    """

    body: str
    is_whole: bool = True


@dataclass(frozen=True)
class Unreadable:
    """A mail that looks like an answer and cannot be taken for one.

    Attributes:
        why: For the log; names no person.
    """

    why: str


Finding = Answers | NewTime | Bounce | Automatic | Letter | Unreadable


@dataclass(frozen=True)
class ReadMail:
    """One mail: what its head says, and what it is."""

    sender: Sender
    finding: Finding
