"""Puts addresses on the list of those that no mail goes to, takes them off, and tells who cares.

An address is listed, not a person: whoever gets another address gets mail there at once, and the
old address stays on the list. Nothing that did not go meanwhile goes by itself afterwards.
"""

from datetime import datetime

from swa.core.db import db, lock_row
from swa.core.errors import RuleBroken
from swa.messaging import emails, services
from swa.messaging import queries as outbox
from swa.messaging.models import OutboxMessage, SuppressedAddress
from swa.messaging.setup import current_setup
from swa.messaging.suppression import queries


class OurOwnAddress(RuleBroken):
    """Without it nobody would hear of what goes wrong."""

    message = "The service itself needs this address, so mail to it cannot be stopped"
    field = "address"


class StoppedAlready(RuleBroken):
    """The address is on the list."""

    message = "No mail goes to this address already"
    field = "address"


class StoppedByHand(RuleBroken):
    """Somebody decided that no mail goes there; one message is no reason to undo it."""

    message = (
        "Somebody here stopped all mail to this address. If that is over, let mail go to the"
        " address again first"
    )


def note_refusal(address: str, *, answer: str, now: datetime) -> None:
    """List an address because its mail server refused it for good; listed ones stay as they are.

    Source:
        REPLY-11.
    """
    if queries.find_refusal(address) is None:
        row = SuppressedAddress(address=address.casefold(), reason=answer, since=now)
        db.session.add(row)


def stop(address: str, *, reason: str, person_id: int | None, now: datetime) -> SuppressedAddress:
    """List an address because a person says so.

    Args:
        address: Of anybody, also of nobody who is listed.
        reason: In words, for those who look after messages.
        person_id: Whose it is, for the audit log; None when it is nobody's.
        now: UTC.

    Raises:
        OurOwnAddress: Notices and answers go there.
        StoppedAlready: It is on the list.
    """
    setup, wanted = current_setup(), address.casefold()
    if wanted in {setup.coordinator_address.casefold(), setup.sender[1].casefold()}:
        raise OurOwnAddress
    if queries.find_refusal(wanted) is not None:
        raise StoppedAlready
    row = SuppressedAddress(address=wanted, reason=reason.strip(), since=now, is_by_hand=True)
    db.session.add(row)
    db.session.flush()
    services.note("mail to an address stopped", _about(row, person_id), now=now)
    return row


def lift(row: SuppressedAddress, *, person_id: int | None, now: datetime) -> None:
    """Let mail go to an address again; what did not go meanwhile stays for a person to send.

    Raises:
        sqlalchemy.exc.NoResultFound: Somebody took it off the list already; a 404.
    """
    lock_row(row)
    services.note("mail to an address allowed again", _about(row, person_id), now=now)
    db.session.delete(row)
    db.session.flush()


def lift_for_a_message(address: str, *, person_id: int | None, now: datetime) -> None:
    """Let mail go to an address again because somebody sends one message there once more.

    Raises:
        StoppedByHand: It was not its mail server that refused.
    """
    row = queries.find_refusal(address)
    if row is None:
        return
    if row.is_by_hand:
        raise StoppedByHand
    lift(row, person_id=person_id, now=now)


def tell_the_coordinator(message: OutboxMessage, *, now: datetime) -> None:
    """Queue the notice that a message did not arrive; it says which one and why."""
    occasion = emails.occasion_of(message)
    services.queue_to_address(
        emails.NOT_DELIVERED,
        occasion,
        current_setup().coordinator_address,
        edition=outbox.count_of_occasion(occasion) + 1,
        due_at=now,
        give_up_at=now + emails.NOTICE_LIVES,
        now=now,
    )


def _about(row: SuppressedAddress, person_id: int | None) -> str:
    return f"person {person_id}" if person_id else f"stopped address {row.id}"
