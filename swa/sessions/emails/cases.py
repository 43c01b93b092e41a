"""What a message is judged and written by: read once, however often one transaction asks."""

from dataclasses import dataclass

from swa.calendars.models import Invitation
from swa.calendars.queries import find_latest
from swa.core.keeping import keep
from swa.messaging.models import OutboxMessage
from swa.messaging.types import WantedMail
from swa.sessions.emails.news import Key
from swa.sessions.emails.wanted import Wanted, list_wanted
from swa.sessions.emails.wanted_to_run import list_wanted_to_run
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries.mails import get_booking_of, get_session_of, list_tried


@dataclass(frozen=True)
class Case:
    """A message about a booking.

    Attributes:
        booking: With its session, the moves of that, and its person.
        tried: What else may have reached the person.
        wanted: What the booking ought to have as things stand.
    """

    booking: Booking
    tried: frozenset[Key]
    wanted: Wanted


@dataclass(frozen=True)
class CaseToRun:
    """A message to somebody who runs a session.

    Attributes:
        session: With its moves.
        invitation: Their newest one; None for none.
        tried: What else may have reached them.
        wanted: What they ought to have as things stand.
    """

    session: TrainingSession
    invitation: Invitation | None
    tried: frozenset[Key]
    wanted: tuple[WantedMail, ...]


def case_of(message: OutboxMessage) -> Case:
    """Return how things stand for a message about a booking.

    Raises:
        sqlalchemy.exc.NoResultFound: There is no such booking.
    """
    return keep(("case", message.occasion, message.id), lambda: _read(message))


def case_to_run(message: OutboxMessage) -> CaseToRun:
    """Return how things stand for a message to somebody who runs a session.

    Raises:
        sqlalchemy.exc.NoResultFound: There is no such session.
    """
    return keep(("case", message.occasion, message.id), lambda: _read_to_run(message))


def _read(message: OutboxMessage) -> Case:
    booking = get_booking_of(message)
    tried = list_tried(message.occasion, without=message.id)
    return Case(booking, tried, list_wanted(booking, tried))


def _read_to_run(message: OutboxMessage) -> CaseToRun:
    session, invitation = get_session_of(message), find_latest(message.occasion)
    tried = list_tried(message.occasion, without=message.id)
    wanted = list_wanted_to_run(session, invitation, tried) if invitation else ()
    return CaseToRun(session, invitation, tried, wanted)
