"""The outbox: one row per message and recipient, written in the transaction of the fact."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from swa.core.db import Base
from swa.messaging.send_rules import Audience, DayKind, Event, Side
from swa.messaging.types import MessageState

NOT_DROPPED = text("state != 'dropped'")
WHERE_NOT_DROPPED: dict[str, Any] = {
    "sqlite_where": NOT_DROPPED,
    "postgresql_where": NOT_DROPPED,
}
NOBODY = text("state != 'dropped' AND person_id IS NULL")
WHERE_NOBODY: dict[str, Any] = {"sqlite_where": NOBODY, "postgresql_where": NOBODY}
FACT = ("kind", "occasion", "edition", "copy")
UNDECIDED = ("waiting", "held", "unknown", "claimed", "sending")
OPEN = text(f"state IN ({', '.join(map(repr, UNDECIDED))})")
WHERE_OPEN: dict[str, Any] = {"sqlite_where": OPEN, "postgresql_where": OPEN}
ASKED = text("notify_id != '' AND arrived_at IS NULL AND state = 'sent'")
WHERE_ASKED: dict[str, Any] = {"sqlite_where": ASKED, "postgresql_where": ASKED}


class OutboxMessage(Base):
    """One message to one person, from the wish to the server's answer.

    Attributes:
        kind: Name of a registered kind ("prework").
        occasion: What it is about ("booking 17"); with kind, edition and addressee it is the key.
        edition: Rises when the same mail is a new fact; of an added rule's, see ``editions``.
        copy: Rises when somebody sends the very same message once more.
        belongs_to: What the occasion is part of, for lists: "session 5"; may be empty.
        person_id: Whose address is read when the message is sent.
        address: Only for mail to somebody who is no person yet (registration); else empty.
        message_id: Fixed when the row is made; every retry carries the same.
        due_at: When it may go, UTC.
        ready_at: Since when nothing but a worker is missing, UTC: when it is due, or when it was
            planned if that was later. Two days after it the message is missed.
        next_try_at: When a worker may take it, UTC; equals ``due_at`` until a try failed.
        give_up_at: Past this moment the row becomes missed, UTC.
        attempts: Tries so far, counted before the work.
        lease_token: Which worker holds it; a slow worker can still say that it succeeded.
        lease_until: Until then nobody else takes it, UTC.
        frozen_at: When the words were made, UTC; also the Date header of every try.
        subject, text, html, calendar, calendar_method: Frozen at the first try.
        thread_id: Message-ID of the first mail of the same invitation.
        notify_id: What GOV.UK Notify calls it; empty for what the mail server took.
        arrived_at: When we heard that it arrived, UTC; the mail server never says so.
        reason: Why it was dropped, missed, suppressed or failed, in words.
        answer: The mail server's last answer.
        private: Names nothing; only those of the group may see the row.
        is_by_hand: A person said when it goes; planning leaves its moment alone.
        own_subject, own_text: Words that somebody wrote for this one message; empty for the usual.
        edited_at: When somebody last read and kept those words, UTC.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index("uq_outbox_person", *FACT, "person_id", unique=True, **WHERE_NOT_DROPPED),
        Index("uq_outbox_address", *FACT, "address", unique=True, **WHERE_NOBODY),
        Index("ix_outbox_due", "next_try_at", "id", **WHERE_OPEN),
        Index("ix_outbox_occasion", "occasion"),
        Index("ix_outbox_belongs_to", "belongs_to", "due_at", "id"),
        Index("ix_outbox_planned", "due_at", "id"),
        Index("ix_outbox_notify", "next_try_at", **WHERE_ASKED),
    )

    kind: Mapped[str] = mapped_column(String(60))
    occasion: Mapped[str] = mapped_column(String(80))
    edition: Mapped[int] = mapped_column(default=1)
    copy: Mapped[int] = mapped_column(default=0)
    belongs_to: Mapped[str] = mapped_column(String(80), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    address: Mapped[str] = mapped_column(String(254), default="")
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    state: Mapped[MessageState] = mapped_column(default=MessageState.WAITING)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime]
    give_up_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str] = mapped_column(String(32), default="")
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    notify_id: Mapped[str] = mapped_column(String(36), default="")
    arrived_at: Mapped[datetime | None]
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
    is_by_hand: Mapped[bool] = mapped_column(default=False)
    own_subject: Mapped[str] = mapped_column(default="")
    own_text: Mapped[str] = mapped_column(default="")
    edited_at: Mapped[datetime | None]


