"""Whether a text may be saved: known names only, must-haves there, marks in pairs; pure.

Source:
    MT-04 (placeholders from a fixed list, an unknown one is refused when a text is saved).
"""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import pairwise

from swa.messaging.texts.rules.language import (
    Block,
    Node,
    Parsed,
    Slot,
    Words,
    parse,
    tidy_name,
    walk,
)
from swa.messaging.texts.types import Form, Lists, Refusal, TextRefused

SUBJECT_MAX_LENGTH = 200
BODY_MAX_LENGTH = 10_000
MOST_LINES = 400
BOLD = "**"
ENDS_IN_A_LINK = re.compile(r"https?://\S*$", re.IGNORECASE)
GOES_ON = re.compile(r"[\w/?#&=%~+@-]")


def check_text(subject: str, body: str, lists: Lists) -> None:
    """Refuse a text that cannot be sent as it is.

    Args:
        subject: One line.
        body: Lines in the small language.
        lists: What it may name.

    Raises:
        TextRefused: With everything that is wrong, each with its line.
    """
    refusals = [*_check_size(subject, body)]
    if not refusals:
        refusals = [*_check_subject(subject, lists), *_check_body(body, lists)]
    if refusals:
        raise TextRefused(tuple(refusals))


def _check_size(subject: str, body: str) -> Iterator[Refusal]:
    if not subject.strip():
        yield Refusal("subject", 0, "Enter the subject")
    elif len(subject) > SUBJECT_MAX_LENGTH:
        yield Refusal("subject", 0, f"Subject must be {SUBJECT_MAX_LENGTH} characters or fewer")
    if not body.strip():
        yield Refusal("body", 0, "Enter the text")
    elif len(body) > BODY_MAX_LENGTH:
        yield Refusal("body", 0, f"Text must be {BODY_MAX_LENGTH:,} characters or fewer")
    elif body.count("\n") >= MOST_LINES:
        yield Refusal("body", 0, f"Text must have {MOST_LINES} lines or fewer")


def _check_subject(subject: str, lists: Lists) -> Iterator[Refusal]:
    tree = parse(subject)
    for _line, sentence in _found(tree, lists):
        yield Refusal("subject", 0, _capital(sentence))
    if len(printable_lines(subject)) > 1:
        yield Refusal("subject", 0, "Subject must be one line")
    if BOLD in subject:
        yield Refusal("subject", 0, "Subject cannot have bold words")
    for slot in _slots(tree):
        entry = lists.placeholders.get(slot.name)
        if entry and entry.form is not Form.LINE:
            sentence = f"{{{{ {slot.name} }}}} can stand in the text only, not in the subject"
            yield Refusal("subject", 0, sentence)


def _check_body(body: str, lists: Lists) -> Iterator[Refusal]:
    tree = parse(body)
    found = [*_found(tree, lists), *_find_marks(tree.nodes), *_find_joined(tree.nodes, lists)]
    for line, sentence in sorted(found):
        yield Refusal("body", line, sentence)
    for name in lists.must_have:
        if not _stands_always(name, tree.nodes):
            but = f" but [if {name}]" if name in lists.askable else ""
            sentence = f"Text must have {{{{ {name} }}}}, outside of every [if …] block{but}"
            yield Refusal("body", 0, sentence)


def _stands_always(name: str, nodes: tuple[Node, ...]) -> bool:
    """Say whether a value stands in the text whatever holds, unless it is empty itself."""
    return any(
        node.name == name and (isinstance(node, Slot) or _stands_always(name, node.then))
        for node in nodes
        if not isinstance(node, Words)
    )


def printable_lines(text: str) -> list[str]:
    """Split a text at its line ends, whatever the system they come from."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _found(tree: Parsed, lists: Lists) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with form and names, each with its line."""
    yield from ((fault.line, fault.sentence) for fault in tree.faults)
    for node, _depth in walk(tree.nodes):
        if isinstance(node, Slot) and node.name not in lists.placeholders:
            hint = _hint(node.name, lists.placeholders, "{{{{ {} }}}}")
            yield node.line, f"{{{{ {node.typed} }}}} is no placeholder of this message{hint}"
        elif isinstance(node, Block) and not node.name:
            yield node.line, "say what to ask after “if”, for example [if online]"
        elif isinstance(node, Block) and node.name not in lists.askable:
            hint = _hint(node.name, lists.askable, "[if {}]")
            yield node.line, f"[if {node.typed}] is no condition of this message{hint}"


def _hint(name: str, known: Iterable[str], form: str) -> str:
    close = get_close_matches(tidy_name(name), list(known), n=1)
    return f"; is it {form.format(close[0])}?" if close else ""


def _slots(tree: Parsed) -> list[Slot]:
    return [node for node, _depth in walk(tree.nodes) if isinstance(node, Slot)]


def _find_marks(nodes: tuple[Node, ...]) -> Iterator[tuple[int, str]]:
    """Yield the lines in which bold words begin and do not end, within one block."""
    marks: dict[int, int] = {}
    for node in nodes:
        if isinstance(node, Words):
            marks[node.line] = marks.get(node.line, 0) + node.text.count(BOLD)
        elif isinstance(node, Block):
            yield from _find_marks(node.then)
            yield from _find_marks(node.otherwise)
    for line, number in marks.items():
        if number % 2:
            yield line, "“**” begins bold words that do not end in the same line and block"


def _find_joined(nodes: tuple[Node, ...], lists: Lists) -> Iterator[tuple[int, str]]:
    """Yield where a link would run into its neighbour, so that it leads elsewhere."""
    flat = [node for node, _depth in walk(nodes) if not isinstance(node, Block)]
    for first, second in pairwise(flat):
        if isinstance(first, Words) and isinstance(second, Slot):
            if ENDS_IN_A_LINK.search(first.text):
                yield second.line, f"put a space between the link and {{{{ {second.name} }}}}"
        elif isinstance(first, Slot) and _is_link(first, lists) and _goes_on(second):
            yield first.line, f"put a space after {{{{ {first.name} }}}}, since it is a link"


def _is_link(slot: Slot, lists: Lists) -> bool:
    entry = lists.placeholders.get(slot.name)
    return entry is not None and entry.form is Form.LINK


def _goes_on(node: Node) -> bool:
    return not isinstance(node, Words) or bool(GOES_ON.match(node.text))


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
