"""Hands finished bytes to the mail server: Flask-Mail carries them, this file keeps it honest.

Flask-Mail's own connection has no time-out, does not check certificates and replaces the real
error when a dead link is closed (calendar and e-mail notes, section 6).
"""

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message
from enum import StrEnum
from functools import cache, partial
from typing import Any
from urllib.parse import unquote, urlsplit

import flask_mail
from flask import Flask, current_app

from swa.messaging.setup import current_setup
from swa.messaging.smtp.answers import Verdict, describe, in_words, verdict

__all__ = [
    "FinishedMessage",
    "Link",
    "MailServerAway",
    "SafeConnection",
    "SmtpServer",
    "Transport",
    "Verdict",
    "deadline",
    "describe",
    "find_problem",
    "find_transport",
    "install",
    "read_smtp_url",
    "verdict",
]

READ_SECONDS = 30
OPENING_SECONDS = 60
MESSAGE_SECONDS = 90  # below the lease of 120 seconds
CLOSING_SECONDS = 10
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Transport(StrEnum):
    """How messages leave this installation."""

    SMTP = "smtp"
    PAGE = "page"
    NONE = "none"


class MailServerAway(Exception):  # noqa: N818 - reads as the finding "mail server away"
    """No message can leave at the moment; no message is to blame (fault classes 1 to 7)."""


@dataclass(frozen=True)
class SmtpServer:
    """One mail server, as its address says.

    Attributes:
        security: "starttls", "tls" or, on this machine only, "plain".
    """

    host: str
    port: int
    security: str
    username: str = ""
    password: str = field(default="", repr=False)


def read_smtp_url(url: str) -> SmtpServer:
    """Read ``smtp://user:password@host:587`` (STARTTLS), ``smtps://…`` or ``smtp+plain://…``.

    Raises:
        ValueError: It is of no such form, or would send in clear to another machine; the message
            names the setting.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        msg = "SWA_SMTP_URL must look like smtp://user:password@host:587 or smtps://host:465"
        raise ValueError(msg)
    if parts.scheme == "smtp+plain" and parts.hostname not in LOOPBACK:
        msg = "SWA_SMTP_URL may begin with smtp+plain:// only for a server on this machine"
        raise ValueError(msg)
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        security={"smtp": "starttls", "smtps": "tls", "smtp+plain": "plain"}[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def install(app: Flask, smtp_url: str) -> None:
    """Set Flask-Mail up; without a server it records messages and sends none.

    Raises:
        ValueError: The address of the server cannot be used.
    """
    if smtp_url:
        server = read_smtp_url(smtp_url)
        app.config.update(
            MAIL_SERVER=server.host,
            MAIL_PORT=server.port,
            MAIL_USE_TLS=server.security == "starttls",
            MAIL_USE_SSL=server.security == "tls",
            MAIL_USERNAME=server.username or None,
            MAIL_PASSWORD=server.password or None,
        )
    app.config["MAIL_SUPPRESS_SEND"] = not smtp_url
    flask_mail.Mail(app)


def find_transport() -> Transport:
    """Say how messages leave: by the server, onto the demo page (and in tests), or not at all."""
    setup = current_setup()
    if setup.smtp_url:
        return Transport.SMTP
    return Transport.PAGE if setup.is_demo or current_app.testing else Transport.NONE


def find_problem() -> str | None:
    """Try the mail server as the worker would, without a message; say what is wrong, if anything.

    For ``swa doctor``.
    """
    transport = find_transport()
    if transport is Transport.NONE:
        return "SWA_SMTP_URL is not set, so messages wait: give the address of a mail server"
    if transport is Transport.PAGE:
        return None
    try:
        with SafeConnection():
            return None
    except MailServerAway as away:
        return f"The mail server of SWA_SMTP_URL does not take messages: {away}"


class FinishedMessage(flask_mail.Message):
    """A Flask-Mail message made of finished bytes; recording and signals keep working."""

    def __init__(self, raw: bytes, *, to: str, sender: str, message_id: str, subject: str) -> None:
        # Flask-Mail makes a Message-ID of its own, and asks the network for our name to do so.
        self.__dict__.update(_blank_message())
        self.recipients, self.sender, self.subject = [to], sender, subject
        self.raw = raw
        self.msgId = message_id

    def _message(self) -> Message:  # type: ignore[override]  # it is only turned into text
        return message_from_bytes(self.raw, policy=policy.SMTP)

    def as_bytes(self) -> bytes:
        """Return the bytes as they were made."""
        return self.raw


@cache
def _blank_message() -> dict[str, Any]:
    """Return what every Flask-Mail message has; nobody changes it."""
    return vars(flask_mail.Message(sender="nobody"))


class Link(smtplib.SMTP):
    """A link to the server with a deadline while it opens, and a word before DATA."""

    before_data: Callable[[], None] | None = None
    answer = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        with deadline(self, OPENING_SECONDS) as is_cut:
            super().__init__(*args, **options)
            refuse_if_cut(is_cut)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Tell that the message is about to be handed over, then hand it over."""
        if self.before_data:
            self.before_data()
        reply = super().data(msg)
        self.answer = in_words(*reply)
        return reply


