"""What is said about who came: one page, all names, one save."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms.validators import Length
from wtforms.widgets import HiddenInput

from swa.core.forms.fields import IntegerField, RadioField, SelectChoice, StringField
from swa.core.forms.validators import select_one
from swa.core.forms.widgets import radios, text_input
from swa.sessions.types import Mark

MARK_WORDS = {
    Mark.PRESENT: "Attended",
    Mark.ABSENT: "Did not attend",
    Mark.APOLOGY: "Sent apologies",
}
MARK_CHOICES = [SelectChoice(mark.value, words) for mark, words in MARK_WORDS.items()]
SHORTEST_SEARCH = 3
SEARCH_MAX_LENGTH = 120
TOO_SHORT = f"Enter at least {SHORTEST_SEARCH} letters of the name or email address"
MOST_FOUND = 20


class AttendanceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The marks of everybody with a place; ``form_for`` adds one field a person."""

    version = IntegerField(widget=HiddenInput())

    def field_of(self, booking_id: int) -> Any:
        """Return the field of one booking."""
        return self[_name(booking_id)]

    def marks(self, booking_ids: Iterable[int]) -> dict[int, Mark | None]:
        """Return what is chosen, by booking id; who has no choice yet is left out.

        So somebody who was added after the page was opened keeps their mark.
        """
        chosen = {number: self.field_of(number).data for number in booking_ids}
        return {number: Mark(word) for number, word in chosen.items() if word}

    def fill_gaps(self, booking_ids: Iterable[int]) -> None:
        """Choose "Attended" wherever nothing is chosen yet; what was chosen stays."""
        for field in map(self.field_of, booking_ids):
            field.data = field.data or Mark.PRESENT.value

    def renew(self, version: int) -> None:
        """Make the next save belong to a newer version of the page; the choices stay."""
        self.version.raw_data = None
        self.version.data = version


def form_for(marks: Mapping[int, Mark | None], names: Mapping[int, str], version: int) -> Any:
    """Make the form for these bookings.

    Args:
        marks: What is stored so far, by booking id.
        names: The person's name, by booking id.
        version: Of the page that the marks belong to.

    Source:
        IN-13 (one page, all names, one save), EV-50, MT-13 (words without blame).
    """
    fields = {_name(number): _field(names[number]) for number in marks}
    made = type("AttendanceFormOfOneSession", (AttendanceForm,), fields)
    stored = {_name(number): mark.value if mark else None for number, mark in marks.items()}
    return made(data=stored | {"version": version})


def _name(booking_id: int) -> str:
    return f"mark-{booking_id}"


def _field(name: str) -> Any:
    return RadioField(name, choices=MARK_CHOICES, widget=radios(inline=True))


class FindPersonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Look for somebody who came without a booking."""

    class Meta:
        """A search changes nothing, so it carries no token."""

        csrf = False

    q = StringField(
        "Name or email address",
        description=f"Enter at least {SHORTEST_SEARCH} letters",
        filters=[lambda text: (text or "").strip()],
        validators=[Length(min=SHORTEST_SEARCH, max=SEARCH_MAX_LENGTH, message=TOO_SHORT)],
        widget=text_input(spellcheck=False),
    )

    @property
    def words(self) -> str:
        """What to look for."""
        return self.q.data or ""

    def is_ready(self) -> bool:
        """Say whether there is something to look for; an empty page is no mistake."""
        return bool(self.q.raw_data) and bool(self.validate())


class AddWalkInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Choose one of the people found."""

    person_id = RadioField(
        "Who came?", coerce=int, validators=[select_one("who came")], widget=radios()
    )


def add_form(found: Sequence[Any]) -> AddWalkInForm:
    """Make the form that offers these people, each with their organisation."""
    form = AddWalkInForm()
    form.person_id.choices = [
        SelectChoice(one.id, one.name, render_kw={"hint": one.organisation.name}) for one in found
    ]
    return form
