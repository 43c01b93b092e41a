"""What people may change about themselves."""

from flask_wtf import FlaskForm

from swa.core.forms.fields import TextAreaField
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
