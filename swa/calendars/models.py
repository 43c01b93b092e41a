"""Invitations: one row per person and occasion; what a calendar must remember is a column."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from swa.calendars.types import (
    Answer,
    Event,
    InvitationState,
    Rhythm,
    Series,
    Slot,
    WeekState,
)
from swa.core.db import Base

STANDING = text("state = 'standing'")
LONGEST_ADDRESS = 254
LONGEST_HINT = 500
WHERE_STANDING: dict[str, Any] = {"sqlite_where": STANDING, "postgresql_where": STANDING}


class Replied:
    """What a calendar program told us by mail; of the columns, none decides about a place.

    Attributes:
        reply: What the newest answer said; None while there is none. It may be to an older version.
        reply_sequence: SEQUENCE of the version that was answered.
        reply_stamp: DTSTAMP of the answer, never later than when we read it, UTC.
        replied_at: When we read it, UTC.
        reply_address: Who says they answered; may be an alias or a delegate (REPLY-4).
        reply_hint: What our own mail server found out about the sender (Authentication-Results).
        reply_comment: What was added by hand, plain text.
    """

    reply: Mapped[Answer | None]
    reply_sequence: Mapped[int | None]
    reply_stamp: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    reply_address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    reply_hint: Mapped[str] = mapped_column(String(LONGEST_HINT), default="")
    reply_comment: Mapped[str] = mapped_column(default="")


class Invitation(Replied, Base):
    """One person's entry for one occasion (calendar-and-email notes, decision 2).

    Attributes:
        uid: Random, the same in mail, feed and download; re-booking makes a new row (CAL-4).
        sequence: Raised when date, time or place changes and on withdrawal; never lowered (CAL-5).
        revision: Raised by every stored change, text-only ones too; the outbox key uses it.
        revised_at: DTSTAMP and LAST-MODIFIED of this revision, UTC (CAL-6).
        organiser: ORGANIZER address, kept until the invitation ends.
        event: What it says now.
        answer: What the person's calendar answered to this version; the booking is the truth.
        first_message_id: Message-ID of the first mail, for threading; empty as long as nothing of
            the invitation has gone.
        rhythm: Of a weekly series, whose ``event`` then says when its first date is; else None.
        whole_revision: The last revision that changed more than single weeks.
        whole_sequence: SEQUENCE of that revision: an answer to the whole outlives a moved week.
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
    rhythm: Mapped[Rhythm | None] = composite(
        mapped_column("first_day", nullable=True),
        mapped_column("begins", nullable=True),
        mapped_column("ends", nullable=True),
        mapped_column("weeks", nullable=True),
        mapped_column("zone", String(40), nullable=True),
    )
    whole_revision: Mapped[int] = mapped_column(default=1)
    whole_sequence: Mapped[int] = mapped_column(default=0)
    changed_weeks: Mapped[list["InvitationWeek"]] = relationship(
        order_by="InvitationWeek.day", cascade="all, delete-orphan"
    )

    @property
    def series(self) -> Series | None:
        """The weekly series that it is for; None for a single date."""
        if self.rhythm is None:
            return None
        left_out = {week.day for week in self.changed_weeks if week.state != WeekState.MOVED}
        moved = {
            week.day: week.slot
            for week in self.changed_weeks
            if week.slot is not None and week.state == WeekState.MOVED
        }
        return Series(self.rhythm, frozenset(left_out), moved)

    @property
    def answered_before_change(self) -> bool:
        """Whether the newest answer is to a version that place or time have left behind.

        One week that moves, or is off, leaves the answer to the whole as it is.
        """
        return self.reply_sequence is not None and self.reply_sequence < self.whole_sequence


class InvitationWeek(Base):
    """One week of a series that does not follow the rhythm; the others have no row.

    Attributes:
        day: Its date in the rhythm, London; stays when it is moved again (CAL-13).
        slot: When its meeting is, if it was moved; kept when that is cancelled, so that the
            cancellation names the date that people know.
        revision: That of the invitation when this week last changed.
    """

    __tablename__ = "invitation_weeks"
    __table_args__ = (UniqueConstraint("invitation_id", "day"),)

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"))
    day: Mapped[date]
    state: Mapped[WeekState]
    slot: Mapped[Slot | None] = composite(
        mapped_column("new_day", nullable=True),
        mapped_column("new_begins", nullable=True),
        mapped_column("new_ends", nullable=True),
    )
    revision: Mapped[int]
