"""Reads delivery status reports (RFC 3464, in the multipart/report of RFC 6522)."""

import re
from collections.abc import Iterator
from email import message_from_string
from email.message import Message

from swa.messaging.bounces.types import Bounce
from swa.messaging.mime import header_text
from swa.messaging.rules.senders import TOKEN

OUR_BOUNCE_ADDRESS = re.compile(rf"\+({TOKEN})@", re.IGNORECASE)
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
WENT_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
HEAD_OF_OURS = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"})
LONGEST_HEAD = 20_000  # signs of a returned head that are looked at
MOST_RECIPIENTS = 20


def read_report(mail: Message) -> Bounce | None:
    """Return what a report says about mail of ours; None when it is no such report.

    Of several recipients the worst news counts; our mails have one.

    Source:
        REPLY-9, REPLY-11.
    """
    if mail.get_content_type() != "multipart/report":
        return None
    blocks = [block for part in _parts(mail, "message/delivery-status") for block in _blocks(part)]
    news = [block for block in blocks if _is_bad_news(block)]
    if not news:
        return None
    worst = next((block for block in news if _is_final(block)), news[0])
    return Bounce(
        is_final=_is_final(worst),
        status=_status(worst),
        diagnostic=header_text(_field(worst, "Diagnostic-Code").rpartition(";")[2]),
        recipients=tuple(dict.fromkeys(_addresses(news)))[:MOST_RECIPIENTS],
        message_id=_find_message_id(mail),
        token=_find_token(mail),
    )


def _is_bad_news(block: Message) -> bool:
    """Say whether a block tells that somebody did not get the mail, or not yet."""
    action = _field(block, "Action").lower()
    return action in {"failed", "delayed"} or (not action and _status(block)[:1] in {"4", "5"})


def _is_final(block: Message) -> bool:
    """Say whether nothing more is tried; a server that gave up may still report a 4.x.x."""
    action = _field(block, "Action").lower()
    return action == "failed" or (not action and _status(block).startswith("5"))


def _status(block: Message) -> str:
    found = STATUS.search(_field(block, "Status"))
    return found[0] if found else ""


def _addresses(blocks: list[Message]) -> Iterator[str]:
    for block in blocks:
        for name in ("Original-Recipient", "Final-Recipient"):
            address = _field(block, name).rpartition(";")[2].strip(" <>\t").lower()
            if "@" in address:
                yield address[:254]


def _find_message_id(mail: Message) -> str:
    for kind in HEAD_OF_OURS:
        for part in _parts(mail, kind):
            payload = part.get_payload()
            if isinstance(payload, list) and payload and isinstance(payload[0], Message):
                ours = payload[0]
            else:
                ours = message_from_string(str(payload)[:LONGEST_HEAD])
            if message_id := _field(ours, "Message-ID"):
                return message_id[:255]
    return ""


def _find_token(mail: Message) -> str:
    """Return the token of the address that the report came back to; "" when it has none."""
    for name in WENT_TO:
        for value in mail.get_all(name, []):
            if found := OUR_BOUNCE_ADDRESS.search(str(value)[:1000]):
                return found[1].lower()  # some servers write addresses in capitals
    return ""


def _parts(mail: Message, kind: str) -> Iterator[Message]:
    """Yield the direct parts of a kind; what lies inside a returned mail is not the report."""
    payload = mail.get_payload()
    for part in payload if isinstance(payload, list) else ():
        if isinstance(part, Message) and part.get_content_type() == kind:
            yield part


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    for block in payload if isinstance(payload, list) else ():
        if isinstance(block, Message):
            yield block


def _field(block: Message, name: str) -> str:
    words = " ".join(str(block.get(name, "")).split())
    return "".join(sign for sign in words if sign.isprintable())
