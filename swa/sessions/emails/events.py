"""What an invitation to a session says; nothing private, since colleagues read calendars."""

from swa.calendars.types import Event
from swa.messaging.rendering import page_url
from swa.sessions.models import TrainingSession

FOR_PARTICIPANTS = (
    "You have a place on this training session. How to join, what to prepare and how to give your"
    " place back are on your bookings page: {page}"
)
FOR_STAFF = "You help to run this training session. Who is coming, and everything about it: {page}"


def event_of(session: TrainingSession) -> Event:
    """Return the entry for somebody with a place.

    The joining link is not in it: an entry lives for months in view of colleagues (CAL-22).

    Source:
        DC-11.
    """
    return _event(session, FOR_PARTICIPANTS, page_url("sessions.my_bookings"))


def event_to_run(session: TrainingSession) -> Event:
    """Return the entry for a facilitator or support person.

    Source:
        DC-11, TR-07.
    """
    return _event(session, FOR_STAFF, page_url("sessions.run_list"))


def _event(session: TrainingSession, words: str, page: str) -> Event:
    return Event(
        title=session.title,
        description=words.format(page=page),
        location=session.date.place,
        url=page,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )
