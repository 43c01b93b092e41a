"""The words of a foreign mail as plain text: decoded, cleaned and cut."""

import re
import unicodedata
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from html import unescape

import nh3

from swa.calendars.replies.types import Letter, Sender
from swa.messaging.mime import header_text

LONGEST_BODY = 20_000
LONGEST_HEADER = 2_000
LONGEST_HINT = 500
LONGEST_ADDRESS = 254
# Marks that turn the reading direction round can make a line say something else than it shows.
TURNS_ROUND = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
HIDDEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
NEW_LINE_AT = {"p", "br", "div", "li", "tr", "h1", "h2", "h3", "blockquote"}
NOT_SHOWN = {"script", "style", "title"}
TAG = re.compile(r"<[^<>]*>")  # nh3 has escaped every other bracket
MANY_BLANK_LINES = re.compile(r"\n{3,}")


def read_sender(mail: Message) -> Sender:
    """Return what the head of a mail says."""
    name, address = parseaddr(_header(mail, "From"))
    return Sender(
        name=header_text(name),
        address=tidy(address).replace("\n", "").lower()[:LONGEST_ADDRESS],
        subject=header_text(_header(mail, "Subject")),
        message_id=_printable(mail.get("Message-ID", ""))[:LONGEST_HEADER],
        hint=header_text(_header(mail, "Authentication-Results"))[:LONGEST_HINT],
    )


def read_letter(mail: Message) -> Letter:
    """Return the words that a person wrote: the plain part, or what the HTML part shows."""
    words = _words(mail, "text/plain")
    if not words.strip():
        words = _shown(_words(mail, "text/html"))
    tidied = tidy(words)
    return Letter(tidied[:LONGEST_BODY], is_whole=len(tidied) <= LONGEST_BODY)


def own_parts(mail: Message) -> Iterator[Message]:
    """Yield the parts of a mail, never those of a mail that lies inside it."""
    yield mail
    if mail.get_content_maintype() != "multipart":
        return
    payload = mail.get_payload()
    for part in payload if isinstance(payload, list) else ():
        if isinstance(part, Message):
            yield from own_parts(part)


def text_of(part: Message) -> str:
    """Return the text of a part; a sign set that nobody knows is taken for UTF-8."""
    payload = part.get_payload(decode=True)
    written = payload if isinstance(payload, bytes) else b""
    try:
        return written.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return written.decode("utf-8", "replace")


def tidy(text: str) -> str:
    r"""Return the text with ``\n`` line ends and without signs that show nothing or mislead."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(
        sign
        for sign in lines.replace("\t", " ").replace("\xa0", " ")
        if sign == "\n" or (unicodedata.category(sign) not in HIDDEN and sign not in TURNS_ROUND)
    )
    trimmed = "\n".join(line.rstrip() for line in kept.split("\n"))
    return MANY_BLANK_LINES.sub("\n\n", trimmed).strip()


def _words(mail: Message, kind: str) -> str:
    for part in own_parts(mail):
        is_file = part.get_content_disposition() == "attachment" or part.get_filename()
        if part.get_content_type() == kind and not is_file:
            return text_of(part)
    return ""


def _printable(value: object) -> str:
    return "".join(sign for sign in str(value) if sign.isprintable() and not sign.isspace())


def _header(mail: Message, name: str) -> str:
    written = str(mail.get(name, ""))[:LONGEST_HEADER]
    try:
        return str(make_header(decode_header(written)))
    except (HeaderParseError, ValueError, LookupError):
        return written


def _shown(html: str) -> str:
    """Return the text that an HTML part shows.

    nh3 reads it in one pass, whatever it is; Python's own parser takes minutes for a hostile one.
    """
    plain = nh3.clean(html, tags=NEW_LINE_AT, attributes={}, clean_content_tags=NOT_SHOWN)
    return unescape(TAG.sub("\n", " ".join(plain.split())))
