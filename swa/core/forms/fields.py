"""Fields of WTForms with our manners: texts are tidied, an empty choice is an empty answer.

Import these instead of those of ``wtforms``; names and arguments are the same.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import wtforms
from wtforms.fields import choices as wtforms_choices
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from swa.core.forms.widgets import (
    checkboxes,
    radios,
    select,
    text_input,
    textarea,
    whole_number,
    yes_box,
)

# The published types are those of WTForms 3.2, which had no such class.
SelectChoice: Any = wtforms_choices.SelectChoice  # type: ignore[attr-defined]
Choices = Iterable[Any] | Callable[..., Iterable[Any]] | None

NOT_IN_THE_LIST = "Select one of the options in the list"
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def tidy(text: str) -> str:
    """Trim a text, make its line ends one character and drop what cannot be printed.

    PostgreSQL refuses a NUL in a text, so none may come through.
    """
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class StringField(wtforms.StringField):
    """One line of text, trimmed."""

    widget = text_input()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the text as it will be stored; a line end becomes a space."""
        if valuelist:
            self.data = " ".join(tidy(str(valuelist[0])).split("\n"))


class TextAreaField(wtforms.TextAreaField):
    """Several lines of text, trimmed."""

    widget = textarea()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the text as it will be stored."""
        if valuelist:
            self.data = tidy(str(valuelist[0]))


class IntegerField(wtforms.IntegerField):
    """A whole number as people write it; "1,000" is read too.

    Args:
        label: The question.
        validators: As usual; an empty answer is None.
        invalid_value_message: What to say of anything else: "Length must be a whole number".
    """

    widget = whole_number()

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] | None = None,
        *,
        invalid_value_message: str = "Enter a whole number",
        **rest: Any,
    ) -> None:
        super().__init__(label, list(validators or ()), **rest)
        self.invalid_value_message = invalid_value_message

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; one too large for a database column is no number."""
        typed = str(valuelist[0]).strip().replace(",", "") if valuelist else ""
        self.data = None
        if not typed:
            return
        if not re.fullmatch(r"-?\d{1,9}", typed):
            raise ValueError(self.invalid_value_message)
        self.data = int(typed)


class BooleanField(wtforms.BooleanField):
    """One box to tick."""

    widget = yes_box()


class SelectField(wtforms.SelectField):
    """One choice of a list; the empty choice is an empty answer, a disabled one is refused."""

    widget: Any = select()

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] | None = None,
        *,
        choices: Choices = None,
        coerce: Callable[[Any], Any] = str,
        invalid_choice_message: str = NOT_IN_THE_LIST,
        **rest: Any,
    ) -> None:
        rest |= {"choices": choices, "coerce": _empty_is_none(coerce)}
        super().__init__(label, list(validators or ()), **rest)
        self.invalid_choice_message = invalid_choice_message

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the choice; None when there is none."""
        self.data = None
        try:
            self.data = self.coerce(valuelist[0] if valuelist else "")
        except (ValueError, TypeError):
            raise ValueError(self.invalid_choice_message) from None

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what is not offered; an empty answer is left to the validators."""
        if self.data is not None and not self.process_errors:
            _refuse_unless_offered(self, [self.data], self.invalid_choice_message)


class RadioField(SelectField):
    """One choice of a few."""

    widget = radios()


class SelectMultipleField(wtforms.SelectMultipleField):
    """Any number of choices, as checkboxes; ``data`` is a list."""

    widget: Any = checkboxes()

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] | None = None,
        *,
        choices: Choices = None,
        coerce: Callable[[Any], Any] = str,
        invalid_choice_message: str = NOT_IN_THE_LIST,
        **rest: Any,
    ) -> None:
        rest |= {"choices": choices, "coerce": _empty_is_none(coerce)}
        super().__init__(label, list(validators or ()), **rest)
        self.invalid_choice_message = invalid_choice_message

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the choices; empty when there are none."""
        try:
            self.data = [self.coerce(value) for value in valuelist if value != ""]
        except (ValueError, TypeError):
            self.data = []
            raise ValueError(self.invalid_choice_message) from None

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what is not offered."""
        if self.data and not self.process_errors:
            _refuse_unless_offered(self, self.data, self.invalid_choice_message)


def _empty_is_none(coerce: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None or value == "" else coerce(value)


def _refuse_unless_offered(
    field: wtforms.SelectField, chosen: Sequence[Any], sentence: str
) -> None:
    offered = {
        field.coerce(value)
        for value, _text, _chosen, more in field.iter_choices()
        if value != "" and not more.get("disabled")
    }
    if not offered.issuperset(chosen):
        raise ValidationError(sentence)
