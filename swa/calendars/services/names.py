"""What becomes of a calendar entry when what it is about gets another name."""

from collections.abc import Iterable
from datetime import datetime

from swa.calendars import emails
from swa.calendars.models import Invitation
from swa.messaging.models import OutboxMessage
from swa.messaging.redating import thaw
from swa.messaging.services import queue
from swa.messaging.types import WantedMail


def tell_new_name(
    invitation: Invitation, *, waiting: Iterable[OutboxMessage], belongs_to: str, now: datetime
) -> None:
    """Plan the mail that changes the name of an entry, if it stands in a calendar already.

    Words that were made with the old name and have not gone are made anew: where the entry itself
    still waits, it comes with the new name and needs no second mail.

    Args:
        invitation: A standing one, revised just now.
        waiting: The messages of its occasion that have not gone, held.
        belongs_to: What it is part of, for lists: "session 5".
        now: UTC.

    Source:
        DC-11; the table of changes in the calendar notes.
    """
    waiting = list(waiting)
    for message in waiting:
        thaw(message)
    first = invitation.first_message_id
    if not first or any(message.message_id == first for message in waiting):
        return
    wanted = WantedMail(
        kind=emails.ENTRY_RENAMED,
        person_id=invitation.person_id,
        due_at=now,
        give_up_at=emails.ends_at(invitation),
        edition=invitation.revision,
    )
    queue(emails.occasion_of(invitation), wanted, now=now, belongs_to=belongs_to)
