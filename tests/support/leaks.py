"""Looks at every mail that any test makes: nobody but the addressee is named in it.

A plugin of pytest. Each draft and each finished mail is taken apart, every part decoded, and
searched for the names and addresses of everybody in the test's database (IN-10, ML-5, CAL-22).
Whom a mail names on purpose is said in ``ON_PURPOSE``; everything else fails the test.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from functools import cache
from html import unescape
from typing import Any

import pytest
from flask import has_app_context
from sqlalchemy import select

from swa.core.db import db
from swa.messaging import kinds, mime
from swa.messaging.models import OutboxMessage
from swa.messaging.types import Draft, Letter, Recipient

found: list[str] = []
FOLD = re.compile(r"\r?\n[ \t]")
NUMBER = re.compile(r"\d+")
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]*\w")

RUN_IT = "select lead_facilitator_id, co_facilitator_id, support_person_id from training_sessions"
BOOKED_IT = "select person_id from bookings"
# Who is named in which mail, and why; the number in the mail's occasion fills in the place.
ON_PURPOSE = {
    # Those who run a session together read in it who the others are (TR-07).
    "session to run": f"{RUN_IT} where id = {{0}}",
    "session to run moved": f"{RUN_IT} where id = {{0}}",
    "joining instructions to run": f"{RUN_IT} where id = {{0}}",
    "own message to run": f"{RUN_IT} where id = {{0}}",
    # A line manager reads whose time it is (the person of that booking, and nobody else).
    "own message": f"{BOOKED_IT} where id = {{0}}",
    "new time for a line manager": f"{BOOKED_IT} where id = {{0}}",
    "time for a line manager is over": f"{BOOKED_IT} where id = {{0}}",
    # A new peer-support coordinator can see who is in which group: the others must know (PS-58).
    "peer-support role given": "select person_id from role_grants where id = {0}",
    # It goes to their own old address, by which nobody finds them any more.
    "calendar entry at an old address": "select person_id from invitations where id = {0}",
    # The coordinator mends the address of who got nothing (AN-14).
    "message not delivered": "select person_id from outbox_messages where id = {0}",
}


@dataclass(frozen=True)
class Known:
    """Somebody in the database of the test."""

    person_id: int
    name: str
    address: str

    def is_in(self, text: str) -> bool:
        return any(word in text and whole(word).search(text) for word in (self.name, self.address))


@cache
def whole(word: str) -> re.Pattern[str]:
    """Return what finds a name or address, but not "Person 1" in "Person 12"."""
    return re.compile(rf"(?<![\w.@-]){re.escape(word)}(?![\w@-]|\.\w)")


def pytest_configure() -> None:
    """Look at whatever a kind drafts and whatever becomes bytes, for the whole run."""
    kinds.register = _looking_at_drafts(kinds.register)
    mime.build_mime = _looking_at_bytes(mime.build_mime)


@pytest.fixture(autouse=True)
def nobody_else_is_named() -> Iterator[list[str]]:
    """Fail the test at its end if a mail named somebody whom it should not."""
    found.clear()
    yield found
    assert not found, "\n".join(found)


def words_of(draft: Draft) -> str:
    """Everything that a draft says, the calendar part unfolded."""
    _, calendar = draft.calendar or ("", b"")
    parts = (draft.subject, draft.text, unescape(draft.html), calendar.decode())
    return "\n".join(FOLD.sub("", part) for part in parts)


def words_in(raw: bytes) -> str:
    """Every header and every decoded part of a finished mail."""
    mail = message_from_bytes(raw, policy=policy.default)
    texts = [f"{name}: {value}" for part in mail.walk() for name, value in part.items()]
    for part in mail.walk():
        if part.is_multipart():
            continue
        text = part.get_payload(decode=True).decode()  # type: ignore[union-attr]  # no multipart
        is_html = part.get_content_type() == "text/html"
        texts.append(unescape(text) if is_html else FOLD.sub("", text))
    return "\n".join(texts)


def strangers_in(text: str, addressee: Recipient, *, kind: str, occasion: str) -> list[Known]:
    """List who is named in a mail without being the addressee or named on purpose."""
    numbers = NUMBER.findall(occasion)
    query = ON_PURPOSE.get(kind)
    allowed = {one for row in ask(query.format(*numbers)) for one in row} if query else set()
    everybody = [Known(*row) for row in ask("select id, name, email from people")]
    own = {(one.name, one.address) for one in everybody if one.address == addressee.address}
    rest = without(text, own | {(addressee.name, addressee.address)})
    others = [one for one in everybody if one.address != addressee.address]
    return [one for one in others if one.person_id not in allowed and one.is_in(rest)]


def without(text: str, known: set[tuple[str, str]]) -> str:
    """Return the text without the addressee, whose name may contain somebody else's."""
    for word in sorted({word for pair in known for word in pair if word}, key=len, reverse=True):
        text = whole(word).sub("", text)
    return text


def strangers_by_post(post: Sequence[tuple[str, bytes]]) -> list[str]:
    """List the mails that name the address of somebody else who got one.

    For what workers in processes of their own have sent, whose database nobody looks into. Mail to
    the coordinator's mailbox may name people; that mailbox stands in every mail.

    Args:
        post: Each mail's one recipient, and its bytes.
    """
    texts = [(address, words_in(raw)) for address, raw in post]
    ours = {
        address
        for text in {text for _, text in texts}
        for line in text.splitlines()
        if line.startswith(("From:", "Reply-To:", "Questions? Write to"))
        for address in ADDRESS.findall(line)
    }
    people = {address for address, _ in post} - ours
    return [
        f"the mail to {to} names {other}"
        for to, text in texts
        for other in people - {to}
        if to not in ours and other in text and whole(other).search(text)
    ]


def ask(query: str) -> list[Any]:
    """Ask the database in the same transaction, past everything that counts queries."""
    raw = db.session.connection().connection.dbapi_connection
    assert raw is not None
    cursor = raw.cursor()
    try:
        cursor.execute(query)
        return list(cursor.fetchall())
    finally:
        cursor.close()


def _looking_at_drafts(register: Callable[[kinds.Kind], None]) -> Callable[[kinds.Kind], None]:
    def register_watched(kind: kinds.Kind) -> None:
        def draft(message: OutboxMessage, recipient: Recipient) -> Draft:
            made = kind.draft(message, recipient)
            _look(words_of(made), recipient, kind=kind.name, occasion=message.occasion)
            return made

        register(replace(kind, draft=draft))

    return register_watched


def _looking_at_bytes(build: Callable[[Letter], bytes]) -> Callable[[Letter], bytes]:
    def build_watched(letter: Letter) -> bytes:
        raw = build(letter)
        if has_app_context():
            row = select(OutboxMessage.kind, OutboxMessage.occasion).where(
                OutboxMessage.message_id == letter.message_id
            )
            kind, occasion = db.session.connection().execute(row).first() or ("", "")
            addressee = Recipient(*letter.to, is_active=True)
            _look(words_in(raw), addressee, kind=kind, occasion=occasion)
        return raw

    return build_watched


def _look(text: str, addressee: Recipient, *, kind: str, occasion: str) -> None:
    for one in strangers_in(text, addressee, kind=kind, occasion=occasion):
        found.append(
            f"“{kind}” ({occasion}) to {addressee.address} names {one}; "
            "if on purpose, say so in tests/support/leaks.py"
        )
