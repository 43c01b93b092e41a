"""Rows that few tests need."""

from itertools import count

from swa.core import clock
from swa.messaging.models import OutboxMessage
from tests.support.factories import Make, soon

_numbers = count(1)


def make_message(make: Make) -> OutboxMessage:
    """Write one waiting message to somebody."""
    number = next(_numbers)
    message: OutboxMessage = make.keep(
        OutboxMessage(
            kind="prework",
            occasion=f"booking {number}",
            person_id=make.person().id,
            message_id=f"<{number}@example.org>",
            created_at=clock.utc_now(),
            due_at=soon(days=1),
            next_try_at=soon(days=1),
            give_up_at=soon(days=9),
        )
    )
    return message
