"""Topics, sessions, plans and bookings."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from swa.core.db import Base
from swa.people.models import Organisation, Person, Team
from swa.sessions.types import (
    BookingStatus,
    Claim,
    GoAhead,
    Mark,
    MessageTimes,
    Mode,
    NewDate,
    PlaceRules,
    Segment,
    SegmentKind,
    SessionStatus,
    TopicKind,
    WaitReason,
)

LIVE = text("status != 'cancelled'")
WHERE_LIVE: dict[str, Any] = {"sqlite_where": LIVE, "postgresql_where": LIVE}

topic_providers = Table(
    "topic_providers",
    Base.metadata,
    Column("topic_id", ForeignKey("topics.id"), primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
)
session_providers = Table(
    "session_providers",
    Base.metadata,
    Column("session_id", ForeignKey("training_sessions.id"), primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
)


def _place_columns() -> list[Any]:
    return [
        mapped_column("smallest", default=12),
        mapped_column("recommended", default=16),
        mapped_column("largest", default=20),
        mapped_column("most_per_team", default=4),
        mapped_column("most_percent", default=50),
        mapped_column("caps_lift_days", default=5),
    ]


def _time_columns() -> list[Any]:
    return [
        mapped_column("prework_days", default=3),
        mapped_column("joining_days", default=2),
        mapped_column("go_ahead_days", default=7),
        mapped_column("sends_missed_you", default=True),
    ]


def _number_checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("smallest >= 1 AND smallest <= recommended", name="smallest"),
        CheckConstraint("recommended <= largest", name="recommended"),
        CheckConstraint("most_per_team >= 1", name="most_per_team"),
        CheckConstraint("most_percent BETWEEN 1 AND 100", name="most_percent"),
        CheckConstraint("caps_lift_days >= 0", name="caps_lift_days"),
    )


class Topic(Base):
    """What sessions are about, with the texts and numbers that each new session starts with.

    Attributes:
        learning_points: One per line.
        length_minutes: Usual length of a session.
        places: Sizes and caps; a core topic never has more than 20 places (CC-02, CF-04).
        needs_prework: Compulsory for core topics (CF-21).
        prework: The text of the prework, plain paragraphs.
        limits_of_advice: For regulated topics: what people may not advise on (TR-27).
        look_out_for, triage, key_elements, how_to_refer, discussion: The five plan sections of
            a specialist topic, in this order (SS-09 to SS-13).
    """

    __tablename__ = "topics"
    __table_args__ = (
        *_number_checks(),
        CheckConstraint("kind != 'core' OR largest <= 20", name="core_largest"),
        CheckConstraint("length_minutes BETWEEN 15 AND 600", name="length"),
    )

    kind: Mapped[TopicKind]
    title: Mapped[str] = mapped_column(String(120), unique=True)
    overview: Mapped[str] = mapped_column(default="")
    who_for: Mapped[str] = mapped_column(default="")
    who_not_for: Mapped[str] = mapped_column(default="")
    learning_points: Mapped[str] = mapped_column(default="")
    length_minutes: Mapped[int] = mapped_column(default=120)
    places: Mapped[PlaceRules] = composite(PlaceRules, *_place_columns())
    times: Mapped[MessageTimes] = composite(MessageTimes, *_time_columns())
    needs_prework: Mapped[bool] = mapped_column(default=True)
    prework: Mapped[str] = mapped_column(default="")
    prework_minutes: Mapped[int] = mapped_column(default=20)
    joining_instructions: Mapped[str] = mapped_column(default="")
    expectations: Mapped[str] = mapped_column(default="")
    is_regulated: Mapped[bool] = mapped_column(default=False)
    limits_of_advice: Mapped[str] = mapped_column(default="")
    when_to_refer: Mapped[str] = mapped_column(default="")
    look_out_for: Mapped[str] = mapped_column(default="")
    triage: Mapped[str] = mapped_column(default="")
    key_elements: Mapped[str] = mapped_column(default="")
    how_to_refer: Mapped[str] = mapped_column(default="")
    discussion: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    providers: Mapped[list[Organisation]] = relationship(
        secondary=topic_providers, order_by=Organisation.name
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
        places_taken: Confirmed and offered bookings; a second guard beside the row lock.
        is_plan_agreed: Facilitator and coordinator have agreed the plan (TR-02).
    """

    __tablename__ = "training_sessions"
    __table_args__ = (
        *_number_checks(),
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
    places: Mapped[PlaceRules] = composite(PlaceRules, *_place_columns())
    times: Mapped[MessageTimes] = composite(MessageTimes, *_time_columns())
    places_taken: Mapped[int] = mapped_column(default=0)
    status: Mapped[SessionStatus] = mapped_column(default=SessionStatus.DRAFT)
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    go_ahead: Mapped[GoAhead] = mapped_column(default=GoAhead.NOT_DUE)
    go_ahead_reason: Mapped[str] = mapped_column(default="")
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

    session: Mapped[TrainingSession] = relationship(back_populates="moves")
