"""Says in one list what is wrong with a form, and puts a refusal where it belongs."""

from collections.abc import Iterator
from typing import Any

from wtforms import Field, FieldList, FormField
from wtforms.csrf.core import CSRFTokenField
from wtforms.form import BaseForm
from wtforms.widgets import HiddenInput

from swa.core.errors import RuleBroken

OPEN_TOO_LONG = "This page was open for too long. Check your answers and try again"


def error_list(form: BaseForm) -> list[dict[str, str]]:
    """List what is wrong, in page order, for the error summary.

    Returns:
        ``text`` is the sentence that also stands beside the field; ``href`` leads to the first
        wrong input. What has no input to go to, such as a refusal of the whole form, has none.
    """
    found = [_entry(field) for field in _fields(form) if field.errors]
    return found + [{"text": sentence} for sentence in form.form_errors]


def show_refusal(form: BaseForm, refusal: RuleBroken) -> None:
    """Put the refusal's sentence on the field that it blames, or on the form as a whole."""
    field: Any = form[refusal.field] if refusal.field and refusal.field in form else None
    if field is None or isinstance(field, FormField | FieldList):
        form.form_errors = [*form.form_errors, refusal.message]
    else:
        field.errors = [*field.errors, refusal.message]


def _fields(form: BaseForm) -> Iterator[Field]:
    for field in form:
        yield from _leaves(field)


def _leaves(field: Field) -> Iterator[Field]:
    if isinstance(field, FormField):
        yield from _fields(field.form)
    elif isinstance(field, FieldList):
        for entry in field.entries:
            yield from _leaves(entry)
    else:
        yield field


def _entry(field: Field) -> dict[str, str]:
    if isinstance(field, CSRFTokenField):
        return {"text": OPEN_TOO_LONG}
    sentence = str(field.errors[0])
    if isinstance(field.widget, HiddenInput):
        return {"text": sentence}
    return {"text": sentence, "href": f"#{getattr(field, 'error_id', field.id)}"}
