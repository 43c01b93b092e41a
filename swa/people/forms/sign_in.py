"""What is typed to sign in: an address, then a code."""

from flask_wtf import FlaskForm

from swa.core.forms.fields import StringField
from swa.core.forms.validators import at_most, enter
from swa.core.forms.widgets import code_input, email_input
from swa.people.forms.addresses import an_address
from swa.people.rules.addresses import ADDRESS_MAX_LENGTH
from swa.people.tokens import CODE_LENGTH


class AskForLinkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for the address that the link goes to."""

    email = StringField(
        "Email address",
        description="We will email you a link and a code",
        validators=[
            enter("your email address"),
            an_address,
            at_most(ADDRESS_MAX_LENGTH, "Email address"),
        ],
        widget=email_input(),
    )


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for the code of the e-mail."""

    code = StringField(
        "Code from the email",
        description=f"It has {CODE_LENGTH} letters and numbers, like K7MQ 2XWD",
        validators=[enter("the code from the email"), at_most(40, "Code")],
        widget=code_input(),
    )


class PressForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One button and the form token."""
