"""What is sent to make or stop a calendar link."""

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import AnyOf

from swa.calendars.feeds.types import FeedKind


class LinkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Say which of one's links is meant; the button says what becomes of it."""

    kind = HiddenField(validators=[AnyOf([str(kind) for kind in FeedKind])])
