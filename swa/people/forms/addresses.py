"""The shape of an e-mail address in a form."""

from wtforms import Field, ValidationError
from wtforms.form import BaseForm

from swa.people.rules.addresses import is_address, tidy_address


def an_address(_form: BaseForm, field: Field) -> None:
    """Refuse what cannot be an e-mail address; keep the rest in lower case.

    Raises:
        ValidationError: It has another shape.
    """
    address = tidy_address(field.data or "")
    if not is_address(address):
        msg = "Enter an email address in the correct format, like name@example.com"
        raise ValidationError(msg)
    field.data = address


def an_address_if_any(form: BaseForm, field: Field) -> None:
    """Accept an empty answer, else ask for an e-mail address.

    Raises:
        ValidationError: It has another shape.
    """
    if field.data:
        an_address(form, field)