class TlsLink(Link, smtplib.SMTP_SSL):
    """A link inside TLS from the first byte."""


class SafeConnection(flask_mail.Connection):
    """A connection with time-outs and checked certificates that hides no outcome.

    Raises:
        MailServerAway: It cannot be opened, whatever the reason.
    """

    def __init__(self) -> None:
        super().__init__(current_app.extensions["mail"])

    def configure_host(self) -> Link:
        """Connect, secure, sign in and greet, so that no fault of the server meets a message."""
        mail, context = self.mail, ssl.create_default_context()
        make = partial(TlsLink, context=context) if mail.use_ssl else Link
        host: Link | None = None
        try:
            host = make(mail.server, mail.port, timeout=READ_SECONDS)
            with deadline(host, OPENING_SECONDS) as is_cut:
                if mail.use_tls and not mail.use_ssl:
                    host.starttls(context=context)
                if mail.username:
                    host.login(mail.username, mail.password or "")
                host.ehlo_or_helo_if_needed()
                refuse_if_cut(is_cut)
        except (smtplib.SMTPException, OSError) as error:
            if host is not None:
                host.close()
            raise MailServerAway(describe(error)) from error
        return host

    def tell_before_data(self, act: Callable[[], None]) -> None:
        """Have ``act`` run just before the next message is handed over."""
        if isinstance(self.host, Link):
            self.host.before_data = act
        else:
            act()  # nothing is handed over: Flask-Mail only records the message

    @property
    def answer(self) -> str:
        """What the server said to the message before; empty without a server."""
        return self.host.answer if isinstance(self.host, Link) else ""

    def __exit__(self, *raised: Any) -> None:
        host = self.host
        if host is None:
            return
        with suppress(smtplib.SMTPException, OSError), deadline(host, CLOSING_SECONDS):
            host.quit()  # what became of the messages is known already
        host.close()


@contextmanager
def deadline(host: Any, seconds: float) -> Iterator[threading.Event]:
    """Cut the link when the block takes longer; a server that drips would never time out.

    Yields:
        Set when the link was cut. What smtplib makes of half an answer is then worth nothing.
    """
    is_cut = threading.Event()
    timer = threading.Timer(seconds, _cut, [host, is_cut])
    timer.daemon = True
    timer.start()
    try:
        yield is_cut
    finally:
        timer.cancel()


def _cut(host: Any, is_cut: threading.Event) -> None:
    is_cut.set()
    sock = host and host.sock
    if sock:
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # also when TLS is around it


def refuse_if_cut(is_cut: threading.Event) -> None:
    """Do not take half an answer for an answer.

    Raises:
        smtplib.SMTPServerDisconnected: The deadline cut the link.
    """
    if is_cut.is_set():
        msg = "it took too long"
        raise smtplib.SMTPServerDisconnected(msg)
