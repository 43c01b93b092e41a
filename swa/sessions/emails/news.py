"""What somebody must be told of the moves of a session: from what they know to how it stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

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
