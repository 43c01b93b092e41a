"""Texts that people made: versions, drafts, and texts of their own."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from swa.core.db import Base
from swa.messaging.texts.types import key_of


class MailText(Base):
    """One version of the text of a message; the one with the highest number counts.

    Attributes:
        name: Of the template ("sessions/prework") or of a text of their own ("custom/7").
        number: From 1; the shipped text has no row.
        is_shipped: From here on the shipped text counts again; subject and body are empty.
        reason: Where it comes from when nobody typed it: "version 2 restored"; else empty.
    """

    __tablename__ = "mail_texts"
    # The audit log and old messages know ids, so that of a deleted row is never given again.
    __table_args__ = (UniqueConstraint("name", "number"), {"sqlite_autoincrement": True})

    name: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    is_shipped: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(80), default="")
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    written_at: Mapped[datetime]


class MailTextDraft(Base):
    """What somebody has typed and not put to use yet; each person has one for each text."""

    __tablename__ = "mail_text_drafts"
    __table_args__ = (UniqueConstraint("name", "person_id"),)

    name: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    subject: Mapped[str]
    body: Mapped[str]
    written_at: Mapped[datetime]


class CustomText(Base):
    """A text that is not shipped; it may name what its family of messages knows.

    Attributes:
        family: Name of a registered family ("booking").
    """

    __tablename__ = "custom_texts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    title: Mapped[str] = mapped_column(String(120))
    family: Mapped[str] = mapped_column(String(40))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]

    @property
    def name(self) -> str:
        """How versions and ``render_draft`` call it: "custom/7"."""
        return f"custom/{self.id}"

    @property
    def key(self) -> str:
        """The name as addresses have it: "custom-7"."""
        return key_of(self.name)
