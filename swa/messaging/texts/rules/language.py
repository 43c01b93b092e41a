"""The small language of message texts: placeholders, blocks, bold words; pure.

``{{ name }}`` stands for a value, ``[if name] … [otherwise] … [end]`` shows one of two pieces.
There is nothing else: no expression, no attribute, no loop; whatever else is typed is plain text
(TP-1). A line that holds nothing but ``[…]`` leaves no empty line behind.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from swa.messaging.texts.types import TextTooLongError, Value, Values

MOST_BLOCKS_DEEP = 2
MOST_SIGNS = 200_000
TOKEN = re.compile(
    r"\{\{(?P<slot>[^{}]{0,80})\}\}"
    r"|\[ *if\b(?P<condition>[^\[\]]{0,80})\]"
    r"|\[ *(?P<word>otherwise|end) *\]",
    re.IGNORECASE,
)
SLIPS = {
    "else": "[otherwise]",
    "endif": "[end]",
    "end if": "[end]",
    "/if": "[end]",
}
SLIP = re.compile(r"\[ *(else|endif|end if|/if) *\]", re.IGNORECASE)


@dataclass(frozen=True)
class Words:
    """What was typed, shown as it is but for ``**`` and a leading "- "."""

    text: str
    line: int


@dataclass(frozen=True)
class Slot:
    """The place of a value; ``typed`` is how it was written."""

    name: str
    line: int
    typed: str = ""


@dataclass(frozen=True)
class Block:
    """Two pieces of which one is shown."""

    name: str
    line: int
    then: "tuple[Node, ...]"
    otherwise: "tuple[Node, ...]"
    typed: str = ""


Node = Words | Slot | Block


@dataclass(frozen=True)
class Fault:
    """What is wrong with the form of a text, and in which line."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Parsed:
    """A text as a tree, with what is wrong with it; with faults the tree is not to be used."""

    nodes: tuple[Node, ...]
    faults: tuple[Fault, ...] = ()


@dataclass
class _Open:
    """A block that nothing has ended yet; the first one is the whole text."""

    name: str
    line: int
    typed: str = ""
    then: list[Node] = field(default_factory=list)
    otherwise: list[Node] | None = None

    @property
    def here(self) -> list[Node]:
        return self.then if self.otherwise is None else self.otherwise


def printable(text: str) -> str:
    """Return the text with one kind of line end and without signs that cannot be shown."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (" " if sign == "\t" else sign for sign in text)
    return "".join(
        sign
        for sign in kept
        if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs", "Zl", "Zp"}
    )


def tidy_name(typed: str) -> str:
    """Return a name as the lists have it: " Session title " is session_title."""
    return "_".join(typed.replace("_", " ").split()).lower()


@lru_cache(maxsize=256)
def parse(source: str) -> Parsed:
    """Read a text; whatever is typed, this does not raise.

    Args:
        source: The body, or the subject, of at most some ten thousand characters.
    """
    reader = _Reader()
    for number, line in enumerate(printable(source).split("\n"), 1):
        reader.read(line.strip(), number)
    return reader.finish()


class _Reader:
    """Builds the tree line by line."""

    def __init__(self) -> None:
        self.open = [_Open("", 0)]
        self.faults: list[Fault] = []

    def read(self, line: str, number: int) -> None:
        """Add one line to the tree."""
        end, is_bare, has_mark = 0, True, False
        for token in TOKEN.finditer(line):
            before = line[end : token.start()]
            self._add_words(before, number)
            self._take(token, number)
            has_mark = has_mark or token["slot"] is None
            is_bare = is_bare and not before.strip() and token["slot"] is None
            end = token.end()
        rest = line[end:]
        leaves_a_line = not (has_mark and is_bare and not rest.strip())
        self._add_words(rest + ("\n" if leaves_a_line else ""), number)

    def finish(self) -> Parsed:
        """Close the tree."""
        for block in self.open[1:]:
            self._blame(block.line, f"[if {block.typed}] has no [end]")
        faults = tuple(sorted(self.faults, key=lambda fault: fault.line))
        return Parsed(tuple(self.open[0].then), faults)

    def _add_words(self, text: str, line: int) -> None:
        if not text:
            return
        if "{{" in text:
            self._blame(line, "“{{” begins a placeholder, but no “}}” ends it")
        for slip in SLIP.finditer(text):
            self._blame(line, f"write {SLIPS[slip[1].lower()]} instead of {slip[0]}")
        self.open[-1].here.append(Words(text, line))

    def _take(self, token: re.Match[str], line: int) -> None:
        if token["slot"] is not None:
            typed = " ".join(token["slot"].split())
            self.open[-1].here.append(Slot(tidy_name(typed), line, typed))
        elif token["condition"] is not None:
            typed = " ".join(token["condition"].split())
            if len(self.open) > MOST_BLOCKS_DEEP:
                self._blame(line, f"[if {typed}] is the third block inside another; write it below")
            self.open.append(_Open(tidy_name(typed), line, typed))
        elif token["word"].lower() == "end":
            self._end(line)
        else:
            self._turn(line)

    def _turn(self, line: int) -> None:
        block = self.open[-1]
        if len(self.open) == 1:
            self._blame(line, "[otherwise] has no [if …] before it")
        elif block.otherwise is not None:
            self._blame(line, f"[if {block.typed}] has more than one [otherwise]")
        else:
            block.otherwise = []

    def _end(self, line: int) -> None:
        if len(self.open) == 1:
            self._blame(line, "[end] has no [if …] before it")
            return
        block = self.open.pop()
        then, otherwise = tuple(block.then), tuple(block.otherwise or ())
        self.open[-1].here.append(Block(block.name, block.line, then, otherwise, block.typed))

    def _blame(self, line: int, sentence: str) -> None:
        self.faults.append(Fault(line, sentence))


def walk(nodes: tuple[Node, ...], *, depth: int = 0) -> Iterator[tuple[Node, int]]:
    """Yield each node of a tree with the number of blocks around it."""
    for node in nodes:
        yield node, depth
        if isinstance(node, Block):
            yield from walk(node.then, depth=depth + 1)
            yield from walk(node.otherwise, depth=depth + 1)


def fill(nodes: tuple[Node, ...], values: Values) -> list[Words | Value]:
    """Choose the pieces that hold and put the values in their places, in order.

    Args:
        nodes: A tree without faults.
        values: What the text may name; a value may be a function, which is called when the text
            names it.

    Raises:
        KeyError: A name is missing.
        TextTooLongError: All in all more than ``MOST_SIGNS`` characters (TP-3).
    """
    known: dict[str, Value] = {}
    pieces = list(_filled(nodes, values, known))
    if sum(len(p.text if isinstance(p, Words) else str(p)) for p in pieces) > MOST_SIGNS:
        msg = f"more than {MOST_SIGNS:,} characters"
        raise TextTooLongError(msg)
    return pieces


def _filled(
    nodes: tuple[Node, ...], values: Values, known: dict[str, Value]
) -> Iterator[Words | Value]:
    for node in nodes:
        if isinstance(node, Words):
            yield node
            continue
        if node.name not in known:
            given = values[node.name]
            known[node.name] = given() if callable(given) else given
        value = known[node.name]
        if isinstance(node, Slot):
            yield value
        else:
            yield from _filled(node.then if _holds(value) else node.otherwise, values, known)


def _holds(value: Value) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)
