"""The outbox: one row per message and recipient, written in the transaction of the fact."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from swa.core.db import Base
from swa.messaging.types import MessageState

NOT_DROPPED = text("state != 'dropped'")
WHERE_NOT_DROPPED: dict[str, Any] = {
    "sqlite_where": NOT_DROPPED,
    "postgresql_where": NOT_DROPPED,
}
NOBODY = text("state != 'dropped' AND person_id IS NULL")
WHERE_NOBODY: dict[str, Any] = {"sqlite_where": NOBODY, "postgresql_where": NOBODY}
FACT = ("kind", "occasion", "edition")
OPEN = text("state IN ('waiting', 'unknown', 'claimed', 'sending')")
WHERE_OPEN: dict[str, Any] = {"sqlite_where": OPEN, "postgresql_where": OPEN}


class OutboxMessage(Base):
    """One message to one person, from the wish to the server's answer.

    Attributes:
        kind: Name of a registered kind ("prework").
        occasion: What it is about ("booking 17"); with kind, edition and addressee it is the key.
        edition: Rises when the same mail is a new fact.
        person_id: Whose address is read when the message is sent.
        address: Only for mail to somebody who is no person yet (registration); else empty.
        message_id: Fixed when the row is made; every retry carries the same.
        due_at: When it may go, UTC.
        next_try_at: When a worker may take it, UTC; equals ``due_at`` until a try failed.
        give_up_at: Past this moment the row becomes missed, UTC.
        attempts: Tries so far, counted before the work.
        lease_token: Which worker holds it; a slow worker can still say that it succeeded.
        lease_until: Until then nobody else takes it, UTC.
        frozen_at: When the words were made, UTC; also the Date header of every try.
        subject, text, html, calendar, calendar_method: Frozen at the first try.
        thread_id: Message-ID of the first mail of the same invitation.
        reason: Why it was dropped, missed, suppressed or failed, in words.
        answer: The mail server's last answer.
        private: Names nothing; only those of the group may see the row.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index("uq_outbox_person", *FACT, "person_id", unique=True, **WHERE_NOT_DROPPED),
        Index("uq_outbox_address", *FACT, "address", unique=True, **WHERE_NOBODY),
        Index("ix_outbox_due", "next_try_at", "id", **WHERE_OPEN),
        Index("ix_outbox_occasion", "occasion"),
    )

    kind: Mapped[str] = mapped_column(String(60))
    occasion: Mapped[str] = mapped_column(String(80))
    edition: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    address: Mapped[str] = mapped_column(String(254), default="")
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    state: Mapped[MessageState] = mapped_column(default=MessageState.WAITING)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    give_up_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str] = mapped_column(String(32), default="")
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    html: Mapped[str] = mapped_column(default="")
    calendar_method: Mapped[str] = mapped_column(String(20), default="")
    calendar: Mapped[bytes | None] = mapped_column(LargeBinary)
    thread_id: Mapped[str] = mapped_column(String(255), default="")
    reason: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    private: Mapped[bool] = mapped_column(default=False)


class SuppressedAddress(Base):
    """An address that the receiving server refused for good; nothing more is sent to it."""

    __tablename__ = "suppressed_addresses"

    address: Mapped[str] = mapped_column(String(254), unique=True)
    reason: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime]


class MailCircuit(Base):
    """Whether the mail server is being left alone for a while after it failed as a whole.

    Attributes:
        channel: Name of the transport, "smtp".
        closed_until: Nobody sends before this moment, UTC; None when all is well.
        failures: Failures in a row.
        last_answer: What the server or the network said.
    """

    __tablename__ = "mail_circuits"

    channel: Mapped[str] = mapped_column(String(20), unique=True)
    closed_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    last_answer: Mapped[str] = mapped_column(default="")
