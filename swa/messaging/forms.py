"""What people may type or press on the pages of mail."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField
from wtforms.validators import Regexp, ValidationError

from swa.core.dates import first_moment_of, plain_date
from swa.core.forms.date_parts import DatePartsField
from swa.core.forms.fields import SelectChoice, SelectField, StringField, TextAreaField
from swa.core.forms.time_of_day import TimeOfDayField
from swa.core.forms.validators import InTheFuture, OnceThatDay, at_most, enter
from swa.core.forms.widgets import email_input, text_input, textarea
from swa.messaging.types import Filter, Shown

SUBJECT_MAX_LENGTH = 200
TEXT_MAX_LENGTH = 10_000
REASON_MAX_LENGTH = 200
FEWEST_LETTERS = 3
ADDRESS_MAX_LENGTH = 254
ADDRESS_FORM = "Enter an email address in the correct format, like name@example.com"
SHOWN_WORDS = {
    Shown.PLANNED: "Still to go",
    Shown.HELD: "Held",
    Shown.MISSED: "Missed",
    Shown.TROUBLE: "Not delivered",
    Shown.SENT: "Sent",
    Shown.SKIPPED: "Skipped",
    Shown.OVER: "No longer needed",
    Shown.ALL: "All",
}
Names = Sequence[tuple[str, str]]


class SendAgainForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One button and the form token."""


class SendMissedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One button, and which messages the page showed above it."""

    seen = HiddenField()


class PlanFilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What somebody looks for in the plan; an empty field means "any"."""

    class Meta:
        """Reading a list changes nothing, so it needs no token."""

        csrf = False

    shown = SelectField(
        "How far", choices=[SelectChoice(each.value, SHOWN_WORDS[each]) for each in Shown]
    )
    session = SelectField("Session", choices=[])
    kind = SelectField("Message", choices=[])
    person = StringField(
        "Person",
        description=f"At least {FEWEST_LETTERS} letters of a name or email address",
        validators=[at_most(120, "Person")],
        widget=text_input(autocomplete="off", spellcheck=False),
    )
    after = DatePartsField("From", subject="From")
    before = DatePartsField("To", subject="To")

    def offer(self, *, sessions: Names, kinds: Names) -> None:
        """Fill the lists to choose from."""
        self.session.choices = _any("Any session", sessions)
        self.kind.choices = _any("Any message", kinds)

    def validate_person(self, field: Field) -> None:
        """Ask for enough letters, so that nobody leafs through everybody by mistake."""
        if field.data and len(field.data) < FEWEST_LETTERS:
            message = f"Enter at least {FEWEST_LETTERS} letters"
            raise ValidationError(message)

    def validate_before(self, field: Field) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.after.data and field.data < self.after.data:
            message = f"To must be the same as or after {plain_date(self.after.data)}"
            raise ValidationError(message)

    def kept_to(self, person_ids: Collection[int] | None) -> Filter:
        """Return what the list is kept to; wrong answers keep it to nothing."""
        kind, _, number = str(self.kind.data or "").partition(" no ")
        after, before = self.after.data, self.before.data
        return Filter(
            shown=Shown(self.shown.data or Shown.PLANNED.value),
            belongs_to=str(self.session.data or ""),
            kind=kind,
            number=int(number or 0),
            after=_midnight(after) if after else None,
            before=_midnight(before + timedelta(days=1)) if before else None,
            person_ids=person_ids,
        )


class SkipForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why a message shall not go."""

    reason = StringField(
        "Why shall it not go?",
        description="For those who look after messages; the person does not see it",
        validators=[enter("why it shall not go"), at_most(REASON_MAX_LENGTH, "Reason")],
    )


class SendAtForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Another moment for one message; London wall time."""

    day = DatePartsField(
        "Day",
        subject="Day",
        description="For example, 27 3 2027",
        validators=[enter("the day"), InTheFuture("Day")],
    )
    at = TimeOfDayField(
        "Time",
        subject="Time",
        description="UK time, for example 9:30am",
        validators=[enter("the time"), OnceThatDay("day", "Time")],
    )


class StopForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """An address that no mail shall go to any more."""

    address = StringField(
        "Email address",
        validators=[
            enter("the email address"),
            at_most(ADDRESS_MAX_LENGTH, "Email address"),
            Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message=ADDRESS_FORM),
        ],
        widget=email_input(autocomplete="off"),
    )
    reason = StringField(
        "Why shall no mail go there?",
        description="For those who look after messages and people; the person does not see it",
        validators=[enter("why no mail shall go there"), at_most(REASON_MAX_LENGTH, "Reason")],
    )


class EditForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Other words for one message."""

    subject = StringField(
        "Subject", validators=[enter("a subject"), at_most(SUBJECT_MAX_LENGTH, "Subject")]
    )
    text = TextAreaField(
        "Text",
        description="Links and lines that begin with “- ” are shown as links and lists",
        validators=[enter("a text"), at_most(TEXT_MAX_LENGTH, "Text")],
        widget=textarea(rows=20),
    )


def _any(word: str, choices: Names) -> list[Any]:
    return [SelectChoice("", word), *(SelectChoice(value, text) for value, text in choices)]


def _midnight(day: date) -> datetime:
    return first_moment_of(datetime.combine(day, time(0)))
