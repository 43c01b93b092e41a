"""Bookings, and who was passed over on a waiting list."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from swa.core.db import Base
from swa.people.models import Organisation, Person, Team
from swa.sessions.models.training import TrainingSession
from swa.sessions.types import (
    BookingStatus,
    Claim,
    Mark,
    NewDate,
    PlaceDecision,
    WaitReason,
)

LIVE = text("status != 'cancelled'")
WHERE_LIVE: dict[str, Any] = {"sqlite_where": LIVE, "postgresql_where": LIVE}


class Booking(Base):
    """A person's place, or turn on the waiting list; a cancelled one stays as history.

    Attributes:
        reference: What the person can quote; no 0, O, 1 or I in it (C11).
        claim: Person, organisation and team as they were when booking.
        booked_at: When they joined, UTC; the order of the waiting list.
        offers: How often a free place went to them from the waiting list.
        confirmed_at: When they got the place, UTC.
        question: A question or situation they would like covered (TR-14).
        hides_name: Nobody sees whose question it is (TR-32).
        is_walk_in: Added on the day.
        mark: What the attendance page says; None until saved.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        Index("uq_bookings_one_live", "session_id", "person_id", unique=True, **WHERE_LIVE),
        Index("ix_bookings_queue", "session_id", "status", "booked_at", "id"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"))
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    claim: Mapped[Claim] = composite(
        mapped_column("person_id", ForeignKey("people.id"), index=True),
        mapped_column("organisation_id", ForeignKey("organisations.id"), index=True),
        mapped_column("team_id", ForeignKey("teams.id")),
    )
    status: Mapped[BookingStatus]
    wait_reason: Mapped[WaitReason | None]
    booked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    offers: Mapped[int] = mapped_column(default=0)
    offer_ends_at: Mapped[datetime | None]
    access_needs: Mapped[str] = mapped_column(default="")
    question: Mapped[str] = mapped_column(default="")
    hides_name: Mapped[bool] = mapped_column(default=False)
    is_walk_in: Mapped[bool] = mapped_column(default=False)
    mark: Mapped[Mark | None]

    session: Mapped[TrainingSession] = relationship(back_populates="bookings")
    person: Mapped[Person] = relationship(viewonly=True)
    organisation: Mapped[Organisation] = relationship(viewonly=True)
    team: Mapped[Team | None] = relationship(viewonly=True)

    @property
    def holds_a_place(self) -> bool:
        """Whether it counts against the places; an offer does."""
        return self.status in {BookingStatus.CONFIRMED, BookingStatus.OFFERED}

    @property
    def is_live(self) -> bool:
        """Whether it is a place or a turn, not history."""
        return self.status != BookingStatus.CANCELLED


class PlaceQuestion(Base):
    """We asked by mail whether a place shall be given back, since a calendar declined (REPLY-6).

    Attributes:
        sequence: SEQUENCE of the invitation that was declined; a move makes a new question, and so
            does declining once more after an answer.
        nonce: From this and the link key the token is worked out again when the mail is sent;
            the token itself is never stored (LK-1).
        token_hash: SHA-256 of the token, hex.
        expires_at: UTC; at the latest the start of the session.
        decided_at: When the first answer came, UTC; later ones change nothing.
        decision: What it was.
    """

    __tablename__ = "place_questions"
    __table_args__ = (UniqueConstraint("invitation_id", "sequence", "asked_at"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"))
    sequence: Mapped[int]
    nonce: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decision: Mapped[PlaceDecision | None]

    booking: Mapped[Booking] = relationship()


class PassedOver(Base):
    """Somebody on the waiting list who was passed over once, for whom, and why (CF-27)."""

    __tablename__ = "passed_over"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"), index=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    for_booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"))
    reason: Mapped[WaitReason]
    at: Mapped[datetime]

    booking: Mapped[Booking] = relationship(foreign_keys=[booking_id])
    for_booking: Mapped[Booking] = relationship(foreign_keys=[for_booking_id])


class SessionMove(Base):
    """A published session got another date or place; its e-mails say what was before (IN-09).

    Attributes:
        number: 1 for the first move of the session.
        was: When and where it would have taken place.
        prework_again: Who got the prework before gets it once more for the new date.
    """

    __tablename__ = "session_moves"
    __table_args__ = (UniqueConstraint("session_id", "number"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"))
    number: Mapped[int]
    moved_at: Mapped[datetime]
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    was: Mapped[NewDate] = composite(
        mapped_column("starts_at"),
        mapped_column("ends_at"),
        mapped_column("mode"),
        mapped_column("online_link", String(500), default=""),
        mapped_column("venue", String(300), default=""),
    )
    prework_again: Mapped[bool] = mapped_column(default=False)

    session: Mapped[TrainingSession] = relationship(back_populates="moves")
