"""Reads the mailbox once a minute: one reader at a time, and never an error out of the loop.

A mail is acted upon in one transaction together with the note that it was seen, and moved
afterwards: whoever dies in between finds it again, and does nothing but move it (REPLY-1).
"""

import hashlib
import logging
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from swa.calendars.replies import imap, queries, rules, sandbox, services
from swa.calendars.replies.imap import ImapServer, MailboxAway
from swa.calendars.replies.models import MailboxPoll
from swa.calendars.replies.types import MailKind, ReadMail, Sender, Unreadable
from swa.core import clock
from swa.core.dates import last_full_hour
from swa.core.db import db, transaction
from swa.messaging import engine, turns
from swa.messaging.rules import rest_of_the_server

log = logging.getLogger(__name__)

KEY = "swa_mailbox"
WORK = "mailbox"
MOST_MAILS = 100  # of one visit; the others wait a minute
CLAIM = timedelta(seconds=240)  # longer than the deadline of a visit and its last mail


class Inbox(Protocol):
    """What the loop needs of a mailbox."""

    def list_new(self, most: int) -> list[str]:
        """Return the ids of unseen mails, the oldest first."""

    def fetch(self, uid: str) -> bytes:
        """Return a mail, cut when it is too large; empty when it is gone."""

    def move(self, uid: str, folder: str) -> None:
        """Move a mail to another folder."""


@dataclass(frozen=True)
class Mailbox:
    """The mailbox of one installation.

    Attributes:
        server: None when none is set; nothing is read then.
        open: Opens it.
        read: Says what a mail is.
    """

    server: ImapServer | None
    open: Callable[[ImapServer], AbstractContextManager[Inbox]] = imap.open_inbox
    read: Callable[[bytes], ReadMail] = sandbox.read_mail


def install(app: Flask, mailbox: Mailbox) -> None:
    """Keep the mailbox with the app, and read it each minute."""
    app.extensions[KEY] = mailbox
    engine.every_minute(WORK, poll)


def current_mailbox() -> Mailbox:
    """Return the mailbox of the current app."""
    mailbox: Mailbox = current_app.extensions[KEY]
    return mailbox


def poll() -> int:
    """Read what is new; safe to run anywhere at the same time.

    Returns:
        How many mails were dealt with; 0 also when nobody may read now.

    Source:
        REPLY-1, REPLY-9.
    """
    mailbox = current_mailbox()
    token = _claim(clock.utc_now()) if mailbox.server else None
    if token is None:
        return 0
    problem, number = "", 0
    try:
        number = _visit(mailbox)
    except MailboxAway as away:
        log.warning("the mailbox cannot be read: %s", away)
        problem = str(away)
    except Exception:
        log.exception("reading the mailbox failed; a later turn tries again")
        db.session.rollback()
        problem = "an error of our own, see the log"
    _release(token, now=clock.utc_now(), problem=problem)
    _clear_old(clock.utc_now())
    return number


def _clear_old(now: datetime) -> None:
    """Clear away what is of no use any more, once an hour."""
    with transaction():
        if turns.take("old replies", last_full_hour(now)):
            services.clear_old(now=now)


def _visit(mailbox: Mailbox) -> int:
    number = 0
    assert mailbox.server is not None  # noqa: S101 - the caller looked; mypy cannot know
    with mailbox.open(mailbox.server) as inbox:
        for uid in inbox.list_new(MOST_MAILS):
            if engine.is_stopping():
                break
            if kind := _deal_with(inbox.fetch(uid), mailbox.read):
                server = mailbox.server
                folder = server.processed if rules.is_settled(kind) else server.unknown
                inbox.move(uid, folder)
                number += 1
    return number


def _deal_with(raw: bytes, read: Callable[[bytes], ReadMail]) -> MailKind | None:
    """See to one mail; None when it is gone, or the database cannot take it now."""
    if not raw:
        return None
    mail = read(raw)
    key = _key(mail.sender, raw)
    try:
        return _receive(mail, key)
    except OperationalError:
        log.exception("a mail could not be noted; it stays where it is")
        return None
    except Exception as error:
        log.exception("a mail could not be dealt with")
        broken = Unreadable(f"an error of our own: {type(error).__name__}")
        return _receive(ReadMail(Sender(), broken), key)


def _receive(mail: ReadMail, key: str) -> MailKind:
    with transaction():
        return services.receive(mail, key=key, now=clock.utc_now())


def _key(sender: Sender, raw: bytes) -> str:
    return hashlib.sha256(sender.message_id.encode() or raw).hexdigest()


def _claim(now: datetime) -> str | None:
    """Take the turn to read; None while somebody else has it, or the server is left alone."""
    token = secrets.token_hex(16)
    with transaction():
        make = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
        first = {"name": queries.INBOX, "token": "", "failures": 0, "last_answer": ""}
        db.session.execute(make.insert(MailboxPoll).values(first).on_conflict_do_nothing())
        poll = db.session.scalars(
            select(MailboxPoll).where(MailboxPoll.name == queries.INBOX).with_for_update()
        ).one()
        is_taken = poll.claimed_until is not None and poll.claimed_until > now
        if is_taken or (poll.closed_until is not None and poll.closed_until > now):
            return None
        poll.token, poll.claimed_until = token, now + CLAIM
    return token


def _release(token: str, *, now: datetime, problem: str = "") -> None:
    """End the turn; after a failure the server is left alone for a while, longer each time."""
    with transaction():
        mine = (MailboxPoll.name == queries.INBOX, MailboxPoll.token == token)
        poll = db.session.scalars(select(MailboxPoll).where(*mine)).one_or_none()
        if poll is None:
            return  # the turn took too long, and somebody else has it now
        poll.token, poll.claimed_until = "", None
        poll.failures = poll.failures + 1 if problem else 0
        poll.closed_until = now + rest_of_the_server(poll.failures) if problem else None
        poll.last_answer = problem or poll.last_answer
        poll.read_at = poll.read_at if problem else now
