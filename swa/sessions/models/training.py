"""Sessions and their plans."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from swa.core.db import Base
from swa.people.models import Organisation, Person
from swa.sessions.models.numbers import number_checks, place_columns, time_columns
from swa.sessions.models.topics import Topic
from swa.sessions.types import (
    GoAhead,
    MessageTimes,
    Mode,
    NewDate,
    PlaceRules,
    Segment,
    SessionStatus,
)

if TYPE_CHECKING:
    from swa.sessions.models.bookings import Booking, SessionMove

session_providers = Table(
    "session_providers",
    Base.metadata,
    Column("session_id", ForeignKey("training_sessions.id"), primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
)


class TrainingSession(Base):
    """One date of a topic.

    Attributes:
        starts_at, ends_at: UTC.
        online_link: For online sessions; secret to those with a place.
        venue: For sessions in person.
        joining_instructions, expectations: Copied from the topic, may be changed (MT-08).
        resources: What people get afterwards, plain paragraphs with links.
        has_no_resources: The facilitator said on purpose that there are none.
        referral_reason: Why nobody who takes the referrals runs a specialist session (SS-07).
        places, times: Copied from the topic when the session is made.
        go_ahead_at: When somebody decided that it goes ahead as it is dated now, UTC.
        places_taken: Confirmed and offered bookings; a second guard beside the row lock.
        is_plan_agreed: Facilitator and coordinator have agreed the plan (TR-02).
    """

    __tablename__ = "training_sessions"
    __table_args__ = (
        *number_checks(),
        CheckConstraint("places_taken BETWEEN 0 AND largest", name="places_taken"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(
            "support_person_id IS NULL OR support_person_id != lead_facilitator_id",
            name="two_people",
        ),
        Index("ix_training_sessions_listed", "status", "starts_at", "id"),
    )

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    mode: Mapped[Mode]
    online_link: Mapped[str] = mapped_column(String(500), default="")
    venue: Mapped[str] = mapped_column(String(300), default="")
    borough: Mapped[str] = mapped_column(String(80), default="")
    lead_facilitator_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    co_facilitator_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    support_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    joining_instructions: Mapped[str] = mapped_column(default="")
    expectations: Mapped[str] = mapped_column(default="")
    prework: Mapped[str] = mapped_column(default="")
    prework_minutes: Mapped[int] = mapped_column(default=20)
    resources: Mapped[str] = mapped_column(default="")
    has_no_resources: Mapped[bool] = mapped_column(default=False)
    referral_reason: Mapped[str] = mapped_column(default="")
    is_plan_agreed: Mapped[bool] = mapped_column(default=False)
    places: Mapped[PlaceRules] = composite(PlaceRules, *place_columns())
    times: Mapped[MessageTimes] = composite(MessageTimes, *time_columns())
    places_taken: Mapped[int] = mapped_column(default=0)
    status: Mapped[SessionStatus] = mapped_column(default=SessionStatus.DRAFT)
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    go_ahead: Mapped[GoAhead] = mapped_column(default=GoAhead.NOT_DUE)
    go_ahead_reason: Mapped[str] = mapped_column(default="")
    go_ahead_at: Mapped[datetime | None]
    go_ahead_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    attendance_saved_at: Mapped[datetime | None]
    attendance_saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    attendance_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    topic: Mapped[Topic] = relationship()
    lead_facilitator: Mapped[Person | None] = relationship(foreign_keys=[lead_facilitator_id])
    co_facilitator: Mapped[Person | None] = relationship(foreign_keys=[co_facilitator_id])
    support_person: Mapped[Person | None] = relationship(foreign_keys=[support_person_id])
    created_by: Mapped[Person | None] = relationship(foreign_keys=[created_by_id])
    attendance_saved_by: Mapped[Person | None] = relationship(foreign_keys=[attendance_saved_by_id])
    providers: Mapped[list[Organisation]] = relationship(
        secondary=session_providers, order_by=Organisation.name
    )
    plan: Mapped[list["PlanSegment"]] = relationship(
        back_populates="session",
        cascade="all, delete-orphan",
        order_by="PlanSegment.position",
    )
    bookings: Mapped[list["Booking"]] = relationship(
        back_populates="session", order_by="Booking.id"
    )
    moves: Mapped[list["SessionMove"]] = relationship(
        back_populates="session", order_by="SessionMove.number"
    )

    @property
    def title(self) -> str:
        """The topic's title; load the topic with the session in lists."""
        return self.topic.title

    @property
    def date(self) -> NewDate:
        """When and where it takes place."""
        return NewDate(self.starts_at, self.ends_at, self.mode, self.online_link, self.venue)

    @property
    def crew_ids(self) -> frozenset[int]:
        """Who runs it: facilitators and support person, by person id."""
        ids = (self.lead_facilitator_id, self.co_facilitator_id, self.support_person_id)
        return frozenset(person_id for person_id in ids if person_id is not None)

    @property
    def is_published(self) -> bool:
        """Whether people can find it."""
        return self.status == SessionStatus.PUBLISHED

    @property
    def is_cancelled(self) -> bool:
        """Whether it was called off."""
        return self.status == SessionStatus.CANCELLED

    @property
    def is_online(self) -> bool:
        """Whether people join by a link."""
        return self.mode == Mode.ONLINE

    @property
    def duration_minutes(self) -> int:
        """Length in minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def places_left(self) -> int:
        """Places that nobody holds."""
        return self.places.largest - self.places_taken


class PlanSegment(Base):
    """One part of a session plan, in order of ``position``."""

    __tablename__ = "plan_segments"
    __table_args__ = (
        UniqueConstraint("session_id", "position"),
        CheckConstraint("minutes > 0", name="minutes"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"))
    position: Mapped[int]
    segment: Mapped[Segment] = composite(
        mapped_column("minutes"),
        mapped_column("kind"),
        mapped_column("title", String(200)),
        mapped_column("led_by", String(120), default=""),
    )

    session: Mapped[TrainingSession] = relationship(back_populates="plan")
