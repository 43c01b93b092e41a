"""What a feature does about answers to its invitations.

``calendars`` knows no sessions or groups; each feature leaves its functions here when the app is
put together, under the first word of its occasions ("booking" of "booking 17").
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from swa.calendars.models import Invitation
from swa.calendars.replies.models import TimeProposal


@dataclass(frozen=True)
class Owner:
    """What one feature does; each runs in the transaction of the answer, and is told now (UTC).

    Attributes:
        hold: Locks what stands above the invitation, so that everybody locks in one order.
        declined: The present version of a standing invitation was declined as a whole.
        proposed: Somebody proposed another time; it is written down already.
    """

    hold: Callable[[Invitation], None]
    declined: Callable[[Invitation, datetime], None]
    proposed: Callable[[TimeProposal, datetime], None]


_owners: dict[str, Owner] = {}


def register(word: str, owner: Owner) -> None:
    """Make a feature's functions known; doing it again replaces them."""
    _owners[word] = owner


def find_owner(invitation: Invitation) -> Owner | None:
    """Return whose invitation it is; None when no feature says so."""
    return _owners.get(invitation.occasion.partition(" ")[0])
