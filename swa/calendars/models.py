"""Invitations: one row per person and occasion; what a calendar must remember is a column."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, composite, mapped_column

from swa.calendars.types import Answer, Event, InvitationState
from swa.core.db import Base

STANDING = text("state = 'standing'")
WHERE_STANDING: dict[str, Any] = {"sqlite_where": STANDING, "postgresql_where": STANDING}


class Invitation(Base):
    """One person's entry for one occasion (calendar-and-email notes, decision 2).

    Attributes:
        uid: Random, the same in mail, feed and download; re-booking makes a new row (CAL-4).
        sequence: Raised when date, time or place changes and on withdrawal; never lowered (CAL-5).
        revision: Raised by every stored change, text-only ones too; the outbox key uses it.
        revised_at: DTSTAMP and LAST-MODIFIED of this revision, UTC (CAL-6).
        organiser: ORGANIZER address, kept until the invitation ends.
        event: What it says now.
        answer: What the person's calendar answered; the booking is the truth.
        first_message_id: Message-ID of the first mail, for threading.
    """

    __tablename__ = "invitations"
    __table_args__ = (Index("uq_invitations_standing", "occasion", unique=True, **WHERE_STANDING),)

    occasion: Mapped[str] = mapped_column(String(80), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    revised_at: Mapped[datetime]
    created_at: Mapped[datetime]
    organiser_name: Mapped[str] = mapped_column(String(120))
    organiser: Mapped[str] = mapped_column(String(254))
    state: Mapped[InvitationState] = mapped_column(default=InvitationState.STANDING)
    answer: Mapped[Answer] = mapped_column(default=Answer.NEEDS_ACTION)
    first_message_id: Mapped[str] = mapped_column(String(255), default="")
    event: Mapped[Event] = composite(
        mapped_column("title", String(300)),
        mapped_column("description"),
        mapped_column("location", String(300)),
        mapped_column("url", String(300)),
        mapped_column("starts_at"),
        mapped_column("ends_at"),
    )
