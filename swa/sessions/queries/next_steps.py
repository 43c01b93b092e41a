"""What somebody with a place hears from us before the session: what has gone, and what is to come.

It reads the messages themselves, not the rules: nothing is promised of a message that somebody
holds back, that may have gone, or that came back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.sessions.models import Booking
from swa.sessions.rules.send_plan import JOINING, PREWORK

TO_COME = frozenset({MessageState.WAITING, MessageState.CLAIMED, MessageState.SENDING})


@dataclass(frozen=True)
class Step:
    """One message to somebody with a place.

    Attributes:
        sent_at: When it went, UTC; None as long as it has not.
        due_at: When it goes, UTC; None when it is due and goes as soon as it can.
    """

    sent_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class NextSteps:
    """The messages before the session; None for one that does not come, or that did not arrive.

    Attributes:
        invitation: The mail with the calendar invitation.
        prework: What to do beforehand.
        joining: Joining instructions and what to expect.
    """

    invitation: Step | None
    prework: Step | None
    joining: Step | None


def find_next_steps(booking: Booking, invites: Collection[str], *, now: datetime) -> NextSteps:
    """Say which messages of a booking have gone and when the others go.

    Args:
        booking: Whose.
        invites: Kinds of the mails that carry its calendar invitation.
        now: UTC.

    Source:
        CC-09 (prework a few days before), TR-12 (joining instructions), C11.
    """
    message = OutboxMessage.__table__.c
    rows = db.session.execute(
        select(message.kind, message.state, message.sent_at, message.due_at)
        .where(
            message.occasion == f"booking {booking.id}",
            message.kind.in_({PREWORK, JOINING, *invites}),
            message.state.in_({MessageState.SENT, *TO_COME}),
        )
        .order_by(message.id)
    )
    steps: dict[str, Step] = {}
    for kind, state, sent_at, due_at in rows:
        is_sent, is_later = state is MessageState.SENT, due_at > now
        name = kind if kind in {PREWORK, JOINING} else "invitation"
        steps[name] = Step(sent_at) if is_sent else Step(due_at=due_at if is_later else None)
    return NextSteps(steps.get("invitation"), steps.get(PREWORK), steps.get(JOINING))
