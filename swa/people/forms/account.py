"""What people may change about themselves."""

from collections.abc import Sequence

from flask_wtf import FlaskForm

from swa.core.forms.fields import SelectChoice, SelectMultipleField, TextAreaField
from swa.core.forms.validators import at_most
from swa.core.forms.widgets import character_count
from swa.people.rules.registration import ACCESS_NEEDS_MAX_LENGTH


class AccessNeedsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask what somebody needs to take part."""

    access_needs = TextAreaField(
        "Your access needs",
        description="For example, step-free access, captions or a hearing loop",
        validators=[at_most(ACCESS_NEEDS_MAX_LENGTH, "Access needs")],
        widget=character_count(ACCESS_NEEDS_MAX_LENGTH),
    )


class MessageChoicesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask which optional messages somebody wants."""

    wanted = SelectMultipleField(
        "Which of these messages do you want?", description="Select all that you want", choices=[]
    )

    def offer(self, choices: Sequence[tuple[str, str, str]]) -> None:
        """Fill in what there is to choose: name, title and description of each."""
        self.wanted.choices = [
            SelectChoice(name, title, render_kw={"hint": description})
            for name, title, description in choices
        ]
