"""What is sent to import a list of people."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField

from swa.core.forms.validators import Answered
from swa.core.forms.widgets import file_input


class UploadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for the file."""

    file = FileField(
        "List of people",
        description="A CSV file, smaller than 5MB",
        validators=[Answered("Select a CSV file")],
        widget=file_input(".csv"),
    )
