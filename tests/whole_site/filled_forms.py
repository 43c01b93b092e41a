"""Fills in the forms of a page as somebody would who answers everything, and notes what is written.

Values that must be new carry a number; what is written is compared without numbers and moments, so
that the same form sent for two objects of a kind writes the same.
"""

import calendar
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from bs4 import BeautifulSoup, Tag
from sqlalchemy import event

from swa.core.db import db
from tests.support.factories import soon

_numbers = count(1)
IS_NUMBER = re.compile(r"[0-9]+")
# Tokens, hashes, Message-IDs, references of bookings, keys of rules; days and months in words.
RANDOM = re.compile(
    r"[0-9A-Za-z_-]{22,}|\b[2-9A-Z]{8}\b|\bown [0-9a-f]{12}\b"
    rf"|\b({'|'.join([*calendar.day_name, *calendar.month_name[1:]])})\b"
)


@dataclass
class Form:
    """One form of a page, filled in.

    Attributes:
        action: Where it posts to.
        values: What is chosen and typed, by name of the field; a list where several may be.
        choices: What may be chosen, by name of the field; empty for what is typed.
        hidden: Names of the fields that nobody sees.
    """

    action: str
    values: dict[str, Any] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)


def forms_of(page: str) -> list[Form]:
    """Return the forms of a page that change something."""
    return [_fill(form) for form in BeautifulSoup(page, "html.parser").select("form[method=post]")]


def _fill(tag: Tag) -> Form:
    form = Form(str(tag.get("action", "")))
    for control in tag.select("input[name], textarea[name], select[name]"):
        name, kind = str(control["name"]), str(control.get("type", control.name))
        if name == "csrf_token" or kind in {"submit", "file"}:
            continue
        if kind in {"radio", "checkbox"}:
            _choose_one(form, control, name, kind)
        elif control.name == "select":
            form.choices[name] = [
                str(option.get("value", "")) for option in control.select("option")
            ]
            form.values[name] = _select_one(form, control, name)
        else:
            form.choices[name] = []
            form.hidden |= {name} if kind == "hidden" else set()
            present = control.get("value") if control.name == "input" else control.text.strip()
            form.values[name] = present or ("" if kind == "hidden" else _type_in(name, control))
    return form


def _select_one(form: Form, control: Tag, name: str) -> str:
    """Return what is selected, or else the first that no other list has: two people are two."""
    chosen = control.select_one("option[selected]")
    taken = [form.values[other] for other in form.choices if other in form.values]
    offered = [choice for choice in form.choices[name] if choice]
    free = [choice for choice in offered if choice not in taken]
    value = str(chosen.get("value", "")) if chosen else ""
    return value or next(iter(free or offered), "")


def _choose_one(form: Form, control: Tag, name: str, kind: str) -> None:
    value, is_checked = str(control.get("value", "on")), control.has_attr("checked")
    offered = form.choices.setdefault(name, [])
    offered.append(value)
    if kind == "checkbox":
        chosen = form.values.setdefault(name, [])
        chosen += [value] if is_checked else []
    elif is_checked or len(offered) == 1:
        form.values[name] = value


def _type_in(name: str, control: Tag) -> str:
    """Return an answer by the end of the name: days, times, addresses, links, numbers, words."""
    day = soon(days=60)
    answers = {
        "manager": "", "manager_email": "", "domains": "", "team": "",
        "-day": day.day, "-month": day.month, "-year": day.year,
        "start_time": "10am", "starts_at": "10am", "ends_at": "12pm",
        "link": "https://meet.example.org/room",
        **dict.fromkeys(("email", "address"), f"new{next(_numbers)}@example.org"),
    }  # fmt: skip
    is_number = control.get("inputmode") == "numeric"
    words = "20" if is_number else f"Some words {next(_numbers)}"
    return str(next((text for end, text in answers.items() if name.endswith(end)), words))


@contextmanager
def noted_writes() -> Iterator[list[tuple[str, Any]]]:
    """Collect every statement that changes rows, each with its values."""
    written: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield written
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def in_general(written: list[tuple[str, Any]]) -> list[str]:
    """Return what was written without numbers, moments and random words, in alphabetical order."""
    return sorted(f"{statement} {_generally(values)}" for statement, values in written)


def _generally(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _generally(each) for name, each in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_generally(each) for each in value]
    if isinstance(value, bool) or not isinstance(value, str | int | float | datetime):
        return value
    return IS_NUMBER.sub("#", RANDOM.sub("?", value)) if isinstance(value, str) else "#"


def numbers_in(written: list[tuple[str, Any]]) -> set[int]:
    """Return every whole number that was written."""
    return {number for _, values in written for number in _numbers_in(values)}


def _numbers_in(value: Any) -> Iterator[int]:
    if isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _numbers_in(each)
    elif isinstance(value, int):
        yield value
