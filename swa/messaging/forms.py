"""What people may type or press on the pages of mail."""

from flask_wtf import FlaskForm


class SendAgainForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One button and the form token."""
