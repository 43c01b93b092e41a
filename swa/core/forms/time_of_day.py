"""A time of day in one box, read as people write it (C22)."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from swa.core.dates import NOON, clock_time
from swa.core.forms.widgets import text_input

LONGEST = 20
NAMED = {
    "midday": time(12),
    "noon": time(12),
    "12 midday": time(12),
    "12 noon": time(12),
    "midnight": time(0),
    "12 midnight": time(0),
}
WRITTEN = re.compile(
    r"""(?P<hour>[0-9]{1,2})
        (?:\s*[:.\s]\s*(?P<minute>[0-9]{2})|(?P<joined>[0-9]{2}))?
        \s*(?:hrs?)?\s*
        (?P<half>[ap]\.?\s?m\.?)?""",
    re.VERBOSE,
)


class NeedsHalfError(ValueError):
    """The time could be in the morning or in the afternoon."""


class TimeOfDayField(Field):
    """One box for a London wall time; ``data`` is a ``datetime.time`` or None.

    Args:
        label: The question.
        subject: What the time is, as error sentences begin: "Start time".
    """

    widget = text_input(classes="govuk-input--width-5", spellcheck=False)
    data: time | None

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] | None = None,
        *,
        subject: str = "Time",
        **rest: Any,
    ) -> None:
        super().__init__(label, list(validators or ()), **rest)
        self.subject = subject

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return clock_time(self.data) if self.data is not None else ""

    def process_data(self, value: time | datetime | None) -> None:
        """Take a time; of a moment its own wall time."""
        self.data = value.time() if isinstance(value, datetime) else value

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; nothing typed is None and left to the validators."""
        self.data = None
        typed = str(valuelist[0]).strip()[:LONGEST] if valuelist else ""
        self.raw_data = [typed] if typed else []
        if not typed:
            return
        try:
            self.data = read_time(typed)
        except NeedsHalfError:
            hour = typed.rstrip(".:")
            msg = f"{self.subject} must say am or pm, like {hour}am or {hour}pm"
            raise ValueError(msg) from None
        except ValueError:
            msg = f"{self.subject} must be a real time, like 9:30am or 2pm"
            raise ValueError(msg) from None

    def pre_validate(self, form: BaseForm) -> None:
        """Ask no further once the words make no time."""
        if self.process_errors:
            raise StopValidation


def read_time(text: str) -> time:
    """Read a time as people write it: 9.30am, 0930, 14:00, 2 pm, midday, midnight.

    Raises:
        NeedsHalfError: A bare "9" or "9:30" may be meant in the morning or in the evening.
        ValueError: It is no time of day.
    """
    words = " ".join(text.casefold().split())
    if words in NAMED:
        return NAMED[words]
    written = WRITTEN.fullmatch(words)
    if written is None:
        raise ValueError(text)
    hour = int(written["hour"])
    digits = written["minute"] or written["joined"]
    minute = int(digits or 0)
    if written["half"]:
        return time(_on_the_day(hour, written["half"][0]), minute)
    _refuse_either_half(written["hour"], has_minutes=digits is not None)
    return time(hour, minute)


def _on_the_day(hour: int, half: str) -> int:
    if not 1 <= hour <= NOON:
        raise ValueError(hour)
    return hour % NOON + (NOON if half == "p" else 0)


def _refuse_either_half(written_hour: str, *, has_minutes: bool) -> None:
    """Refuse what may be morning or evening: 9, 12 and 9:30, but not 09, 10:30 or 14."""
    hour = int(written_hour)
    looks_like_24_hours = written_hour.startswith("0") or hour > NOON
    if not looks_like_24_hours and (len(written_hour) == 1 or not has_minutes):
        raise NeedsHalfError(written_hour)
