"""The steps of one row from due to sent; each is a short transaction of its own."""

import logging
import secrets
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, update
from sqlalchemy.exc import SQLAlchemyError

from swa.core.db import db, transaction
from swa.messaging import emails, kinds, queries, rules, smtp
from swa.messaging.choices import standing
from swa.messaging.dispatcher import pace, statements
from swa.messaging.dispatcher.channels import Kinds, by_smtp
from swa.messaging.dispatcher.parcels import Parcel, make_parcel, write_words
from swa.messaging.models import IS_UNDECIDED, OutboxMessage
from swa.messaging.rules.looking import FIRST_LOOK
from swa.messaging.send_rules import LATE_AFTER
from swa.messaging.smtp import MailServerAway, Verdict
from swa.messaging.suppression import services as suppression
from swa.messaging.types import MessageState, Outcome, Recipient

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
GIVEN_UP = f"Given up after {rules.MOST_TRIES} tries"
TOO_LATE = "Its last useful moment was over"
NO_MAIL = "No mail goes to this address any more"
COULD_NOT_GO = "It could not go for two days, so a person decides"


class LeaseLost(Exception):  # noqa: N818 - reads as the finding "lease lost"
    """This worker was too slow: the row is somebody else's, or open again."""


@dataclass(frozen=True)
class Claim:
    """A row that this worker holds until its lease ends.

    Attributes:
        token: Proves that the row is ours.
        may_have_arrived: An earlier try ended without an answer.
    """

    row_id: int
    token: str
    may_have_arrived: bool


def take_stock(now: datetime) -> None:
    """Free the rows whose worker died, and give up those that are of no use any more.

    A row that was being handed over may have arrived: it becomes unknown and goes again with the
    same Message-ID. A lost answer is worth a duplicate; a lost message is not (RL-4). A row that
    ends every worker that takes it is given up in the end. What could not go for two days never
    goes late by itself; a held message waits for a person anyway.
    """
    late = OutboxMessage.lease_until <= now
    worn_out = OutboxMessage.attempts >= rules.MOST_TRIES
    open_rows = [MessageState.WAITING, MessageState.UNKNOWN]
    waits = [*open_rows, MessageState.HELD]
    with transaction():
        pace.forget_old(now)
        db.session.execute(
            _open()
            .where(OutboxMessage.state.in_(statements.IN_HAND), late, worn_out)
            .values(state=MessageState.FAILED, reason=GIVEN_UP)
        )
        for before, after in (
            (MessageState.CLAIMED, MessageState.WAITING),
            (MessageState.SENDING, MessageState.UNKNOWN),
        ):
            db.session.execute(
                _open().where(OutboxMessage.state == before, late).values(state=after)
            )
        db.session.execute(
            _open()
            .where(OutboxMessage.state.in_(waits), OutboxMessage.give_up_at <= now)
            .values(state=MessageState.MISSED, reason=TOO_LATE)
        )
        db.session.execute(
            _open()
            .where(OutboxMessage.state.in_(open_rows), OutboxMessage.ready_at <= now - LATE_AFTER)
            .values(state=MessageState.MISSED, reason=COULD_NOT_GO)
        )


def claim_next(now: datetime, of: Kinds | None = None) -> Claim | None:
    """Take the row that is due first; the try is counted before the work, so crash loops end.

    Messages of one occasion to one person leave in the order in which they were planned. What
    there is no room for now is passed over.

    Args:
        now: UTC.
        of: Kinds to take from, and those that leave in order; by default the mail server's.
    """
    token = secrets.token_hex(16)
    with transaction():
        only = statements.ALL if of else pace.hold(now)
        row = statements.find_due(now, *(of or by_smtp()), only=only)
        if row is None:
            return None
        if of is None:
            pace.note(row, token=token, now=now)
        doubtful = row.state is MessageState.UNKNOWN
        # What may have arrived already must never look as if it had surely not.
        row.state = MessageState.SENDING if doubtful else MessageState.CLAIMED
        row.attempts += 1
        row.lease_token = token
        row.lease_until = now + LEASE
        return Claim(row.id, token, may_have_arrived=doubtful)


def prepare(claim: Claim, now: datetime) -> Parcel | Outcome:
    """Ask once more whether the message is wanted, and make its bytes.

    The words are made at the first try and kept; a mistake in them fails this row alone.
    """
    try:
        with transaction():
            row = statements.lock_claimed(claim.row_id, claim.token)
            if row is None:
                return Outcome.LOST
            recipient = kinds.find_recipient(row)
            if refusal := _why_not(row, recipient, now):
                pace.take_back(claim.token)
                row.state, row.reason = refusal
                return Outcome[refusal[0].name]
            assert recipient is not None  # noqa: S101 - _why_not saw to it; mypy cannot know
            write_words(row, recipient, now)
            return make_parcel(row, recipient)
    except (SQLAlchemyError, MemoryError):
        raise  # the database's trouble, not the row's: the lease ends and somebody tries again
    except Exception as error:
        log.exception("outbox row %s cannot be made into a mail", claim.row_id)
        return _fail(claim, f"It could not be written: {type(error).__name__}: {error}", "", now)


