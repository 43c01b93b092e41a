"""Calendar links: of the secret address only a hash is kept."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from swa.calendars.feeds.types import FeedKind
from swa.core.db import Base
from swa.people.models import Person


class FeedLink(Base):
    """The one calendar link of a kind that a person has; a new one takes its row.

    Attributes:
        token_hash: SHA-256 of the token in the address, hex; the token itself is kept nowhere.
        made_at: When this address was made, UTC.
        fetched_at: When a calendar last looked at this address, UTC; a look while the database
            was too busy to write is not in it.
    """

    __tablename__ = "feed_links"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[FeedKind]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
