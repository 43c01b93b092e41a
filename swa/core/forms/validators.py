"""Checks of shape with sentences as people read them (C20).

Unlike those of WTForms they set no flag, so no widget ever adds ``required`` or ``maxlength``.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError

from swa.core import clock
from swa.core.dates import is_ambiguous_or_missing, local_date


class Answered:
    """Refuse a field that was left empty.

    Args:
        sentence: What to do, in full: "Enter your name".
    """

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Stop at an empty answer; blanks alone are empty."""
        sent = field.raw_data or []
        if not any(part.strip() if isinstance(part, str) else part for part in sent):
            field.errors = []
            raise StopValidation(self.sentence)


class AtMost:
    """Refuse a text of too many characters; a new line counts as one, as in the browser.

    Args:
        most: Characters.
        thing: What the text is, as the sentence begins: "Access needs".
    """

    def __init__(self, most: int, thing: str) -> None:
        self.most = most
        self.thing = thing

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Count the characters of what would be stored."""
        text = str(field.data or "").replace("\r\n", "\n")
        if len(text) > self.most:
            msg = f"{self.thing} must be {self.most:,} characters or fewer"
            raise ValidationError(msg)


class Between:
    """Refuse a number outside its limits; an empty answer is left to the other checks.

    Args:
        least: Smallest number.
        most: Largest number.
        thing: What the number is: "Length".
        unit: Follows the number: " minutes".
    """

    def __init__(self, least: int, most: int, thing: str, unit: str = "") -> None:
        self.least = least
        self.most = most
        self.thing = thing
        self.unit = unit

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Compare the number with both limits."""
        number: int | None = field.data
        if number is not None and not self.least <= number <= self.most:
            msg = f"{self.thing} must be between {self.least:,} and {self.most:,}{self.unit}"
            raise ValidationError(msg)


LAST_YEAR = 2100  # beyond it sums of moments leave the calendar of the computer


class InTheFuture:
    """Refuse a day before today, London time, and one that nobody plans for.

    Args:
        subject: What the date is: "Start date".
    """

    def __init__(self, subject: str) -> None:
        self.subject = subject

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Compare with today; today itself passes, since its later hours are still to come."""
        day: date | None = field.data
        if day is not None and day < local_date(clock.utc_now()):
            msg = f"{self.subject} must be in the future"
            raise ValidationError(msg)
        if day is not None and day.year > LAST_YEAR:
            msg = f"{self.subject} must be in {LAST_YEAR} or earlier"
            raise ValidationError(msg)


class OnceThatDay:
    """Refuse a London wall time that the clocks skip in March or repeat in October.

    Args:
        day: Name of the field with the day; without a day nothing is compared.
        subject: What the time is: "Start time".

    Source:
        CAL-15.
    """

    def __init__(self, day: str, subject: str) -> None:
        self.day = day
        self.subject = subject

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Look at the hour on that day."""
        day: date | None = form[self.day].data
        if day is None or field.data is None:
            return
        if is_ambiguous_or_missing(datetime.combine(day, field.data)):
            msg = f"{self.subject} must be outside the hour when the clocks change"
            raise StopValidation(msg)


def enter(what: str) -> Answered:
    """Ask for something to be typed: ``enter("your name")`` says "Enter your name"."""
    return Answered(f"Enter {what}")


def select_one(what: str) -> Answered:
    """Ask for a choice: ``select_one("a topic")`` says "Select a topic"."""
    return Answered(f"Select {what}")


def at_most(most: int, thing: str) -> Callable[[Any, Any], None]:
    """Limit a text: ``at_most(500, "Access needs")``."""
    return AtMost(most, thing)


def between(least: int, most: int, thing: str, unit: str = "") -> Callable[[Any, Any], None]:
    """Limit a number: ``between(15, 600, "Length", " minutes")``."""
    return Between(least, most, thing, unit)
