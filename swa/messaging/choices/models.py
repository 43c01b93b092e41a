"""What people said about optional messages, and the links that stop them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from swa.core.db import Base


class MailChoice(Base):
    """What a person said last about one sort of message; no row, no word: they get it.

    Attributes:
        since: When they said so, UTC.
    """

    __tablename__ = "mail_choices"
    __table_args__ = (UniqueConstraint("person_id", "choice"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    choice: Mapped[str] = mapped_column(String(60))
    is_wanted: Mapped[bool]
    since: Mapped[datetime]


class StopLink(Base):
    """A link that stops one sort of message for one person; it works for as long as they do.

    Attributes:
        nonce: From this and the link key the token is worked out again when a mail is sent; the
            token itself is never stored (LK-1).
        token_hash: SHA-256 of the token, hex.
    """

    __tablename__ = "stop_links"
    __table_args__ = (Index("ix_stop_links_person_id_choice", "person_id", "choice"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    choice: Mapped[str] = mapped_column(String(60))
    nonce: Mapped[str] = mapped_column(String(43))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
