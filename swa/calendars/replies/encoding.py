"""Carries what was read over the border of the reading process, as JSON: no pickle (SC-3)."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from swa.calendars.replies.types import (
    Answers,
    Automatic,
    CalendarAnswer,
    Finding,
    Letter,
    NewTime,
    ReadMail,
    Sender,
    Unreadable,
)
from swa.calendars.types import Answer
from swa.messaging.bounces.types import Bounce


def to_json(mail: ReadMail) -> str:
    """Write it down."""
    names = {"kind": type(mail.finding).__name__}
    return json.dumps(
        {"sender": asdict(mail.sender), "finding": asdict(mail.finding), **names},
        default=lambda moment: moment.isoformat(),
    )


def from_json(text: str) -> ReadMail:
    """Read it again.

    Raises:
        ValueError: The text was not written by ``to_json``.
    """
    try:
        written = json.loads(text)
        finding = READERS[written["kind"]](written["finding"])
        return ReadMail(Sender(**written["sender"]), finding)
    except (KeyError, TypeError) as wrong:
        msg = "not what the reader writes"
        raise ValueError(msg) from wrong


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _answer(fields: dict[str, Any]) -> CalendarAnswer:
    moments = {name: _moment(fields[name]) for name in ("original_start", "stamp")}
    return CalendarAnswer(**(fields | moments | {"answer": Answer(fields["answer"])}))


def _new_time(fields: dict[str, Any]) -> NewTime:
    moments = {name: _moment(fields[name]) for name in ("original_start", "starts_at", "ends_at")}
    return NewTime(**(fields | moments))


def _bounce(fields: dict[str, Any]) -> Bounce:
    return Bounce(**(fields | {"recipients": tuple(fields["recipients"])}))


READERS: dict[str, Callable[[dict[str, Any]], Finding]] = {
    "Answers": lambda fields: Answers(tuple(map(_answer, fields["answers"]))),
    "NewTime": _new_time,
    "Bounce": _bounce,
    "Automatic": lambda fields: Automatic(**fields),
    "Letter": lambda fields: Letter(**fields),
    "Unreadable": lambda fields: Unreadable(**fields),
}
