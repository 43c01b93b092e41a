"""What people may choose about messages; pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Choice:
    """One sort of message that a person may do without.

    Attributes:
        name: As kinds and rules of the send plan name it, at most 60 characters: "refreshers".
        title: Begins a line and, in lower case, ends "Does not want …".
        description: What it is and what happens without it, for the page where people choose.
    """

    name: str
    title: str
    description: str


@dataclass(frozen=True)
class Wish:
    """What a person said last about one choice; who said nothing gets everything.

    Attributes:
        is_wanted: Whether they want these messages.
        since: When they said so, UTC.
    """

    is_wanted: bool
    since: datetime


def why_unwanted(choice: Choice, wish: Wish | None, due_at: datetime) -> str | None:
    """Say why a message of a choice is not for this person; None when it is.

    Who wants them again gets what is still ahead, not what was due in the meantime.

    Args:
        choice: What it belongs to.
        wish: What the person said last; None when they said nothing.
        due_at: When the message was or is due, UTC.
    """
    if wish is None or (wish.is_wanted and wish.since <= due_at):
        return None
    verb = "Did" if wish.is_wanted else "Does"
    then = " when it was due" if wish.is_wanted else ""
    return f"{verb} not want {choice.title.lower()}{then}"
