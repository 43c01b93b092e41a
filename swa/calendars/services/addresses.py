"""What becomes of calendar entries when somebody's e-mail address changes.

The features decide whose entries move and hold their own rows first; here is what is the same for
all of them.
"""

from datetime import datetime

from swa.calendars import emails
from swa.calendars.models import Invitation
from swa.calendars.rules.series import still_to_come
from swa.calendars.services.invitations import invite, is_over, withdraw
from swa.calendars.services.series import invite_series
from swa.calendars.types import Words
from swa.messaging.services import queue, queue_to_address
from swa.messaging.types import WantedMail

EDITION = 1


def move_entry(
    invitation: Invitation, *, was: str, organiser: tuple[str, str], now: datetime
) -> Invitation | None:
    """Cancel an entry at the old address and make one with a new UID for the new address.

    The mail that cancels is planned here. The one that invites is planned by the caller, or by
    ``tell_new_address``: some features have a mail of their own for it.

    Args:
        invitation: A standing one.
        was: The old address.
        organiser: Name and address of the mailbox that mail comes from now.
        now: UTC.

    Returns:
        The new invitation; None when nothing had gone to the old address yet, or when it is over:
        then everything stays as it is.

    Source:
        DC-11; CAL-7 (the attendee is the exact address that the mail goes to).
    """
    series = invitation.series
    is_past = still_to_come(series, now) is None if series else is_over(invitation, now)
    if is_past or not invitation.first_message_id:
        return None
    occasion, person_id, said = invitation.occasion, invitation.person_id, invitation.event
    withdraw(invitation, now=now)
    queue_to_address(
        emails.ENTRY_ENDED,
        emails.occasion_of(invitation),
        was,
        edition=EDITION,
        due_at=now,
        give_up_at=emails.ends_at(invitation),
        now=now,
    )
    if series is None:
        return invite(occasion, person_id, said, organiser=organiser, now=now)
    words = Words(said.title, said.description, said.location, said.url)
    return invite_series(occasion, person_id, words, series, organiser=organiser, now=now)


def tell_new_address(invitation: Invitation, *, now: datetime) -> None:
    """Plan the mail that brings the entry to the new address.

    Source:
        DC-11.
    """
    wanted = WantedMail(
        kind=emails.ENTRY_AGAIN,
        person_id=invitation.person_id,
        due_at=now,
        give_up_at=emails.ends_at(invitation),
        edition=EDITION,
    )
    queue(emails.occasion_of(invitation), wanted, now=now)
