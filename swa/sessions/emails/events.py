"""What an invitation to a session says; nothing private, since colleagues read calendars."""

from uuid import NAMESPACE_URL, uuid5

from swa.calendars.types import Event, InvitationState, PublicEntry
from swa.messaging.rendering import page_url
from swa.sessions.models import TrainingSession

FOR_PARTICIPANTS = (
    "You have a place on this training session. How to join, what to prepare and how to give your"
    " place back are on your bookings page: {page}"
)
FOR_STAFF = "You help to run this training session. Who is coming, and everything about it: {page}"
FOR_EVERYBODY = (
    "Training for staff and volunteers of the organisations in the alliance. Sign in to read"
    " more and to book a place: {page}"
)
IN_PERSON = "In person"


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


def open_date(session: TrainingSession) -> PublicEntry:
    """Return what everybody may read of a session: topic, day, hours, online or the borough.

    No link to join, no venue, nobody's name, and not how many places are left: who signs in sees
    those on the session's page. Its UID is that of no invitation, so that it stands beside the
    entry of somebody with a place instead of in its way.

    Source:
        AN-07, AN-21 (the link is for those with a place).
    """
    page = page_url("sessions.show", session_id=session.id)
    changes = [session.published_at, session.cancelled_at, *(m.moved_at for m in session.moves)]
    place = "Online" if session.is_online else ", ".join(filter(None, (IN_PERSON, session.borough)))
    said = Event(
        title=session.title,
        description=FOR_EVERYBODY.format(page=page),
        location=place,
        url=page,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )
    return PublicEntry(
        uid=str(uuid5(NAMESPACE_URL, page)),
        sequence=len(session.moves) + session.is_cancelled,
        created_at=session.published_at or session.created_at,
        revised_at=max(filter(None, changes)),
        event=said,
        state=InvitationState.WITHDRAWN if session.is_cancelled else InvitationState.STANDING,
    )
