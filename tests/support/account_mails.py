"""Reads the mails about accounts as their addressee would, secrets filled in."""

import re
from urllib.parse import urlsplit

from sqlalchemy import select

from swa.core.db import db, transaction
from swa.messaging import kinds
from swa.messaging.models import OutboxMessage
from swa.messaging.types import Draft, MessageState, Recipient


def list_messages(kind: str = "", address: str = "") -> list[OutboxMessage]:
    """The rows of the outbox, the oldest first."""
    db.session.rollback()  # another process may have written since
    rows = select(OutboxMessage).order_by(OutboxMessage.id)
    if kind:
        rows = rows.where(OutboxMessage.kind == kind)
    if address:
        rows = rows.where(OutboxMessage.address == address)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def draft_of(message: OutboxMessage) -> Draft:
    """The words as the outbox would keep them, with markers for the secrets."""
    with transaction():
        recipient = kinds.find_recipient(message) or Recipient("", "", is_active=False)
        return kinds.get(message.kind).draft(message, recipient)


def text_of(message: OutboxMessage) -> str:
    """The plain text as it arrives."""
    kind = kinds.get(message.kind)
    text = draft_of(message).text
    return kind.fill_secrets(text, message) if kind.fill_secrets else text


def newest_text(address: str) -> str:
    """The newest mail to the address that was not suppressed."""
    sent = [row for row in list_messages(address=address) if row.state != MessageState.SUPPRESSED]
    assert sent, f"no mail to {address}"
    return text_of(sent[-1])


def path_in(text: str) -> str:
    """The path of the link in a mail."""
    found = re.search(r"https?://\S+/link/\S+", text)
    assert found, text
    return urlsplit(found[0]).path


def code_in(text: str) -> str:
    """The code in a mail, as it is written there."""
    found = re.search(r"^([A-Z2-9]{4} [A-Z2-9]{4})$", text, re.MULTILINE)
    assert found, text
    return found[1]
