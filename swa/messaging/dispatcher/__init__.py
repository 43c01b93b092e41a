"""The mail worker: takes what is due out of the outbox and hands it to the mail server.

No message is lost; one goes twice only when the worker dies, or the link drops, between the
server's 250 and our mark, and then with the same Message-ID (``runtime.md`` 2,
``calendar-and-email.md`` 7.4). No database transaction is open during network work.
"""

import smtplib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from flask import Flask

from swa.core import clock
from swa.core.db import db
from swa.messaging import emails, engine, kinds, queries, smtp
from swa.messaging.dispatcher import by_notify, channels, circuit, pace, rows, statements
from swa.messaging.dispatcher.parcels import Parcel
from swa.messaging.kinds import Kind
from swa.messaging.mime import header_text
from swa.messaging.redating import WORK
from swa.messaging.setup import current_setup
from swa.messaging.smtp import FinishedMessage, MailServerAway, SafeConnection, Transport
from swa.messaging.texts import catalogue
from swa.messaging.types import Outcome, SendCount

MESSAGES_PER_CONNECTION = 50
# A web server whose clock is ahead of ours hints at messages that are not due yet by our clock.
PATIENCE_SECONDS = 2.0
# Room comes back as fast as the messages of a minute ago left; waiting for it keeps the pace full.
PATIENCE_WITH_PACE_SECONDS = 10.0
# After these the link may be in any state; the next message gets a fresh one.
WANTS_FRESH_LINK = frozenset({Outcome.RETRY, Outcome.UNKNOWN, Outcome.FAILED, Outcome.LOST})
SERVER_ANSWERED = frozenset({Outcome.SENT, Outcome.FAILED, Outcome.RETRY})

__all__ = ["install", "send_due"]


def install(app: Flask, smtp_url: str) -> None:
    """Set up the way out, the notice of what could not be delivered, and the tick.

    Raises:
        ValueError: The address of the mail server cannot be used.
    """
    smtp.install(app, smtp_url)
    catalogue.add(emails.FOOT_OF_ALL)
    kinds.register(
        Kind(
            emails.NOT_DELIVERED,
            draft=emails.draft_not_delivered,
            why_not=emails.never,
            template=emails.FAILED,
        )
    )
    kinds.register(Kind(emails.TEST, draft=emails.draft_test, why_not=emails.never, private=True))
    engine.every_minute(WORK, send_due)


def send_due(
    *, limit: int | None = None, on_each: Callable[[Outcome], None] | None = None
) -> SendCount:
    """Send what is due now; safe to repeat and to run many times at once.

    What comes due within two seconds is waited for: somebody who wants to sign in must not wait
    for the next tick because the web server's clock is a little ahead of the worker's.

    Args:
        limit: The most messages to look at; None for all.
        on_each: Told of each message's end, for a progress bar.

    Source:
        IN-05 (safe to repeat), DC-07 (a late worker sends what is still useful, once).
    """
    count = SendCount()
    rows.take_stock(clock.utc_now())
    patience = PATIENCE_WITH_PACE_SECONDS if current_setup().pace.is_on else PATIENCE_SECONDS
    patient_until = time.monotonic() + patience
    while True:
        looked_at = clock.utc_now()
        by_notify.send_all_due(count, has_room=lambda: _has_room(count, limit), on_each=on_each)
        if smtp.find_transport() is Transport.NONE:
            count.why_stopped = "there is no mail server: set SWA_SMTP_URL"
            return count
        _send_all_due(count, limit, on_each)
        is_done = count.why_stopped or not _has_room(count, limit)
        if is_done or not _wait_for_the_next(looked_at, patient_until):
            break
    if not count.why_stopped and _has_room(count, limit) and _find_room():
        count.why_stopped = pace.in_words(current_setup().pace)
    db.session.rollback()
    return count


