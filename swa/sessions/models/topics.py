"""Topics: what sessions are about."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    String,
    Table,
)
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from swa.core.db import Base
from swa.people.models import Organisation
from swa.sessions.models.numbers import number_checks, place_columns, time_columns
from swa.sessions.types import (
    MessageTimes,
    PlaceRules,
    TopicKind,
)

topic_providers = Table(
    "topic_providers",
    Base.metadata,
    Column("topic_id", ForeignKey("topics.id"), primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
)


class Topic(Base):
    """What sessions are about, with the texts and numbers that each new session starts with.

    Attributes:
        learning_points: One per line.
        length_minutes: Usual length of a session.
        places: Sizes and caps; a core topic never has more than 20 places (CC-02, CF-04).
        needs_prework: Compulsory for core topics (CF-21).
        prework: The text of the prework, plain paragraphs.
        frees_declined: A declined calendar invitation gives the place back at once; otherwise the
            person is asked by mail first (REPLY-6).
        limits_of_advice: For regulated topics: what people may not advise on (TR-27).
        look_out_for, triage, key_elements, how_to_refer, discussion: The five plan sections of
            a specialist topic, in this order (SS-09 to SS-13).
    """

    __tablename__ = "topics"
    __table_args__ = (
        *number_checks(),
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
    places: Mapped[PlaceRules] = composite(PlaceRules, *place_columns())
    times: Mapped[MessageTimes] = composite(MessageTimes, *time_columns())
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
    frees_declined: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    providers: Mapped[list[Organisation]] = relationship(
        secondary=topic_providers, order_by=Organisation.name
    )
