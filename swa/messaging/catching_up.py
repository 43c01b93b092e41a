"""Sends together what was missed, because a person said so.

Nothing goes late by itself; what is still of use goes when somebody has seen how much it is, and
to whom.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from swa.core.db import db
from swa.core.errors import RuleBroken
from swa.messaging import handling, kinds, lists, queries
from swa.messaging.models import OutboxMessage
from swa.messaging.types import Filter, Shown

MOST_AT_ONCE = 500


class MissedMeanwhile(RuleBroken):
    """What waits to be sent is not what the page showed."""

    message = "The list has changed meanwhile. Check it again"


def list_missed(belongs_to: str, *, now: datetime) -> Sequence[OutboxMessage]:
    """List what was missed, is still of use and has an address that takes mail, the oldest first.

    Args:
        belongs_to: "session 5"; empty for the whole programme.
        now: UTC.

    Returns:
        At most 500; the others follow the next time.
    """
    missed = lists.select_messages(Filter(shown=Shown.MISSED, belongs_to=belongs_to))
    oldest = missed.order_by(None).order_by(OutboxMessage.due_at, OutboxMessage.id)
    rows = db.session.scalars(oldest.limit(MOST_AT_ONCE)).all()
    people = kinds.list_recipients({row.person_id for row in rows if row.person_id})
    takes_mail = {
        number: not queries.is_suppressed(each.address) for number, each in people.items()
    }
    return [
        row
        for row in rows
        if takes_mail.get(row.person_id or 0) and handling.can_send_again(row, now)
    ]


def fingerprint(messages: Sequence[OutboxMessage]) -> str:
    """Return sixteen letters that say which messages a page showed."""
    return hashlib.sha256(repr([row.id for row in messages]).encode()).hexdigest()[:16]


def send_missed(belongs_to: str, *, seen: str, now: datetime) -> int:
    """Send what a person saw on the page, in the order in which it was due.

    Each is asked once more whether it is wanted, just before it goes.

    Args:
        belongs_to: As the page was asked for.
        seen: Fingerprint of what the page showed.
        now: UTC.

    Returns:
        How many go.

    Raises:
        MissedMeanwhile: There are more by now, or fewer.
    """
    found = list_missed(belongs_to, now=now)
    if fingerprint(found) != seen:
        raise MissedMeanwhile
    for message in found:
        handling.send_again(message, now=now)
    return len(found)
