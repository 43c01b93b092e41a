"""What every mail of the story owes: one recipient, both parts, no other name (ML-5, DC-11)."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import getaddresses
from functools import cache

from tests.story.cast import Player
from tests.story.running import wait_until
from tests.support.icalendars import itip_faults, occurrences, parse_one
from tests.support.mail_sink import Received, Sink

# Beginnings of subjects; the first that fits counts.
KINDS = {
    "Your link to sign in": "sign-in link",
    "Finish registering": "registration link",
    "You signed in with another browser": "new browser",
    "Invitation: you have a place now": "place given",
    "Invitation: you run": "to run",
    "Invitation:": "confirmed",
    "You are on the waiting list": "waits",
    "Cancelled:": "cancelled",
    "Moved:": "moved",
    "Prework for": "prework",
    "How to join": "joining",
    "You run": "joining to run",
    "Thank you for coming": "after",
    "We missed you": "missed",
}
ADDRESS_HEADERS = ("To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc")


@dataclass(frozen=True)
class Entry:
    """What a calendar program would make of one mail; moments are UTC."""

    method: str
    uid: str
    sequence: int
    shown: tuple[tuple[datetime, datetime], ...]


@cache
def kind_of(mail: Received) -> str:
    """Say in a word what a mail is about; each is parsed once, since it is asked over and over."""
    for beginning, kind in KINDS.items():
        if mail.subject.strip().startswith(beginning):
            return kind
    message = f"a mail that the story does not know: {mail.subject}"
    raise AssertionError(message)


def of_kind(sink: Sink, kind: str) -> list[Received]:
    """List the mails of one kind, in order of arrival."""
    with sink.lock:
        received = list(sink.received)
    return [mail for mail in received if kind_of(mail) == kind]


def wait_for(sink: Sink, kind: str, number: int) -> list[Received]:
    """Wait until so many mails of a kind have come in all, and return them."""
    wait_until(lambda: len(of_kind(sink, kind)) >= number, f"{number} mails: {kind}")
    mails = of_kind(sink, kind)
    assert len(mails) == number, f"too many: {kind}"
    return mails


def mail_to(sink: Sink, player: Player, kind: str) -> Received:
    """Return the one mail of a kind that somebody got."""
    (mail,) = [mail for mail in of_kind(sink, kind) if mail.recipients == (player.email,)]
    return mail


def addresses_of(mails: Iterable[Received]) -> list[str]:
    """List who got these mails, sorted; who got two stands there twice."""
    return sorted(address for mail in mails for address in mail.recipients)


def link_in(mail: Received) -> str:
    """Return the address in a mail that leads to a page behind a link."""
    found = re.search(r"http://localhost:\d+/\S+/link/\S+", mail.text)
    assert found, mail.text
    return found[0]


def code_in(mail: Received) -> str:
    """Return the code to type."""
    found = re.search(r"^([A-Z0-9]{4} [A-Z0-9]{4})\s*$", mail.text, re.MULTILINE)
    assert found, mail.text
    return found[1]


def check_mail(mail: Received, strangers: Collection[Player]) -> None:
    """Check one mail as it stood on the wire.

    Args:
        mail: With its envelope.
        strangers: People who may not occur in it, by name, family name or address.
    """
    message = mail.message
    (recipient,) = mail.recipients
    headers = [str(header) for name in ADDRESS_HEADERS for header in message.get_all(name, [])]
    assert [address for _, address in getaddresses(headers)] == [recipient]
    assert getaddresses([str(message["From"])])[0][1] == mail.sender
    assert len(message.get_all("Message-ID", [])) == 1
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None, f"no {kind} part: {mail.subject}"
        assert len(body.get_content()) > 100
    everything = words_of(mail).casefold()
    for stranger in strangers:
        for word in (stranger.email, stranger.name, stranger.name.split()[-1]):
            assert word.casefold() not in everything, f"{word} in {mail.subject} to {recipient}"


def words_of(mail: Received) -> str:
    """Return headers, words and attachments of a mail, decoded, as one text."""
    parts = [part for part in mail.message.walk() if not part.is_multipart()]
    headers = [f"{name}: {value}" for name, value in mail.message.items()]
    bodies = [part.get_payload(decode=True).decode() for part in parts]  # type: ignore[union-attr]
    return "\n".join(headers + [body.replace("\r\n ", "") for body in bodies])


def entry_of(mail: Received) -> Entry | None:
    """Check the calendar part as libical and strict parsers do, and read it; None without one."""
    if mail.calendar is None:
        return None
    method, data = mail.calendar
    assert itip_faults(data) == []
    event = parse_one(data)
    (recipient,) = mail.recipients
    assert event["ATTENDEE"].casefold() == f"mailto:{recipient}"
    assert event["ORGANIZER"].casefold() == f"mailto:{mail.sender}"
    assert f"METHOD:{method}".encode() in data.split(b"\r\n")
    files = [part.get_payload(decode=True) for part in mail.message.iter_attachments()]
    assert all(file == data for file in files), "the attached file says something else"
    return Entry(method, str(event["UID"]), int(event["SEQUENCE"]), tuple(occurrences(data)))
