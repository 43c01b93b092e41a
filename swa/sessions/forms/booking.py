"""What somebody types when they ask for a place."""

from flask_wtf import FlaskForm
from wtforms import HiddenField

from swa.core.forms.fields import BooleanField, TextAreaField
from swa.core.forms.validators import at_most
from swa.core.forms.widgets import character_count, textarea

# Both together must fit into the signed cookie of 4,093 bytes in any script: see views/answers.py.
NEEDS_MAX_LENGTH = 500
QUESTION_MAX_LENGTH = 400


class BookPlaceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for a place on a session.

    Source:
        IN-11 (access needs), TR-14 (a question or situation), TR-32 (without a name).
    """

    access_needs = TextAreaField(
        "Do you have any access needs? (optional)",
        description="For example captions or step-free access – only the facilitators and the "
        "support person see this",
        validators=[at_most(NEEDS_MAX_LENGTH, "Access needs")],
        widget=textarea(rows=3),
    )
    question = TextAreaField(
        "Is there a question or situation you would like covered? (optional)",
        description="The facilitators read it before the session, so leave out residents’ names",
        validators=[at_most(QUESTION_MAX_LENGTH, "Your question")],
        widget=character_count(QUESTION_MAX_LENGTH, rows=4),
    )
    hides_name = BooleanField("Show my question without my name")

    def answers(self) -> dict[str, str | bool]:
        """Return what was typed, ready to be kept until the person books."""
        return {
            "access_needs": self.access_needs.data or "",
            "question": self.question.data or "",
            "hides_name": bool(self.hides_name.data and self.question.data),
        }


class BookForSomebodyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Book for somebody who called or wrote (IN-11)."""

    access_needs = TextAreaField(
        "Did they tell you about access needs? (optional)",
        description="For example captions or step-free access – only the facilitators and the "
        "support person see this. What the person’s account says goes with the booking too",
        validators=[at_most(NEEDS_MAX_LENGTH, "Access needs")],
        widget=textarea(rows=3),
    )


class CheckForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A button, and which answers the page showed above it."""

    seen = HiddenField()


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Nothing but a button; carries the token and a refusal."""
