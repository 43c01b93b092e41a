"""Takes a foreign iCalendar text apart into the lines of its events, and nothing more.

No recurrence rule, time zone or alarm is looked at (REPLY-10): parsing libraries that do have
had faults that take for ever.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_LINES = 5_000
MOST_EVENTS = 100
LONGEST_NAME_AND_PARAMETERS = 2_000
LINE_ENDS = re.compile(r"\r\n|\r|\n")
FOLD = re.compile(r"(?:\r\n|\r|\n)[ \t]")
PARAMETER = re.compile(r'((?:[^;"]|"[^"]*")+)')
NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
COMPONENT = {"BEGIN", "END"}


class BrokenCalendar(ValueError):  # noqa: N818 - reads as the finding "broken calendar"
    """The text is no iCalendar object, or too large for one."""


@dataclass(frozen=True)
class Line:
    """One property: its value as written, and its parameters by upper-case name."""

    value: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The value of a TEXT property without its escapes."""
        return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass
class Event:
    """The properties of one VEVENT by upper-case name, in order."""

    lines: dict[str, list[Line]] = field(default_factory=dict)

    def all(self, name: str) -> list[Line]:
        """Return the properties of a name."""
        return self.lines.get(name, [])

    def first(self, name: str) -> Line | None:
        """Return the first property of a name; None when there is none."""
        return next(iter(self.all(name)), None)


@dataclass(frozen=True)
class Itip:
    """One calendar object: its METHOD in upper case ("" without one) and its events."""

    method: str
    events: list[Event]


def read_object(text: str) -> Itip:
    """Take a text apart.

    Raises:
        BrokenCalendar: BEGIN and END do not match, or there is too much of it.
    """
    method, events, inside = "", [], [""]
    lines = LINE_ENDS.split(FOLD.sub("", text.lstrip("\ufeff").strip()))
    if len(lines) > MOST_LINES:
        msg = "too many lines"
        raise BrokenCalendar(msg)
    for each in lines:
        name, line = split_line(each)
        if name in COMPONENT:
            _step(name, line.value.strip().upper(), inside)
            if (name, inside[-1]) == ("BEGIN", "VEVENT"):
                events.append(Event())
        elif inside[-1] == "VEVENT":
            events[-1].lines.setdefault(name, []).append(line)
        elif inside[-1] == "VCALENDAR" and name == "METHOD":
            method = line.value.strip().upper()
    if inside != [""] or not events or len(events) > MOST_EVENTS:
        msg = "no end, no event, or too many events"
        raise BrokenCalendar(msg)
    return Itip(method, events)


def split_line(line: str) -> tuple[str, Line]:
    """Split a content line; one that is none has the name "".

    Source:
        RFC 5545, 3.1.
    """
    colon = _find_colon(line)
    if colon < 1:
        return "", Line(line)
    name, *parameters = PARAMETER.findall(line[:colon]) or [""]
    if not NAME.fullmatch(name):
        return "", Line(line)
    pairs = (each.partition("=") for each in parameters)
    values = {key.strip().upper(): value.strip().strip('"') for key, _, value in pairs}
    return name.upper(), Line(line[colon + 1 :], values)


def _find_colon(line: str) -> int:
    """Return where the value begins: the first colon outside quotes; -1 when there is none."""
    is_quoted = False
    for place, sign in enumerate(line[:LONGEST_NAME_AND_PARAMETERS]):
        if sign == '"':
            is_quoted = not is_quoted
        elif sign == ":" and not is_quoted:
            return place
    return -1


def _step(word: str, component: str, inside: list[str]) -> None:
    """Go into a component or out of it."""
    if word == "BEGIN":
        is_first = len(inside) == 1
        if is_first != (component == "VCALENDAR") or len(inside) > 10:  # noqa: PLR2004 - deep enough
            msg = "components in the wrong place"
            raise BrokenCalendar(msg)
        inside.append(component)
    elif inside.pop() != component or not inside:
        msg = "an END without its BEGIN"
        raise BrokenCalendar(msg)
