"""Show a longer text that staff typed as emails show it: paragraphs, "- " lists, bare links."""

import itertools
from dataclasses import dataclass

from swa.messaging.rendering import BARE_LINK

DASH = "- "


@dataclass(frozen=True)
class Part:
    """One paragraph, or one list.

    Attributes:
        is_list: The lines are the points of a list, without their dashes.
    """

    is_list: bool
    lines: tuple[str, ...]


def paragraphs(text: str) -> list[str]:
    """Split a text that a person typed at its blank lines."""
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return [block.strip() for block in blocks if block.strip()]


def parts(text: str) -> list[Part]:
    """Split a text into its paragraphs and its lists."""
    return [
        Part(is_list, tuple(line.removeprefix(DASH).strip() if is_list else line for line in lines))
        for paragraph in paragraphs(text)
        for is_list, lines in itertools.groupby(
            (line.strip() for line in paragraph.splitlines()), lambda line: line.startswith(DASH)
        )
    ]


def pieces(line: str) -> list[tuple[str, bool]]:
    """Split a line into pieces, each with whether it is a link."""
    found: list[tuple[str, bool]] = []
    end = 0
    for link in BARE_LINK.finditer(line):
        found += [(line[end : link.start()], False), (link[0], True)]
        end = link.end()
    return [piece for piece in [*found, (line[end:], False)] if piece[0]]
