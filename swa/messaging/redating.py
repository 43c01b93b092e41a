"""An unsent message when its date changes: re-dated, held until somebody reads it, or ended."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from swa.core.db import after_commit, db
from swa.messaging import engine, queries
from swa.messaging.models import OutboxMessage
from swa.messaging.types import READ_AGAIN, MessageState, WantedMail

WORK = "mail"
MISSED_BEFORE = "It was missed for a date that has changed since"


def redate(row: OutboxMessage, mail: WantedMail, now: datetime) -> None:
    """Move an unsent message; what is due already stays due, whatever moment that was.

    Words that somebody wrote before the date changed may name the old one: the message waits
    until somebody has read them again, also where it goes at the same moment as before. A moment
    that somebody chose stays, unless the message would be of no use by then; what somebody let go
    already goes, also late.
    """
    if row.edited_at is not None and mail.moved_at is not None and row.edited_at < mail.moved_at:
        row.state, row.reason = MessageState.HELD, READ_AGAIN
        row.is_by_hand = False
    if row.is_by_hand and (row.due_at <= now or row.due_at < mail.give_up_at):
        if row.due_at > now:
            row.give_up_at = mail.give_up_at
        return
    row.is_by_hand = False
    row.give_up_at = mail.give_up_at
    if mail.due_at == row.due_at or max(mail.due_at, row.due_at) <= now:
        return
    _give_moment(row, mail, now)


def want_again(
    wanted: Mapping[tuple[Any, ...], WantedMail], missed: Collection[str] | None, now: datetime
) -> None:
    """End what was missed for an old date, so that it is written anew for the new one.

    Words that somebody wrote are kept, and wait until somebody has read them again.

    Args:
        wanted: What is wanted and does not wait, by occasion, kind, edition and person.
        missed: The occasions of which messages were missed; None when nobody knows.
        now: UTC.
    """
    moved = {
        about
        for (about, *_), mail in wanted.items()
        if mail.moved_at is not None and (missed is None or about in missed)
    }
    for row in queries.list_missed_for_change(moved) if moved else ():
        mail = wanted.get((row.occasion, row.kind, row.edition, row.person_id))
        if not mail or not mail.moved_at or row.due_at >= mail.moved_at or mail.give_up_at <= now:
            continue
        if row.edited_at is None:
            end(row, MessageState.DROPPED, MISSED_BEFORE)
        else:
            row.is_by_hand, row.give_up_at = False, mail.give_up_at
            _give_moment(row, mail, now)
    db.session.flush()


def thaw(row: OutboxMessage) -> None:
    """Forget frozen words: no server took them, and the facts are others now."""
    row.subject = row.text = row.html = row.calendar_method = row.thread_id = ""
    row.calendar = row.frozen_at = None


def end(row: OutboxMessage, state: MessageState, reason: str) -> None:
    """End a message that shall not go, with the reason in words."""
    row.state = state
    row.reason = reason


def wake() -> None:
    """Tell the mail worker that something is due; losing the hint only delays it to the tick."""
    engine.kick(WORK)


def _give_moment(row: OutboxMessage, mail: WantedMail, now: datetime) -> None:
    row.due_at = row.next_try_at = mail.due_at
    row.ready_at = max(mail.due_at, now)
    thaw(row)
    if row.edited_at is not None:
        row.state, row.reason = MessageState.HELD, READ_AGAIN
    elif mail.due_at <= now:
        after_commit(wake)
