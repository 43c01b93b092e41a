"""What is typed when a session moves or is called off."""

from datetime import datetime, time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, ValidationError

from swa.core.dates import clock_time, first_moment_of
from swa.core.forms.date_parts import DatePartsField
from swa.core.forms.fields import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from swa.core.forms.time_of_day import TimeOfDayField
from swa.core.forms.validators import InTheFuture, OnceThatDay, at_most, between, enter, select_one
from swa.core.forms.widgets import radios, text_input, textarea, whole_number
from swa.sessions.rules.texts import LINK_MAX_LENGTH, is_web_link
from swa.sessions.rules.topics import MOST_PLACES
from swa.sessions.types import Mode, NewDate

VENUE_MAX_LENGTH = 300
REASON_MAX_LENGTH = 500


class MoveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Give a session another date, time or place; times are London wall times."""

    starts_on = DatePartsField(
        "Date",
        subject="Date",
        description="For example, 27 3 2027",
        validators=[enter("a date"), InTheFuture("Date")],
    )
    starts_at = TimeOfDayField(
        "Start time",
        subject="Start time",
        description="For example, 9:30am",
        validators=[enter("a start time"), OnceThatDay("starts_on", "Start time")],
    )
    ends_at = TimeOfDayField(
        "End time",
        subject="End time",
        validators=[enter("an end time"), OnceThatDay("starts_on", "End time")],
    )
    mode = RadioField(
        "Where does it take place?",
        choices=[
            SelectChoice(Mode.ONLINE.value, "Online"),
            SelectChoice(Mode.IN_PERSON.value, "In person"),
        ],
        validators=[select_one("where it takes place")],
        widget=radios(inline=True),
    )
    online_link = StringField(
        "Link, for an online session",
        description="Only people with a place see it",
        validators=[at_most(LINK_MAX_LENGTH, "Link")],
        widget=text_input(type="url", spellcheck=False),
    )
    venue = StringField(
        "Venue, for a session in person",
        validators=[at_most(VENUE_MAX_LENGTH, "Venue")],
    )

    prework_again = BooleanField(
        "Send the prework again",
        description="To everybody with a place, as many days before the new date as usual",
    )

    def validate_ends_at(self, field: Field) -> None:
        """Refuse an end before the start."""
        start: time | None = self.starts_at.data
        if start is not None and field.data is not None and field.data <= start:
            msg = f"End time must be after the start time, {clock_time(start)}"
            raise ValidationError(msg)

    def validate_online_link(self, field: Field) -> None:
        """Ask for a web address when the session is online."""
        link = str(field.data or "")
        if self.mode.data == Mode.ONLINE and not link:
            msg = "Enter the link that people join by"
            raise ValidationError(msg)
        if link and not is_web_link(link):
            msg = "Link must begin with https://"
            raise ValidationError(msg)

    def validate_venue(self, field: Field) -> None:
        """Ask for a venue when people meet in a room."""
        if self.mode.data == Mode.IN_PERSON and not field.data:
            msg = "Enter the venue"
            raise ValidationError(msg)

    def answers(self) -> dict[str, Any]:
        """Return what was typed as text, ready to be kept until the person confirms."""
        return {
            "starts_at": self._moment(self.starts_at).isoformat(),
            "ends_at": self._moment(self.ends_at).isoformat(),
            "mode": self.mode.data,
            "online_link": self.online_link.data or "",
            "venue": self.venue.data or "",
            "prework_again": bool(self.prework_again.data),
        }

    def _moment(self, field: Any) -> datetime:
        return first_moment_of(datetime.combine(self.starts_on.data, field.data))  # type: ignore[arg-type]  # only asked of a checked form


class CancelSessionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Call a session off, with a reason that goes into the e-mail."""

    reason = TextAreaField(
        "Why is it cancelled?",
        description="Everybody who has a place or is waiting for one will read this",
        validators=[
            enter("why the session is cancelled"),
            at_most(REASON_MAX_LENGTH, "Reason"),
        ],
        widget=textarea(rows=4),
    )


class NumberOfPlacesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Give a coming session more or fewer places."""

    largest = IntegerField(
        "How many places should there be?",
        validators=[enter("the number of places"), between(1, MOST_PLACES, "Number of places")],
        invalid_value_message="Number of places must be a whole number",
        widget=whole_number(suffix={"text": "places"}),
    )

    def answers(self) -> dict[str, int]:
        """Return the number, ready to be kept until the person confirms."""
        return {"largest": self.largest.data or 0}


def new_date(answers: dict[str, Any]) -> NewDate:
    """Return the answers of ``MoveForm.answers`` as the value that the service takes."""
    return NewDate(
        starts_at=datetime.fromisoformat(answers["starts_at"]),
        ends_at=datetime.fromisoformat(answers["ends_at"]),
        mode=Mode(answers["mode"]),
        online_link=answers["online_link"],
        venue=answers["venue"],
    )
