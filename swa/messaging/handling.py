"""What a person does with one message: hold, release, skip, send now, change its words, send again.

Who may do it is decided before (``access``). The recipient and the calendar part are nobody's to
change. Everything is written into the audit log, without the words.
"""

from datetime import datetime

from swa.core.db import after_commit, db, lock_row
from swa.core.errors import RuleBroken
from swa.messaging import kinds, lists, queries, redating, services
from swa.messaging.choices import standing
from swa.messaging.models import OutboxMessage
from swa.messaging.send_rules import LATE_AFTER
from swa.messaging.suppression import services as suppression
from swa.messaging.types import UNSENT, MessageState

AGAIN = frozenset({MessageState.FAILED, MessageState.SUPPRESSED, MessageState.MISSED})
HELD_BY_HAND = "Held by somebody"
MAY_BE_SKIPPED = UNSENT | AGAIN


class TooLateToSend(RuleBroken):
    """The last useful moment of the message is over."""

    message = "It is too late to send this message"


class NotUndelivered(RuleBroken):
    """The message did not fail, so it is not sent again."""

    message = "This message is not waiting for anybody to send it again"


class OnItsWay(RuleBroken):
    """A worker has the message, or it went already."""

    message = "This message is on its way or has gone, so it cannot be changed any more"


class NotHeld(RuleBroken):
    """Nobody holds the message."""

    message = "This message is not held"


class NotWanted(RuleBroken):
    """The facts no longer ask for the message."""

    message = "What this message was about has changed, so it is not sent again"


class StillWaits(RuleBroken):
    """The same message waits to be sent already."""

    message = "The same message is waiting to be sent already"


class NotSent(RuleBroken):
    """Only what was sent can be sent once more."""

    message = "This message has not been sent yet"


class StillStopped(RuleBroken):
    """The messages would be stopped again."""

    message = "No mail goes to this person’s address. Let it go there again first"


class NotToBeEdited(RuleBroken):
    """The words of this kind of message are made for one person and one moment."""

    message = "The words of this message cannot be changed"


def hold(message: OutboxMessage, *, now: datetime) -> None:
    """Keep a message back until somebody releases it.

    Raises:
        OnItsWay: It does not wait any more.
    """
    _lock(message, MessageState.WAITING)
    message.state, message.reason = MessageState.HELD, HELD_BY_HAND
    message.is_by_hand = False
    _note("message held", message, now)


def release(message: OutboxMessage, *, now: datetime) -> None:
    """Let a held message go when it is due; two days count from now on.

    Raises:
        NotHeld: Nobody holds it.
        TooLateToSend: Its last useful moment is over.
    """
    lock_row(message)
    if message.state is not MessageState.HELD:
        raise NotHeld
    if message.give_up_at <= now:
        raise TooLateToSend
    message.state, message.reason = MessageState.WAITING, ""
    message.ready_at = max(message.due_at, now)
    message.next_try_at = message.due_at
    if message.edited_at is not None:
        message.edited_at = now  # whoever releases it has read its words again
    after_commit(redating.wake)
    _note("message released", message, now)


def skip(message: OutboxMessage, *, reason: str, now: datetime) -> None:
    """Decide that a message shall not go; planning never writes it again.

    Args:
        message: One that waits, is held, or did not go.
        reason: In words, for those who look after messages.
        now: UTC.

    Raises:
        OnItsWay: It is being sent, or has gone.
    """
    _lock(message, *MAY_BE_SKIPPED)
    message.state, message.reason = MessageState.SKIPPED, reason.strip()
    redating.thaw(message)
    _note("message skipped", message, now)


def send_now(message: OutboxMessage, *, now: datetime) -> None:
    """Send a message at once that waits for its moment or is held.

    Raises:
        OnItsWay: It does not wait any more.
        TooLateToSend: Its last useful moment is over.
    """
    _lock(message, *UNSENT)
    if message.give_up_at <= now:
        raise TooLateToSend
    message.state = MessageState.WAITING
    message.edited_at = message.edited_at and now
    _go_now(message, now=now)
    _note("message sent now", message, now)


def edit(message: OutboxMessage, *, subject: str, text: str, now: datetime) -> None:
    """Give this one message other words; the others of its kind keep theirs.

    Raises:
        OnItsWay: It does not wait any more.
        NotToBeEdited: It is private, or holds links made for one moment.
    """
    _lock(message, *UNSENT)
    if not can_be_edited(message):
        raise NotToBeEdited
    message.own_subject, message.own_text, message.edited_at = subject, text, now
    redating.thaw(message)
    _note("message edited", message, now)


def use_usual_words(message: OutboxMessage, *, now: datetime) -> None:
    """Take back the words that somebody wrote for this one message.

    Raises:
        OnItsWay: It does not wait any more.
    """
    _lock(message, *UNSENT)
    message.own_subject = message.own_text = ""
    message.edited_at = None
    redating.thaw(message)
    _note("message words reset", message, now)


