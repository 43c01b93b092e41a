"""Everything the database holds about the bookings of one session, read once after each change.

It is read past the session of the product, so that nothing which was not written counts.
"""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, attributes, joinedload

from swa.calendars.models import Invitation
from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.people.models import AuditEvent
from swa.sessions.emails.wanted import occasion_of
from swa.sessions.models import Booking, PassedOver, TrainingSession
from swa.sessions.types import BookingStatus

MESSAGES, LINES = OutboxMessage.__table__.c, AuditEvent.__table__.c
INVITATIONS = Invitation.__table__.c
MESSAGES_ABOUT = select(
    MESSAGES.occasion, MESSAGES.kind, MESSAGES.edition, MESSAGES.attempts, MESSAGES.state
).where(
    MESSAGES.occasion.in_(bindparam("occasions", expanding=True)),
    MESSAGES.state != MessageState.DROPPED,
)
INVITATIONS_ABOUT = (
    select(
        INVITATIONS.occasion,
        INVITATIONS.uid,
        INVITATIONS.sequence,
        INVITATIONS.state,
        INVITATIONS.starts_at,
    )
    .where(INVITATIONS.occasion.in_(bindparam("occasions", expanding=True)))
    .order_by(INVITATIONS.id)
)
LINES_SINCE = select(LINES.id, LINES.about, LINES.what).where(LINES.id > bindparam("line"))
ROWS = select(Booking).where(Booking.session_id == bindparam("session")).order_by(Booking.id)
SESSION = (
    select(TrainingSession)
    .where(TrainingSession.id == bindparam("session"))
    .options(joinedload(TrainingSession.moves))
)


class Facts:
    """What the database holds; the objects belong to no transaction and do not change any more.

    Args:
        session_id: The session of the history.
        after: The audit line up to which everything is known.

    Attributes:
        session: With its moves.
        rows: All bookings in order of their ids.
        live: Those that were not cancelled.
        waiting: The turns, the first joined first.
        messages: Those that were not dropped, by booking; plain rows without the words.
        invitations: The newest of each booking.
        audit: How often each new line was written, by object and words.
        newest_line: The id of the last line.
    """

    def __init__(self, session_id: int, *, after: int) -> None:
        with Session(db.engine) as reading:
            self.session = reading.scalars(SESSION, {"session": session_id}).unique().one()
            self.rows = reading.scalars(ROWS, {"session": session_id}).all()
            for row in self.rows:
                attributes.set_committed_value(row, "session", self.session)
            occasions = {occasion_of(row): row.id for row in self.rows}
            self.messages: dict[int, list[Any]] = defaultdict(list)
            for message in reading.execute(MESSAGES_ABOUT, {"occasions": list(occasions)}):
                self.messages[occasions[message.occasion]].append(message)
            found = reading.execute(INVITATIONS_ABOUT, {"occasions": list(occasions)})
            self.invitations = {occasions[each.occasion]: each for each in found}
            lines = reading.execute(LINES_SINCE, {"line": after}).all()
        self.audit = Counter((about, what) for _, about, what in lines)
        self.newest_line = max((number for number, _, _ in lines), default=after)
        self.live = [row for row in self.rows if row.is_live]
        waiting = [row for row in self.live if row.status is BookingStatus.WAITING]
        self.waiting = sorted(waiting, key=turn)

    def is_open(self, now: datetime) -> bool:
        """Say whether places are still booked and given back."""
        return self.session.is_published and now < self.session.starts_at


def newest_line() -> int:
    """Return the id of the last line of the audit log, 0 for none."""
    return db.session.scalar(select(func.max(LINES.id))) or 0


def noted_for(chosen: Booking) -> set[int]:
    """Return the bookings of which it is written down that they were passed over for this one."""
    notes = select(PassedOver.booking_id).where(PassedOver.for_booking_id == chosen.id)
    return set(db.session.scalars(notes))


def turn(row: Booking) -> tuple[datetime, int]:
    """Say where somebody stands who waits."""
    return row.booked_at, row.id
