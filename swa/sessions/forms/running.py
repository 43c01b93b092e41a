"""What the people who run a session decide about it and its bookings."""

from flask_wtf import FlaskForm

from swa.core.forms.fields import TextAreaField
from swa.core.forms.validators import at_most
from swa.core.forms.widgets import textarea

REASON_MAX_LENGTH = 500


class GoAheadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Decide that a session goes ahead.

    Whether a reason is needed depends on the numbers, so the rule asks for it.

    Source:
        CF-28, CC-01.
    """

    reason = TextAreaField(
        "Why does it go ahead?",
        description="This is kept with the session",
        validators=[at_most(REASON_MAX_LENGTH, "Reason")],
        widget=textarea(rows=4),
    )