def send_again(message: OutboxMessage, *, now: datetime) -> None:
    """Give a message that did not arrive all its tries again, with the same Message-ID.

    If its address was refused for good, it is taken off that list. The row is held first: of two
    people who ask at once, one is told that it is on its way already. One that was missed goes
    late now, since a person said so.

    Raises:
        NotUndelivered: It did not fail.
        TooLateToSend: Its last useful moment is over.
        StoppedByHand: Somebody here stopped all mail to the address.
    """
    lock_row(message)
    if message.state not in AGAIN:
        raise NotUndelivered
    if not can_send_again(message, now):
        raise TooLateToSend
    recipient = kinds.find_recipient(message)
    if recipient:
        suppression.lift_for_a_message(recipient.address, person_id=message.person_id, now=now)
    if not message.text:
        redating.thaw(message)  # its words were deleted since: they are made anew
    message.state = MessageState.WAITING
    message.attempts = 0
    _go_now(message, now=now)
    _note("message sent again", message, now)


def send_missed(person_id: int, *, now: datetime) -> int:
    """Send a person again what did not reach them and is still of use, in the order it was due.

    Each is asked once more whether it is wanted, just before it goes.

    Returns:
        How many go.

    Raises:
        StillStopped: No mail goes to their address.
    """
    recipient = kinds.list_recipients([person_id]).get(person_id)
    if recipient is None or queries.is_suppressed(recipient.address):
        raise StillStopped
    found = [row for row in lists.list_missed(person_id) if can_send_again(row, now)]
    for message in found:
        send_again(message, now=now)
    return len(found)


def can_send_again(message: OutboxMessage, now: datetime) -> bool:
    """Say whether ``send_again`` would do it: it did not arrive and is still of use."""
    return message.state in AGAIN and _is_of_use(message, now)


def _is_of_use(message: OutboxMessage, now: datetime) -> bool:
    """Say whether a message is worth sending because a person says so.

    What comes after a session is of use for longer than we wait by ourselves.
    """
    kind = kinds.find(message.kind)
    return message.give_up_at > now or (kind is not None and kind.is_useful_late)


def _go_now(message: OutboxMessage, *, now: datetime) -> None:
    """Let a message go at this moment because a person said so; planning leaves it alone."""
    if message.give_up_at <= now:
        message.give_up_at = now + LATE_AFTER
    message.due_at = min(message.due_at, now)
    message.ready_at = message.next_try_at = now
    message.is_by_hand = True
    message.reason = ""
    after_commit(redating.wake)


def send_copy(message: OutboxMessage, *, now: datetime) -> None:
    """Send once more what was sent, in the words that are true now; a new row, a new Message-ID.

    Raises:
        NotSent: It has not gone yet.
        TooLateToSend: Its last useful moment is over.
        StillWaits: A copy is waiting already.
        NotWanted: The facts no longer ask for it; the message says why.
    """
    lock_row(message)
    if message.state is not MessageState.SENT:
        raise NotSent
    if queries.is_one_unsent(message):
        raise StillWaits
    if not _is_of_use(message, now):
        raise TooLateToSend
    services.queue_copy(message, number=queries.count_like(message), now=now)
    copy = queries.get_newest_like(message)
    if reason := standing.why_refused(copy) or kinds.get(copy.kind).why_not(copy, now):
        msg = f"It is not sent again: {reason[0].lower()}{reason[1:]}"
        raise NotWanted(msg)
    _note("message sent once more", message, now)


def can_be_edited(message: OutboxMessage) -> bool:
    """Say whether the words of a message may be changed: never private ones or secret links."""
    kind = kinds.find(message.kind)
    return kind is not None and not message.private and kind.fill_secrets is None


def list_actions(message: OutboxMessage, *, now: datetime) -> frozenset[str]:
    """Say what may be done with a message as it stands, so that a page shows no dead button."""
    state, is_over = message.state, message.give_up_at <= now
    goes_now = state is MessageState.WAITING and message.due_at <= now
    may_go_twice = state is MessageState.SENT and not message.private
    found = {
        "hold": state is MessageState.WAITING,
        "release": state is MessageState.HELD and not is_over,
        "skip": state in MAY_BE_SKIPPED,
        "send-now": state in UNSENT and not is_over and not goes_now,
        "edit": state in UNSENT and not is_over and can_be_edited(message),
        "send-again": can_send_again(message, now),
        "send-copy": may_go_twice and _is_of_use(message, now),
    }
    return frozenset(name for name, is_possible in found.items() if is_possible)


def _lock(message: OutboxMessage, *states: MessageState) -> None:
    """Hold the row, so that no worker takes it meanwhile, and refuse what is in another state."""
    lock_row(message)
    if message.state not in states:
        raise OnItsWay


def _note(what: str, message: OutboxMessage, now: datetime) -> None:
    db.session.flush()
    services.record(what, message, now=now)
