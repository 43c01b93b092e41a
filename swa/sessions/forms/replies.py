"""What somebody answers to the question about their place."""

from flask_wtf import FlaskForm

from swa.core.forms.fields import RadioField, SelectChoice
from swa.core.forms.validators import select_one
from swa.sessions.types import PlaceDecision


class PlaceQuestionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Two answers and no choice made: sent as it stands it changes nothing (LK-3)."""

    decision = RadioField(
        "What shall we do with your place?",
        choices=[
            SelectChoice(PlaceDecision.GIVE_BACK.value, "Give it back"),
            SelectChoice(PlaceDecision.KEEP.value, "Keep it, I am coming"),
        ],
        validators=[select_one("whether we shall give your place back")],
    )
