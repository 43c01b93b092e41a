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
from swa.messaging import kinds, queries
from swa.messaging.services import queue, queue_to_address
from swa.messaging.types import WantedMail

FIRST = 1


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
    tell_old_address(invitation, was=was, now=now)
    if series is None:
        return invite(occasion, person_id, said, organiser=organiser, now=now)
    words = Words(said.title, said.description, said.location, said.url)
    return invite_series(occasion, person_id, words, series, organiser=organiser, now=now)


def tell_old_address(invitation: Invitation, *, was: str, now: datetime) -> None:
    """Plan the mail that takes a withdrawn entry out of the calendar at the old address.

    Source:
        DC-11, CAL-3.
    """
    queue_to_address(
        emails.ENTRY_ENDED,
        emails.occasion_of(invitation),
        was,
        edition=FIRST,
        due_at=now,
        give_up_at=emails.ends_at(invitation),
        now=now,
    )


def never_arrived(invitation: Invitation) -> bool:
    """Say whether the entry never left because its address takes no mail, and nothing brings it.

    So somebody whose address was wrong from the beginning gets it once it is corrected.
    """
    about = [invitation.occasion, emails.occasion_of(invitation)]
    _, bringing = kinds.list_for_worker()
    return not invitation.first_message_id and queries.is_undelivered(about, bringing)


def cancel_waits(invitation: Invitation) -> bool:
    """Say whether a withdrawn entry is known to a calendar whose CANCEL has not gone yet."""
    _, bringing = kinds.list_for_worker()
    is_known = bool(invitation.first_message_id)
    return is_known and queries.has_unsent([invitation.occasion], bringing)


def tell_new_address(invitation: Invitation, *, now: datetime) -> None:
    """Plan the mail that brings the entry to the new address.

    Source:
        DC-11.
    """
    occasion = emails.occasion_of(invitation)
    wanted = WantedMail(
        kind=emails.ENTRY_AGAIN,
        person_id=invitation.person_id,
        due_at=now,
        give_up_at=emails.ends_at(invitation),
        edition=queries.count_of_occasion(occasion) + 1,
    )
    queue(occasion, wanted, now=now)