# SQLite uses an index of some rows only where the question repeats the index's own words; bound
# values would have it read a million sent messages to find one that waits.
IS_UNDECIDED = OutboxMessage.state.in_([literal_column(f"'{state}'") for state in UNDECIDED])


class SuppressedAddress(Base):
    """An address that nothing more is sent to: its server refused it, or somebody said so.

    Attributes:
        address: In lower case.
        reason: What the receiving server said, or what somebody wrote.
        since: UTC.
        is_by_hand: Somebody here decided it.
    """

    __tablename__ = "suppressed_addresses"

    address: Mapped[str] = mapped_column(String(254), unique=True)
    reason: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime]
    is_by_hand: Mapped[bool] = mapped_column(default=False)


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


class MailHandOver(Base):
    """One message that left, or is leaving, within the last minutes; counted to keep the pace.

    Attributes:
        domain: Of the address it goes to, in lower case.
        at: When a worker took it, UTC.
        lease_token: Of that worker's try.
    """

    __tablename__ = "mail_hand_overs"
    __table_args__ = (Index("ix_mail_hand_overs_at_domain", "at", "domain"),)

    domain: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]
    lease_token: Mapped[str] = mapped_column(String(32), index=True)


class SendRuleRow(Base):
    """A change of a shipped rule of the send plan, the number of one topic, or an added rule.

    The fields are those of ``send_rules.SendRule``. A shipped rule without a row is as shipped.
    The id is part of the key of the messages, so the id of a rule that was taken away must never
    come back: SQLite would give it to the next one.
    """

    __tablename__ = "send_rules"
    __table_args__ = (
        UniqueConstraint("key", "scope"),
        CheckConstraint("days BETWEEN 0 AND 400", name="days"),
        CheckConstraint("useful_days BETWEEN 1 AND 90", name="useful_days"),
        {"sqlite_autoincrement": True},
    )

    key: Mapped[str] = mapped_column(String(60))
    scope: Mapped[str] = mapped_column(String(40), default="")
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(60))
    event: Mapped[Event] = mapped_column()
    audience: Mapped[Audience] = mapped_column()
    days: Mapped[int] = mapped_column(default=0)
    side: Mapped[Side]
    counted: Mapped[DayKind]
    at: Mapped[time | None]
    pulls_back: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(String(80), default="")
    is_on: Mapped[bool] = mapped_column(default=True)
    is_own: Mapped[bool] = mapped_column(default=False)
    useful_days: Mapped[int] = mapped_column(default=7)
    counts_from: Mapped[datetime | None]
    past_asked_at: Mapped[datetime | None]
    optional: Mapped[str] = mapped_column(String(60), default="")


class DayOff(Base):
    """A day without work that is no bank holiday every year, for example a coronation."""

    __tablename__ = "days_off"

    day: Mapped[date] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(80))


class PlanRound(Base):
    """A round in which all occasions are planned anew after a rule was changed.

    Attributes:
        name: Whose occasions: "sessions".
        asked_at: When the newest change was; None when the round is over.
        reached: Id of the last occasion that was planned in this round.
    """

    __tablename__ = "plan_rounds"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    asked_at: Mapped[datetime | None]
    reached: Mapped[int] = mapped_column(default=0)


class PeriodicTurn(Base):
    """When work that is due once an hour, or once a night, was last done.

    Attributes:
        name: Of the work.
        done_for: The due moment that it was done for, UTC; None when it never was.
    """

    __tablename__ = "periodic_turns"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    done_for: Mapped[datetime | None]
