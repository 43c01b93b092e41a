"""A date as day, month and year in three boxes (C20, C22, C29)."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import Field
from wtforms.form import BaseForm
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from swa.core.dates import MONTHS
from swa.core.forms.widgets import DatePartsWidget

PARTS = ("day", "month", "year")
LONGEST_PART = 20


class WrongPartsError(ValueError):
    """The boxes make no date.

    Args:
        sentence: What to do.
        parts: The boxes to blame.
    """

    def __init__(self, sentence: str, parts: Sequence[str]) -> None:
        super().__init__(sentence)
        self.parts = tuple(parts)


class DatePartsField(Field):
    """Three boxes that make one date; ``data`` is a ``date`` or None.

    Args:
        label: The question; becomes the legend.
        subject: What the date is, as error sentences begin: "Start date".

    Attributes:
        parts: What stands in the boxes, by name of the part.
        wrong_parts: The parts that are to blame, all three when nobody knows.
    """

    widget = DatePartsWidget("date-input", "govukDateInput")
    data: date | None
    _ordinal = re.compile(r"(?i)(?<=\d)(st|nd|rd|th)$")

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] | None = None,
        *,
        subject: str = "Date",
        **rest: Any,
    ) -> None:
        super().__init__(label, list(validators or ()), **rest)
        self.subject = subject
        self.parts = dict.fromkeys(PARTS, "")
        self.wrong_parts: tuple[str, ...] = PARTS

    @property
    def error_id(self) -> str:
        """The id of the first wrong box, where the error summary leads."""
        return f"{self.id}-{self.wrong_parts[0]}"

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Fill the three boxes from the form, or else from a date.

        Each box is read by its own name, so an absent one is simply empty.
        """
        self.process_errors = []
        given = self.default if data is unset_value else data
        self.object_data = self.data = given() if callable(given) else given
        if formdata is None:
            self._show(self.data)
        else:
            names = {part: f"{self.name}-{part}" for part in PARTS}
            typed = {part: formdata.getlist(name) for part, name in names.items()}
            self.parts = {
                part: str(texts[0]).strip()[:LONGEST_PART] if texts else ""
                for part, texts in typed.items()
            }
            self.raw_data = [text for text in self.parts.values() if text]
            try:
                self.data = self._read()
            except WrongPartsError as wrong:
                self.data = None
                self.process_errors = [str(wrong)]
                self.wrong_parts = wrong.parts
        for change in (*self.filters, *(extra_filters or ())):
            self.data = change(self.data)

    def pre_validate(self, form: BaseForm) -> None:
        """Ask no further once the boxes make no date."""
        if self.process_errors:
            raise StopValidation

    def _show(self, day: date | None) -> None:
        if day is not None:
            texts = (str(day.day), str(day.month), str(day.year))
            self.parts = dict(zip(PARTS, texts, strict=True))

    def _read(self) -> date | None:
        missing = [part for part in PARTS if not self.parts[part]]
        if len(missing) == len(PARTS):
            return None
        if missing:
            sentence = f"{self.subject} must include a {' and '.join(missing)}"
            raise WrongPartsError(sentence, missing)
        year = self.parts["year"]
        if year.isdecimal() and len(year) != len("2026"):
            sentence = "Year must include 4 numbers"
            raise WrongPartsError(sentence, ["year"])
        return self._build()

    def _build(self) -> date:
        day = _number(self._ordinal.sub("", self.parts["day"]))
        month = _month(self.parts["month"])
        year = _number(self.parts["year"])
        numbers = zip(PARTS, (day, month, year), strict=True)
        unread = [part for part, number in numbers if number is None]
        try:
            return date(year or 0, month or 0, day or 0)
        except (ValueError, OverflowError):
            sentence = f"{self.subject} must be a real date"
            raise WrongPartsError(sentence, unread or PARTS) from None


def _number(text: str) -> int | None:
    """Read decimal digits of any script; "²" is a digit but no number."""
    return int(text) if text.isdecimal() else None


def _month(text: str) -> int | None:
    """Read a month by number, by name or by its first letters: 3, March, mar, sept."""
    word = text.rstrip(".").casefold()
    named = [
        number
        for number, name in enumerate(MONTHS, 1)
        if len(word) >= len("mar") and name.casefold().startswith(word)
    ]
    return named[0] if named else _number(text)
