"""Turns a letter into bytes that hold exactly the intended headers and one recipient.

Python's own e-mail package lets a *name* add a header or a recipient: an encoded word typed by a
person is decoded again while it is folded (CVE-2024-6923 and its siblings). So everything that
holds text of people is cleaned before, and the finished bytes are read again after.
"""

import unicodedata
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable, Iterator
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import cache, lru_cache
from typing import Any

from swa.messaging.types import Draft, Letter

MOST_HEADER_SIGNS = 200
LONGEST_LINE = 998  # RFC 5322, 2.1.1, bytes without the line end
SPECIAL = str.maketrans(dict.fromkeys('()<>[]:;@\\,"', " "))
# What Python's e-mail package raises on input that it did not expect; LookupError and the last two
# come from its parser of headers.
TROUBLE_OF_EMAIL = (ValueError, LookupError, AttributeError, TypeError)
ALWAYS = {
    *("from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress"),
    *("mime-version", "content-type"),
}


# No line of quoted-printable or base64 can be like these (RFC 2045, 6.7), so they fit every mail.
MIXED, ALTERNATIVE = "=_mixed", "=_alternative"
INVITE = (
    b"Content-Type: application/ics\r\nContent-Transfer-Encoding: base64\r\n"
    b'Content-Disposition: attachment; filename="invite.ics"\r\n\r\n'
)
ONE_CLICK = "List-Unsubscribe=One-Click"


class WholeLinks(EmailPolicy):
    """The policy for SMTP, with long links whole.

    Python would make encoded words of one,
    which no mail program reads as an address (RFC 2047, 5).
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the lines of one header."""
        if name == "List-Unsubscribe":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


FOR_SMTP = WholeLinks(linesep="\r\n")


class BadHeader(Exception):  # noqa: N818 - reads as the finding "bad header"
    """The finished mail does not hold exactly what was intended; it is not sent."""


def header_text(value: str) -> str:
    """Return one line that stays one header: no control signs, no encoded word (ML-1)."""
    kept = []
    for sign in unicodedata.normalize("NFC", value):
        category = unicodedata.category(sign)
        if category in {"Cc", "Zl", "Zp"}:
            kept.append(" ")
        elif category[0] != "C":  # invisible signs go first: they could hide an "=?"
            kept.append(sign)
    text = " ".join("".join(kept).split())[:MOST_HEADER_SIGNS]
    while "=?" in text:
        text = text.replace("=?", "= ?")
    return text


def display_name(value: str) -> str:
    """Return a name without the signs that mean something in an address header (ML-1)."""
    return " ".join(header_text(value).translate(SPECIAL).split())


def build_mime(letter: Letter) -> bytes:
    """Make the bytes of one mail.

    With a calendar part the structure is mixed(alternative(plain, html, calendar), invite.ics):
    Outlook looks for the invitation in the first child of the mixed part only, and Thunderbird
    shows its buttons only when the calendar comes last in the alternative.

    Raises:
        BadHeader: An address is unusable, or the result is not what was intended.

    Source:
        MAIL-1 to MAIL-8 of the calendar and e-mail notes; RFC 6047, 2.4.
    """
    try:
        raw = b"".join([*_headers(letter), b"\r\n", *_parts(letter.draft)])
        check(raw, letter)
    except TROUBLE_OF_EMAIL as wrong:
        msg = f"the mail could not be put together: {wrong}"
        raise BadHeader(msg) from wrong
    return raw


def check(raw: bytes, letter: Letter) -> None:
    """Read the finished bytes again and compare them with what was intended.

    Raises:
        BadHeader: They hold another header, address, sign or line than they should.
    """
    # This policy finds the same headers and parts, and reads none that nobody looks into.
    seen = message_from_bytes(raw, policy=policy.compat32)
    headers = [(name.lower(), value) for name, value in seen.raw_items()]
    names = sorted(name for name, _ in headers)
    wanted = {"from": letter.sender[1], "to": letter.to[1]}
    if letter.reply_to:
        wanted["reply-to"] = letter.reply_to
    threaded = {"in-reply-to", "references"} if _answers(letter) else set()
    stops = _stop_headers(letter)
    faults = []
    if names != sorted(ALWAYS | set(wanted) | threaded | {name.lower() for name in stops}):
        faults.append(f"headers {names}")
    faults += [name for name, value in stops.items() if seen[name] != value]
    for name, address in wanted.items():
        found = [spec for one, value in headers if one == name for spec in _addresses(name, value)]
        if found != [address]:
            faults.append(f"{name} {found}")
    if not raw.isascii():
        faults.append("signs beyond ASCII")
    if any(len(line) > LONGEST_LINE for line in raw.split(b"\r\n")):
        faults.append("an over-long line")
    faults += [str(defect) for part in seen.walk() for defect in part.defects]
    if faults:
        raise BadHeader("; ".join(faults))


