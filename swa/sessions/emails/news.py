"""What somebody must be told of the moves of a session: from what they know to how it stands."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from swa.calendars.models import Invitation
from swa.messaging.models import OutboxMessage
from swa.messaging.types import WantedMail
from swa.sessions.models import SessionMove, TrainingSession

Key = tuple[str, int]


@dataclass(frozen=True)
class MoveNews:
    """The mail about a move that somebody ought to have.

    Attributes:
        told_before: The move whose ``was`` they know of.
        edition: Number of the move that the mail tells.
        moved_at: When that was, UTC.
    """

    told_before: SessionMove
    edition: int
    moved_at: datetime


def find_move_news(
    session: TrainingSession, *, since: datetime, kind: str, tried: Collection[Key]
) -> MoveNews | None:
    """Say which mail about a move they ought to have; None when the first mail is still true.

    A session that was moved and moved back before anybody was told has no news.

    Args:
        session: With its moves.
        since: When they were first told, or ought to be, UTC.
        kind: Name of the mail about a move.
        tried: Kind and edition of what may have reached them.

    Source:
        IN-09.
    """
    moves = [move for move in session.moves if move.moved_at > since]
    told = [move for move in moves if (kind, move.number) in tried]
    untold = moves[moves.index(told[-1]) + 1 :] if told else moves
    if untold and untold[0].was != session.date:
        return MoveNews(untold[0], untold[-1].number, untold[-1].moved_at)
    return MoveNews(told[-1], told[-1].number, told[-1].moved_at) if told else None


def find_match(message: OutboxMessage, wanted: Iterable[WantedMail]) -> WantedMail | None:
    """Return the wanted mail that a message is; None when it is not wanted any more."""
    key = (message.kind, message.edition, message.person_id)
    return next((m for m in wanted if (m.kind, m.edition, m.person_id) == key), None)


def why_not_now(
    message: OutboxMessage, mail: WantedMail, session: TrainingSession, *, now: datetime
) -> str | None:
    """Say why a message that is wanted does not go at this moment; None when it may.

    What is dropped because its time has changed is written anew by the next planning. Whoever
    sends a message by hand decides about its time.
    """
    if is_outdated(message, session):
        return "It was written before the session moved"
    if message.is_by_hand:
        return None
    if mail.due_at > now:
        return "It is due at another time now"
    return None if now < mail.give_up_at else "Its last useful moment is over"


def is_outdated(message: OutboxMessage, session: TrainingSession) -> bool:
    """Say whether the words were made before the session last moved.

    Such a message waits for another try; it is dropped, and the next planning writes it anew.
    """
    written_at, moved_at = message.edited_at or message.frozen_at, last_moved_at(session)
    return written_at is not None and moved_at is not None and written_at < moved_at


def last_moved_at(session: TrainingSession) -> datetime | None:
    """Return when the date or place of a session last changed, UTC; None for never."""
    return session.moves[-1].moved_at if session.moves else None


def join_thread(message: OutboxMessage, invitation: Invitation) -> str:
    """Return the Message-ID of the invitation's first mail; "" when this is the first (MAIL-6)."""
    invitation.first_message_id = invitation.first_message_id or message.message_id
    is_first = invitation.first_message_id == message.message_id
    return "" if is_first else invitation.first_message_id