def _send_all_due(
    count: SendCount, limit: int | None, on_each: Callable[[Outcome], None] | None
) -> None:
    """Send over one link after the other until nothing is due, or the server wants a rest."""
    one_pass, why = partial(_send_over_one_link, count, limit, on_each), ""
    while _has_more(count, limit) and not (why := circuit.why_rest(clock.utc_now())):
        try:
            if not one_pass():
                return
        except MailServerAway as away:
            circuit.record_failure(str(away), now=clock.utc_now())
    count.why_stopped = why if _has_more(count, limit) else ""


def _has_more(count: SendCount, limit: int | None) -> bool:
    if not _has_room(count, limit):
        return False
    now = clock.utc_now()
    return statements.has_due(now, *channels.by_smtp(), only=pace.may_leave(now))


def _find_room() -> datetime | None:
    """Return when the pace lets through what it holds up now; None when it holds nothing up."""
    return pace.find_room(clock.utc_now(), channels.by_smtp())


def _has_room(count: SendCount, limit: int | None) -> bool:
    return (limit is None or count.total < limit) and not engine.is_stopping()


def _wait_for_the_next(looked_at: datetime, patient_until: float) -> bool:
    """Wait for a message that comes due within moments; False when there is none to wait for.

    Args:
        looked_at: What was due at this moment (UTC) has been seen to.
        patient_until: When waiting ends, on the monotonic clock, seconds.
    """
    now = clock.utc_now()
    patience = timedelta(seconds=max(0.0, patient_until - time.monotonic()))
    soon = queries.find_next_due(looked_at, now + patience, kinds.list_names())
    next_at = min((at for at in (soon, _find_room()) if at), default=None)
    db.session.rollback()  # no transaction, so no lock and no connection, while we wait
    if next_at is None or next_at > now + patience:
        return False
    engine.pause(max(0.0, (next_at - now).total_seconds()))
    return True


def _send_over_one_link(
    count: SendCount, limit: int | None, on_each: Callable[[Outcome], None] | None
) -> bool:
    """Send until the link is worn out; False when nothing is left that this worker may take.

    The link is opened first, so that a server that is away holds no message.
    """
    db.session.rollback()  # the looks before began a transaction; none is open on the network
    with SafeConnection() as link:
        for _ in range(MESSAGES_PER_CONNECTION):
            if not _has_room(count, limit):
                return False
            outcome = _send_next(link)
            if outcome is None:
                return False
            count.add(outcome)
            if on_each:
                on_each(outcome)
            if outcome in SERVER_ANSWERED:
                circuit.record_success()
            if outcome in WANTS_FRESH_LINK:
                return True
    return True


def _send_next(link: SafeConnection) -> Outcome | None:
    """Take one message and send it; None when there is none to take."""
    claim = rows.claim_next(clock.utc_now())
    if claim is None:
        return None
    parcel = rows.prepare(claim, clock.utc_now())
    if isinstance(parcel, Outcome):
        return parcel
    return _hand_over(link, claim, parcel)


def _hand_over(link: SafeConnection, claim: rows.Claim, parcel: Parcel) -> Outcome:
    """Give the bytes to the server and write down what became of them.

    Raises:
        MailServerAway: The server refuses us, not this message; the try is given back.
    """
    begun = []

    def before_data() -> None:
        rows.begin_sending(claim, clock.utc_now())
        begun.append(True)

    message = FinishedMessage(
        parcel.raw,
        to=parcel.address,
        sender=parcel.sender,
        message_id=parcel.message_id,
        subject=header_text(parcel.subject),
    )
    try:
        with smtp.deadline(link.host, smtp.MESSAGE_SECONDS) as is_cut:
            link.tell_before_data(before_data)
            link.send(message, envelope_from=parcel.sender)
    except rows.LeaseLost:
        return Outcome.LOST
    except (smtplib.SMTPException, OSError) as error:
        told = smtplib.SMTPServerDisconnected("it took too long") if is_cut.is_set() else error
        return rows.record_failed_try(claim, told, begun=bool(begun), now=clock.utc_now())
    kept = current_setup().is_demo or not parcel.is_private
    rows.mark_sent(claim, link.answer, now=clock.utc_now(), keep_words=kept)
    return Outcome.SENT