@lru_cache(maxsize=64)
def _addresses(name: str, value: str) -> list[str]:
    """Return the addresses that a reader of today's rules finds in a header."""
    header = policy.default.header_fetch_parse(name, value)
    return [one.addr_spec for one in header.addresses]


def _answers(letter: Letter) -> bool:
    """Say whether the mail belongs to an earlier one; the first of a thread names itself."""
    return letter.draft.thread_id not in {"", letter.message_id}


def _stop_headers(letter: Letter) -> dict[str, str]:
    """Return what lets a mail program stop messages like this one in one click (RFC 8058, 3.1)."""
    if not letter.stop_link:
        return {}
    return {"List-Unsubscribe": f"<{letter.stop_link}>", "List-Unsubscribe-Post": ONE_CLICK}


def _headers(letter: Letter) -> Iterator[bytes]:
    yield _same_for_all("From", display_name(letter.sender[0]), letter.sender[1])
    yield _header("To", Address(display_name(letter.to[0]), addr_spec=letter.to[1]))
    if letter.reply_to:
        yield _same_for_all("Reply-To", "", letter.reply_to)
    yield _header("Subject", header_text(letter.draft.subject))
    yield _header("Date", format_datetime(letter.written_at))
    yield _header("Message-ID", letter.message_id)
    if _answers(letter):
        yield _header("In-Reply-To", letter.draft.thread_id)
        yield _header("References", letter.draft.thread_id)
    for name, value in _stop_headers(letter).items():
        yield _header(name, value)
    kind = ("mixed", MIXED) if letter.draft.calendar else ("alternative", ALTERNATIVE)
    yield _last_headers(*kind)


def _header(name: str, value: Any) -> bytes:
    """Return the lines of one header; only Python's own package writes what people typed."""
    return FOR_SMTP.fold_binary(*FOR_SMTP.header_store_parse(name, value))


@lru_cache(maxsize=16)
def _same_for_all(name: str, words: str, address: str) -> bytes:
    """Return a header that all mails of an installation share."""
    return _header(name, Address(words, addr_spec=address))


@cache
def _last_headers(subtype: str, boundary: str) -> bytes:
    facts = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/{subtype}; boundary="{boundary}"',
    }
    return b"".join(_header(name, value) for name, value in facts.items())


def _parts(draft: Draft) -> Iterator[bytes]:
    words = [_part("text/plain", _quoted(draft.text)), _part("text/html", _quoted(draft.html))]
    if draft.calendar is None:
        yield _multipart(ALTERNATIVE, words)
        return
    method, calendar = draft.calendar
    coded = encodebytes(calendar).replace(b"\n", b"\r\n")
    words.append(_part("text/calendar", coded, f'; method="{method}"', encoding="base64"))
    alternative = f'Content-Type: multipart/alternative; boundary="{ALTERNATIVE}"\r\n\r\n'
    shown = alternative.encode() + _multipart(ALTERNATIVE, words)
    yield _multipart(MIXED, [shown, INVITE + coded])


def _part(kind: str, body: bytes, more: str = "", *, encoding: str = "quoted-printable") -> bytes:
    head = f'Content-Type: {kind}; charset="utf-8"{more}\r\nContent-Transfer-Encoding: {encoding}'
    return head.encode("ascii") + b"\r\n\r\n" + body


def _quoted(text: str) -> bytes:
    lines = b"\n".join(text.encode().splitlines()) + b"\n"
    return b2a_qp(lines).replace(b"\n", b"\r\n")


def _multipart(boundary: str, parts: Iterable[bytes]) -> bytes:
    line = f"--{boundary}".encode("ascii")
    return b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