def begin_sending(claim: Claim, now: datetime) -> None:
    """Write down, just before DATA, that from now on the message may have arrived.

    Raises:
        LeaseLost: The row is not ours any more, so nothing may be handed over.
    """
    values = {"state": MessageState.SENDING, "lease_until": now + LEASE}
    with transaction():
        is_held = statements.change(claim.row_id, claim.token, values, only_in_hand=True)
    if not is_held:
        raise LeaseLost


def mark_sent(
    claim: Claim, answer: str, *, now: datetime, keep_words: bool, notify_id: str = ""
) -> None:
    """Write down that the server took it, also when the lease ran out meanwhile.

    Args:
        claim: If somebody else has taken the row since, it stays theirs.
        answer: What the server said.
        now: UTC.
        keep_words: False deletes the words of a private message.
        notify_id: What GOV.UK Notify calls it; it is asked later whether the message arrived.
    """
    with transaction():
        done = {"state": MessageState.SENT, "sent_at": now, "answer": answer, "reason": ""}
        if notify_id:
            done |= {"notify_id": notify_id, "next_try_at": now + FIRST_LOOK}
        statements.change(claim.row_id, claim.token, done)
        if not keep_words:
            db.session.execute(
                _ours(claim)
                .where(OutboxMessage.private)
                .values(subject="", text="", html="", calendar=None)
            )


def record_failed_try(claim: Claim, error: Exception, *, begun: bool, now: datetime) -> Outcome:
    """Write down what a failed try by SMTP means; see ``record_finding``.

    Raises:
        MailServerAway: The server refuses us, not this message; the try is given back.
    """
    finding, answer = smtp.verdict(error), smtp.describe(error)
    refused = isinstance(error, smtplib.SMTPRecipientsRefused)
    return record_finding(claim, finding, answer, begun=begun, refused=refused, now=now)


def record_finding(
    claim: Claim,
    finding: Verdict,
    answer: str,
    *,
    begun: bool,
    now: datetime,
    refused: bool = False,
) -> Outcome:
    """Write down what a failed try means, whichever way the message went.

    Args:
        claim: The row in hand.
        finding: What the failure means.
        answer: What the server said.
        begun: Whether the message may have been handed over.
        now: UTC.
        refused: Whether its address is to blame.

    Raises:
        MailServerAway: The server refuses us, not this message; the try is given back.
    """
    if finding is Verdict.TRANSPORT and not begun:
        _give_back(claim, now)
        raise MailServerAway(answer)
    if finding is Verdict.PERMANENT:
        return _fail(claim, "Their mail server refused it", answer, now, suppress=refused)
    doubtful = claim.may_have_arrived or (begun and finding is not Verdict.RETRY)
    return _try_later(claim, answer, doubtful=doubtful, now=now)


def _why_not(
    row: OutboxMessage, recipient: Recipient | None, now: datetime
) -> tuple[MessageState, str] | None:
    """Say why the row is not sent after all (ML-8); None sends it."""
    if row.give_up_at <= now:
        return MessageState.MISSED, TOO_LATE
    if not recipient or not recipient.is_active or not recipient.address:
        return MessageState.DROPPED, "This person gets no mail any more"
    if queries.is_suppressed(recipient.address):
        return MessageState.SUPPRESSED, NO_MAIL
    reason = standing.why_refused(row) or kinds.get(row.kind).why_not(row, now)
    return (MessageState.DROPPED, reason) if reason else None


def _give_back(claim: Claim, now: datetime) -> None:
    state = MessageState.UNKNOWN if claim.may_have_arrived else MessageState.WAITING
    with transaction():
        pace.take_back(claim.token)
        db.session.execute(
            _ours(claim).values(state=state, attempts=OutboxMessage.attempts - 1, lease_until=now)
        )


def _try_later(claim: Claim, answer: str, *, doubtful: bool, now: datetime) -> Outcome:
    with transaction():
        row = statements.lock_claimed(claim.row_id, claim.token)
        if row is None:
            return Outcome.LOST
        pause = rules.pause_before_next_try(row.attempts, jitter=secrets.randbelow(1000) / 1000)
        row.answer = answer
        if pause is not None:
            row.state = MessageState.UNKNOWN if doubtful else MessageState.WAITING
            row.next_try_at = now + pause
            return Outcome.UNKNOWN if doubtful else Outcome.RETRY
    return _fail(claim, GIVEN_UP, answer, now)


def _fail(
    claim: Claim, reason: str, answer: str, now: datetime, *, suppress: bool = False
) -> Outcome:
    """End the row and tell the coordinator, in one transaction."""
    with transaction():
        row = statements.lock_claimed(claim.row_id, claim.token)
        if row is None:
            return Outcome.LOST
        row.state, row.reason, row.answer = MessageState.FAILED, reason[:500], answer
        recipient = kinds.find_recipient(row)
        if suppress and recipient:
            suppression.note_refusal(recipient.address, answer=answer, now=now)
        if row.kind != emails.NOT_DELIVERED:
            suppression.tell_the_coordinator(row, now=now)
    return Outcome.FAILED


def _all() -> Update:
    return update(OutboxMessage).execution_options(synchronize_session=False)


def _open() -> Update:
    return _all().where(IS_UNDECIDED)


def _ours(claim: Claim) -> Update:
    mine = (OutboxMessage.id == claim.row_id, OutboxMessage.lease_token == claim.token)
    return _all().where(*mine)
