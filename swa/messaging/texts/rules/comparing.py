"""What two versions of a text have in common, line by line; pure."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


class Change(StrEnum):
    """What became of a line."""

    SAME = "same"
    TAKEN_OUT = "taken out"
    PUT_IN = "put in"


@dataclass(frozen=True)
class Line:
    """One line of a comparison."""

    change: Change
    text: str


def compare(before: str, after: str) -> tuple[Line, ...]:
    """Say how one text became another; what was taken out stands before what was put in.

    Args:
        before: At most some hundred lines, since the work grows with their square.
        after: The same.
    """
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for what, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if what == "equal":
            lines += [Line(Change.SAME, text) for text in old[old_from:old_to]]
            continue
        lines += [Line(Change.TAKEN_OUT, text) for text in old[old_from:old_to]]
        lines += [Line(Change.PUT_IN, text) for text in new[new_from:new_to]]
    return tuple(lines)
