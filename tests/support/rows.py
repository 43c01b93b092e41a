"""Rows that few tests need."""

from itertools import count

from swa.core import clock
from swa.messaging.models import OutboxMessage, SuppressedAddress
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


def make_stopped_address(
    make: Make, address: str = "", *, reason: str = "5.1.1 User unknown", **columns: object
) -> SuppressedAddress:
    """List an address that no mail goes to, since its mail server refused it."""
    wanted = address or f"nobody{next(_numbers)}@example.org"
    facts = {"address": wanted, "reason": reason, "since": clock.utc_now()} | columns
    row: SuppressedAddress = make.keep(SuppressedAddress(**facts))
    return row
