"""What a check found, in words that say what to do."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How something is; only ``to mend`` makes the command fail.

    ``could not check`` is never told as fine.
    """

    FINE = "fine"
    WORTH_KNOWING = "worth knowing"
    COULD_NOT_CHECK = "could not check"
    TO_MEND = "to mend"


@dataclass(frozen=True)
class Finding:
    """One sentence about one thing.

    Attributes:
        name: What was looked at, a word or two.
        state: How it is.
        sentence: What was seen.
        advice: What to do; empty when there is nothing to do.
    """

    name: str
    state: State
    sentence: str
    advice: str = ""


def fine(name: str, sentence: str) -> Finding:
    """All is well."""
    return Finding(name, State.FINE, sentence)


def worth_knowing(name: str, sentence: str, advice: str) -> Finding:
    """It works, and could be better."""
    return Finding(name, State.WORTH_KNOWING, sentence, advice)


def could_not_check(name: str, sentence: str, advice: str = "") -> Finding:
    """Nobody knows."""
    return Finding(name, State.COULD_NOT_CHECK, sentence, advice)


def to_mend(name: str, sentence: str, advice: str) -> Finding:
    """Somebody has to act."""
    return Finding(name, State.TO_MEND, sentence, advice)
