"""What was read from the mailbox, and what is left to do about it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from swa.calendars.models import LONGEST_ADDRESS, Invitation, Replied
from swa.calendars.replies.types import MailKind, TaskState
from swa.core.db import Base
from swa.people.models import Person


class WeekAnswer(Replied, Base):
    """What a calendar answered for one week of an invitation; a missing one is no decline.

    Attributes:
        original_start: The start that week had at first, UTC; stays when the week is moved.
    """

    __tablename__ = "week_answers"
    __table_args__ = (UniqueConstraint("invitation_id", "original_start"),)

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"))
    original_start: Mapped[datetime]


class TimeProposal(Base):
    """A new time that somebody proposed from their calendar; shown, never applied (REPLY-8).

    Attributes:
        original_start: The week it is about, UTC; None for the whole invitation.
        starts_at, ends_at: What was proposed, UTC.
        sequence: SEQUENCE of the version it was proposed for.
        address: Who says they proposed it.
    """

    __tablename__ = "time_proposals"

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"), index=True)
    original_start: Mapped[datetime | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=0)
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    comment: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]

    invitation: Mapped[Invitation] = relationship()


class ReceivedMail(Base):
    """A mail that was read once; the same mail again changes nothing (REPLY-1).

    Attributes:
        key: SHA-256 of the Message-ID, or of the bytes when there is none, hex.
        kind: What it was.
        note: Why, in words for the log page; names no person.
    """

    __tablename__ = "received_mails"

    key: Mapped[str] = mapped_column(String(64), unique=True)
    message_id: Mapped[str] = mapped_column(String(255), default="")
    kind: Mapped[MailKind]
    note: Mapped[str] = mapped_column(String(200), default="")
    received_at: Mapped[datetime] = mapped_column(index=True)


class MailTask(Base):
    """A mail that a person wrote; a coordinator sees to it (AN-14, REPLY-9).

    Attributes:
        person_id: Whose address it came from, as far as the address can be believed.
        body: Plain text.
        is_whole: False when there is more in the mailbox than is shown here.
    """

    __tablename__ = "mail_tasks"
    __table_args__ = (Index("ix_mail_tasks_state", "state", "received_at"),)

    mail_id: Mapped[int] = mapped_column(ForeignKey("received_mails.id"), unique=True)
    sender_name: Mapped[str] = mapped_column(String(200), default="")
    sender_address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    subject: Mapped[str] = mapped_column(String(300), default="")
    body: Mapped[str] = mapped_column(default="")
    is_whole: Mapped[bool] = mapped_column(default=True)
    received_at: Mapped[datetime]
    state: Mapped[TaskState] = mapped_column(default=TaskState.OPEN)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    done_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])


class MailboxPoll(Base):
    """Who reads the mailbox now, and how the server has been doing.

    Attributes:
        name: Which mailbox, "inbox".
        token: Proves whose turn it is; empty when nobody reads.
        claimed_until: Until then nobody else reads, UTC.
        failures: Failures in a row.
        closed_until: The server is left alone until then, UTC.
        last_answer: What the server or the network said when it last failed.
        read_at: When it was last read to the end, UTC.
    """

    __tablename__ = "mailbox_polls"

    name: Mapped[str] = mapped_column(String(20), unique=True)
    token: Mapped[str] = mapped_column(String(32), default="")
    claimed_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    closed_until: Mapped[datetime | None]
    last_answer: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime | None]
