"""Questions that the forms about topics and sessions ask alike."""

from typing import Any

from wtforms import Field, Form
from wtforms.validators import ValidationError

from swa.core.forms.fields import IntegerField, TextAreaField
from swa.core.forms.validators import at_most, between, enter
from swa.core.forms.widgets import textarea, whole_number
from swa.sessions.rules.texts import TEXT_MAX_LENGTH


def on_one_line(form: Form, field: Field) -> None:
    """Refuse a line break in what goes into the subject of a mail.

    Source:
        IN-14.
    """
    sent = str(field.raw_data[0]).strip() if field.raw_data else ""
    if "\n" in sent or "\r" in sent:
        message = f"{field.label.text.removesuffix(' (optional)')} must be on one line"
        raise ValidationError(message)


def text_area(label: str, *validators: Any, hint: str = "", rows: int = 5) -> TextAreaField:
    """Make a field of several lines with the usual limit."""
    thing = label.removesuffix("?").removesuffix(" (optional)")
    return TextAreaField(
        label,
        description=hint,
        validators=[*validators, at_most(TEXT_MAX_LENGTH, thing)],
        widget=textarea(rows=rows),
    )


def number(
    label: str, least: int, most: int, *, hint: str, unit: str, thing: str = ""
) -> IntegerField:
    """Make a field for a number that has to be given.

    Args:
        label: The question.
        least: Smallest number.
        most: Largest number.
        hint: One short sentence.
        unit: Stands behind the box.
        thing: What error sentences call the number; the label when empty.
    """
    thing = thing or label
    within = between(least, most, thing, f" {unit.removesuffix(' before')}")
    return IntegerField(
        label,
        description=hint,
        validators=[enter(f"the {thing[0].lower()}{thing[1:]}"), within],
        invalid_value_message=f"{thing} must be a whole number",
        widget=whole_number(suffix={"text": unit}),
    )
