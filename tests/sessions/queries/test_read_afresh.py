"""IN-04, CF-28: what somebody else changed before we held the session is seen, not written over.

Another worker's change is played by a statement that the objects in hand do not learn of.
"""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import NoResultFound

from swa.core import clock
from swa.core.db import db, transaction
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries.access import lock_session
from swa.sessions.queries.bookings import list_live_bookings
from swa.sessions.types import BookingStatus, GoAhead, SessionStatus
from tests.sessions.doing import ask_all
from tests.support.factories import soon

BOOKINGS = Booking.__table__
SESSIONS = TrainingSession.__table__


def test_a_booking_that_was_confirmed_meanwhile_is_read_as_confirmed(make):
    booking = make.booking(session := make.session(), status=BookingStatus.WAITING)

    with transaction():
        before = list_live_bookings(session)[0].status
        confirmed = update(BOOKINGS).where(BOOKINGS.c.id == booking.id).values(status="confirmed")
        db.session.execute(confirmed)
        after = list_live_bookings(session)[0].status

    assert (before, after) == (BookingStatus.WAITING, BookingStatus.CONFIRMED)


@pytest.mark.parametrize(
    "decided",
    [
        pytest.param({"go_ahead": "goes ahead"}, id="it goes ahead"),
        pytest.param({"status": "cancelled"}, id="it was called off"),
        pytest.param({"starts_at": soon(days=20), "ends_at": soon(days=21)}, id="it was moved"),
    ],
)
def test_the_question_does_not_write_over_what_was_decided_meanwhile(make, decided):
    session = make.session(starts_at=soon(days=3))
    make.booking(session)

    with transaction():
        assert session.go_ahead == GoAhead.NOT_DUE
        db.session.execute(update(SESSIONS).where(SESSIONS.c.id == session.id).values(decided))
        waiting = ask_all(clock.utc_now())

    assert waiting == 0
    assert session.go_ahead != GoAhead.ASKED


def test_a_draft_that_was_thrown_away_meanwhile_is_not_found(make):
    session = make.session(status=SessionStatus.DRAFT, plan=())

    with pytest.raises(NoResultFound), transaction():
        assert session.id
        db.session.execute(delete(SESSIONS))
        lock_session(session)
