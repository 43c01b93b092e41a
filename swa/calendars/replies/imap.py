"""The way to the mailbox: IMAP with checked certificates, time-outs and a deadline.

Nothing is ever deleted: what was read is moved to one of two folders (REPLY-1).
"""

import imaplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR
from socket import socket as Socket  # noqa: N812 - it is a class
from typing import Any
from urllib.parse import unquote, urlsplit

import imap_tools

from swa.calendars.replies.reading import MOST_BYTES

READ_SECONDS = 30
DEADLINE_SECONDS = 150  # for one visit; below the claim of the one who reads
PORTS = {"imaps": 993, "imap": 143}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
WANTED_FORM = (
    "SWA_IMAP_URL must look like imaps://user:password@host/INBOX,"
    " with #, / and ? in user or password written as %23, %2F and %3F"
)
TROUBLE = (OSError, imaplib.IMAP4.error, imap_tools.ImapToolsError)


class MailboxAway(Exception):  # noqa: N818 - reads as the finding "mailbox away"
    """The server cannot be reached, or refuses us; no mail is to blame."""


@dataclass(frozen=True)
class ImapServer:
    """One mailbox, as its address says.

    Attributes:
        is_secure: TLS from the first byte; without it on this machine only.
        inbox: The folder that is read.
        processed: Where mails go that were acted upon or need no one.
        unknown: Where mails go that could not be read or matched.
    """

    host: str
    port: int
    is_secure: bool
    username: str
    password: str = field(repr=False)
    inbox: str = "INBOX"
    processed: str = "Processed"
    unknown: str = "Unknown"


def read_imap_url(url: str, *, processed: str, unknown: str) -> ImapServer:
    """Read ``imaps://user:password@host/INBOX``; ``imap://`` for a server on this machine only.

    Raises:
        ValueError: It is of no such form, or would sign in in clear on another machine; the
            message names the setting.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # its words hold a part of the password
        raise ValueError(WANTED_FORM) from None
    if parts.scheme not in PORTS or not parts.hostname or not parts.username:
        raise ValueError(WANTED_FORM)
    if parts.scheme == "imap" and parts.hostname not in LOOPBACK:
        msg = "SWA_IMAP_URL may begin with imap:// only for a server on this machine"
        raise ValueError(msg)
    inbox = unquote(parts.path.strip("/")) or "INBOX"
    if len({inbox, processed, unknown}) < 3 or not processed or not unknown:  # noqa: PLR2004 - three
        msg = "SWA_IMAP_PROCESSED and SWA_IMAP_UNKNOWN must be two folders beside the inbox"
        raise ValueError(msg)
    return ImapServer(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        is_secure=parts.scheme == "imaps",
        username=unquote(parts.username),
        password=unquote(parts.password or ""),
        inbox=inbox,
        processed=processed,
        unknown=unknown,
    )


class Inbox:
    """The folder that is read, while it is open."""

    def __init__(self, mailbox: imap_tools.BaseMailBox) -> None:
        self._mailbox = mailbox

    def list_new(self, most: int) -> list[str]:
        """Return the UIDs of mails that nobody has seen yet, the oldest first."""
        with _told_as_away():
            return self._mailbox.uids(imap_tools.AND(seen=False))[:most]

    def fetch(self, uid: str) -> bytes:
        """Return a mail, or its beginning and one byte too many when it is too large.

        It stays unseen, so that it is read again if this process dies now.
        """
        with _told_as_away():
            part = f"(BODY.PEEK[]<0.{MOST_BYTES + 1}>)"
            _, answer = self._mailbox.client.uid("FETCH", uid, part)
        for piece in answer:
            if isinstance(piece, tuple):
                return bytes(piece[1])
        return b""  # somebody else moved it away in the meantime

    def move(self, uid: str, folder: str) -> None:
        """Move a mail to another folder."""
        with _told_as_away():
            self._mailbox.move([uid], folder)


@contextmanager
def open_inbox(server: ImapServer, *, seconds: float = DEADLINE_SECONDS) -> Iterator[Inbox]:
    """Sign in, see to the two folders, and open the folder that is read.

    Raises:
        MailboxAway: It cannot be done, or it took longer than ``seconds``.
    """
    with _told_as_away():
        mailbox = _connect(server)
    timer = threading.Timer(seconds, _cut, [mailbox.client])
    timer.daemon = True
    timer.start()
    try:
        with _told_as_away():
            _enter(mailbox, server)
        yield Inbox(mailbox)
    finally:
        timer.cancel()
        with suppress(*TROUBLE):
            mailbox.logout()
        with suppress(*TROUBLE):
            mailbox.client.shutdown()  # a link that was cut is not closed by signing out


def find_problem(server: ImapServer) -> str | None:
    """Try the mailbox without reading a mail, for ``swa doctor``; None when all is well."""
    try:
        with open_inbox(server, seconds=READ_SECONDS) as inbox:
            inbox.list_new(1)
    except MailboxAway as away:
        return f"The mailbox of SWA_IMAP_URL cannot be read: {away}"
    return None


def _connect(server: ImapServer) -> imap_tools.BaseMailBox:
    if server.is_secure:
        context = ssl.create_default_context()
        return imap_tools.MailBox(
            server.host, server.port, timeout=READ_SECONDS, ssl_context=context
        )
    return imap_tools.MailBoxUnencrypted(server.host, server.port, timeout=READ_SECONDS)


def _enter(mailbox: imap_tools.BaseMailBox, server: ImapServer) -> None:
    is_plain = f"{server.username}{server.password}".isascii()
    login = mailbox.login if is_plain else mailbox.login_utf8
    login(server.username, server.password, initial_folder=None)
    # Many servers say only now that they can MOVE, which needs no deletion.
    _, said = mailbox.client.capability()
    mailbox.client.capabilities = tuple(said[-1].decode().upper().split())
    for folder in (server.processed, server.unknown):
        if not mailbox.folder.exists(folder):
            mailbox.folder.create(folder)
    mailbox.folder.set(server.inbox)


def _cut(client: Any) -> None:
    """End a visit that takes too long; a server that drips would never time out."""
    with suppress(OSError):
        Socket.shutdown(client.sock, SHUT_RDWR)


@contextmanager
def _told_as_away() -> Iterator[None]:
    try:
        yield
    except TROUBLE as error:
        raise MailboxAway(_in_words(error)) from error


def _in_words(error: Exception) -> str:
    """Say what went wrong in one line, without what we sent."""
    words = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
