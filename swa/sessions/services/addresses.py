"""What becomes of bookings and sessions to run when somebody's e-mail address changes."""

from datetime import datetime

from swa.calendars.models import Invitation
from swa.calendars.queries import list_standing_of, list_withdrawn_of
from swa.calendars.services import addresses
from swa.messaging.queries import list_kinds, list_unsent_for_change
from swa.messaging.redating import thaw
from swa.messaging.setup import current_setup
from swa.sessions.queries.access import lock_session
from swa.sessions.queries.entries import is_for_a_booking, list_sessions_of
from swa.sessions.services.mails import plan_session_mails


def follow_new_address(person_id: int, was: str, now: datetime) -> None:
    """Take their sessions out of the calendar at the old address and put them into the new one.

    Called before the address itself changes: sessions are locked before people, in the order that
    bookings take, and mail reads the address when it goes.

    Args:
        person_id: Whose address changes.
        was: The old address.
        now: UTC.

    Source:
        DC-11 (CANCEL to the old address, a new UID for the new one), IN-09.
    """
    sessions = list_sessions_of(list_standing_of(person_id))
    for session in sessions:
        lock_session(session)
    runs = False
    for invitation in list_standing_of(person_id):
        runs |= _move(invitation, was, now)
    for session in sessions if runs else ():
        plan_session_mails(session, now=now)
    for invitation in list_withdrawn_of(person_id):
        if addresses.cancel_waits(invitation):
            addresses.tell_old_address(invitation, was=was, now=now)


def _move(invitation: Invitation, was: str, now: datetime) -> bool:
    """Move one entry; True when planning the session brings the mail for the new one."""
    occasion = invitation.occasion
    for message in list_unsent_for_change([occasion], list_kinds(occasion)):
        if message.calendar is not None:
            thaw(message)  # it was made before, and names the old address as the attendee
    again = addresses.move_entry(invitation, was=was, organiser=current_setup().sender, now=now)
    if again is None:
        if addresses.never_arrived(invitation):
            addresses.tell_new_address(invitation, now=now)
        return False
    if is_for_a_booking(again):
        addresses.tell_new_address(again, now=now)
    return not is_for_a_booking(again)
