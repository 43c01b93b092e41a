"""What people may type or press on the pages about the texts of messages."""

from flask_wtf import FlaskForm
from wtforms.widgets import HiddenInput

from swa.core.forms.fields import IntegerField, StringField, TextAreaField
from swa.core.forms.widgets import text_input, textarea


class TextForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for subject and text; what is wrong with them is said line by line by the service."""

    subject = StringField("Subject", widget=text_input(spellcheck=True))
    body = TextAreaField(
        "Text",
        description="Everything that can stand in it is explained below",
        widget=textarea(rows=24, classes="app-mail-text", spellcheck=True),
    )


class SeenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One button, with the number of the version that counted when the page was made."""

    seen = IntegerField(widget=HiddenInput())


class ButtonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One button and the form token."""
