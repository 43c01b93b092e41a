"""The words of a message, made once and kept, and the bytes that go to the server."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from swa.messaging import kinds, mime, redating, services
from swa.messaging.choices import links
from swa.messaging.models import OutboxMessage
from swa.messaging.rules.senders import make_sender
from swa.messaging.setup import current_setup
from swa.messaging.types import Draft, Letter, Recipient

ATTENDEE = re.compile(rb"^ATTENDEE[^\r\n]*:mailto:([^\r\n]+)", re.MULTILINE)


@dataclass(frozen=True)
class Parcel:
    """What goes to the server; plain values, so that no transaction is open meanwhile.

    Attributes:
        sender: Of the envelope; the header From is in the bytes.
    """

    raw: bytes
    sender: str
    address: str
    message_id: str
    subject: str
    text: str
    is_private: bool


def write_words(row: OutboxMessage, recipient: Recipient, now: datetime) -> None:
    """Make the words at the first try and keep them; every later try sends the same.

    Only what was made for an address that the message no longer goes to is made anew: an address
    may change between two tries, and the attendee is the exact address of the mail (CAL-7).
    """
    attendee = ATTENDEE.search((row.calendar or b"").replace(b"\r\n ", b""))
    if attendee and attendee[1] != recipient.address.encode():
        redating.thaw(row)
    links.keep(row, now=now)
    if row.frozen_at is not None:
        return
    draft = services.write(row, recipient)
    row.frozen_at = now
    row.subject, row.text, row.html = draft.subject, draft.text, draft.html
    row.calendar_method, row.calendar = draft.calendar or ("", None)
    row.thread_id = draft.thread_id


def make_parcel(row: OutboxMessage, recipient: Recipient) -> Parcel:
    """Return what goes to the server, the secrets filled in."""
    setup = current_setup()
    draft = fill_secrets(row)
    letter = Letter(
        sender=setup.sender,
        to=(recipient.name, recipient.address),
        draft=draft,
        message_id=row.message_id,
        written_at=row.frozen_at or row.created_at,
        reply_to="" if draft.calendar else setup.coordinator_address,
        stop_link=links.find_link(row),
    )
    raw = mime.build_mime(letter)
    sender = make_sender(
        row.message_id, bounce_address=setup.bounce_address, mailbox=setup.sender[1]
    )
    return Parcel(
        raw,
        sender,
        recipient.address,
        row.message_id,
        subject=draft.subject,
        text=draft.text,
        is_private=row.private,
    )


def fill_secrets(row: OutboxMessage) -> Draft:
    """Return the kept words with usable links in the place of their markers (LK-1)."""
    calendar = (row.calendar_method, row.calendar) if row.calendar else None
    draft = Draft(row.subject, row.text, row.html, calendar, row.thread_id)
    fill = kinds.get(row.kind).fill_secrets or links.fill_in
    return replace(draft, text=fill(draft.text, row), html=fill(draft.html, row))
