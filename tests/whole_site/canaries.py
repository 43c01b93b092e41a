"""Words that stand nowhere else: one per private field and object, found again in any answer.

A canary says what it is and whose: the sign of the field, then two letters for the object. It is
made of letters and figures, so that names, addresses, links and calendars carry it unchanged.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from string import ascii_lowercase

from werkzeug.test import TestResponse

FIELDS = {
    "n": "name of somebody who takes part",
    "e": "their e-mail address",
    "a": "their access needs",
    "q": "their question, asked with a name",
    "u": "a question asked without a name",
    "j": "their job role",
    "t": "their team",
    "o": "their organisation",
    "f": "name of somebody who runs the session",
    "h": "e-mail address of somebody who runs the session",
    "l": "link to join online, now or before a move",
    "i": "joining instructions",
    "p": "prework",
    "r": "resources",
    "g": "why a small session goes ahead",
    "s": "a part of the session plan",
    "m": "subject or words of a message",
    "x": "what the mail server said, or why a message did not go",
    "c": "somebody's unfinished text of a message",
    "v": "a calendar entry, what a calendar answered or proposed",
    "b": "a mail that somebody wrote to us",
    "k": "a request to join",
    "w": "a registration that is not confirmed yet",
    "y": "a list of people that was uploaded",
    "z": "why somebody was given a role",
    "d": "a line of the audit log",
    "1": "title of a topic",
    "2": "an organisation that provides a session",
    "3": "why an address gets no mail",
}
FOLD = re.compile(r"\r?\n[ \t]")
# As planted, or in lower case as in addresses; any other case is chance: tokens are long and many.
CANARY = re.compile(r"[Qq]z([a-z1-3])([a-z]{2})zq")
Found = dict[str, set[str]]


def code_of(number: int) -> str:
    """Return the two letters of an object."""
    return ascii_lowercase[number // 26] + ascii_lowercase[number % 26]


def plant(field: str, code: str) -> str:
    """Return the canary of one field of one object."""
    assert field in FIELDS, field
    return f"Qz{field}{code}zq"


def found_in(answer: TestResponse) -> Found:
    """Return the signs of the fields whose canaries an answer shows, by the object's code.

    Headers are read too: an address to go on to can tell as much as a page. A calendar's folded
    lines are put together first.
    """
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    found: defaultdict[str, set[str]] = defaultdict(set)
    for field, code in CANARY.findall(FOLD.sub("", f"{head}\n{answer.text}")):
        found[code.lower()].add(field.lower())
    return found


def signs(fields: Iterable[str]) -> str:
    """Return the signs in the order of the list above."""
    return "".join(field for field in FIELDS if field in fields)
