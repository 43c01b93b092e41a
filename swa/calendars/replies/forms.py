"""Nothing but a button."""

from flask_wtf import FlaskForm


class TaskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One button and the form token."""
