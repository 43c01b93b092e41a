"""The rows of a few sessions as they are, read past everything that remembers."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from swa.core.db import db
from swa.sessions.models import Booking, TrainingSession

BOOKINGS, SESSIONS = Booking.__table__.c, TrainingSession.__table__.c
STEPS = {("waiting", "confirmed"), ("waiting", "cancelled"), ("confirmed", "cancelled")}


@dataclass(frozen=True)
class Member:
    """Somebody of the history, with the name of their organisation."""

    id: int
    name: str
    organisation: str


class Rows:
    """The rows of a few sessions at one moment.

    Attributes:
        sessions: By id.
        bookings: In order of joining.
    """

    def __init__(self, ids: list[int]) -> None:
        of_sessions = select(TrainingSession.__table__).where(SESSIONS.id.in_(ids))
        of_bookings = select(Booking.__table__).where(BOOKINGS.session_id.in_(ids))
        with db.engine.connect() as connection:
            self.sessions = {row.id: row for row in connection.execute(of_sessions)}
            in_order = of_bookings.order_by(BOOKINGS.booked_at, BOOKINGS.id)
            self.bookings = connection.execute(in_order).all()

    def live(self, session_id: int | None = None, person_id: int | None = None) -> list[Any]:
        return [
            row
            for row in self.bookings
            if row.status != "cancelled"
            and session_id in {None, row.session_id}
            and person_id in {None, row.person_id}
        ]

    def held(self, session_id: int) -> list[Any]:
        return [row for row in self.live(session_id) if row.status != "waiting"]

    def waiting(self, session_id: int) -> list[Any]:
        return [row for row in self.live(session_id) if row.status == "waiting"]

    def left(self, session_id: int) -> int:
        return int(self.sessions[session_id].largest) - len(self.held(session_id))

    def published(self) -> list[Any]:
        return [row for row in self.sessions.values() if row.status == "published"]

    def check_since(
        self, before: "Rows", *, may_book: set[tuple[int, int]], may_end: set[int]
    ) -> None:
        """Compare with the rows before one act.

        Args:
            before: The rows as they were.
            may_book: Session and person of the bookings that the act may have made.
            may_end: Bookings that it may have cancelled.
        """
        were = {row.id: row.status for row in before.bookings}
        for row in self.bookings:
            if row.id not in were:
                assert (row.session_id, row.person_id) in may_book
            elif were[row.id] != row.status:
                assert (were[row.id], row.status) in STEPS
                assert row.status == "confirmed" or row.id in may_end
        live = [(row.session_id, row.person_id) for row in self.live()]
        assert len(live) == len(set(live)), "one booking each, however often they press"
        for session in self.sessions.values():
            assert session.places_taken == len(self.held(session.id)) <= session.largest
