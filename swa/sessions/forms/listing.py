"""The filters of the list of sessions; read from the address, so a list can be kept and shared."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import ValidationError

from swa.core.dates import plain_date
from swa.core.forms.date_parts import DatePartsField
from swa.core.forms.fields import BooleanField, SelectChoice, SelectField
from swa.sessions.forms.planning import an_id
from swa.sessions.types import Mode, TopicKind

KIND_NAMES = {TopicKind.CORE: "Core Conversations", TopicKind.SPECIALIST: "Specialist"}
MODE_NAMES = {Mode.ONLINE: "Online", Mode.IN_PERSON: "In person"}
Names = Sequence[tuple[int, str]]


class SessionFilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What somebody looks for; an empty field means "any".

    Source:
        AN-03 (the list can be kept to one kind of training), AN-20 (borough), TR-26 (regulated).
    """

    class Meta:
        """Reading a list changes nothing, so it needs no token."""

        csrf = False

    kind = SelectField("Kind of training", choices=[], coerce=str)
    topic = SelectField("Topic", choices=[], coerce=an_id)
    place = SelectField("Online or in person", choices=[], coerce=str)
    borough = SelectField("Borough", choices=[], coerce=str)
    organisation = SelectField("Run by", choices=[], coerce=an_id)
    after = DatePartsField("From", subject="From")
    before = DatePartsField("To", subject="To")
    free = BooleanField("Only with places left")
    regulated = BooleanField("Only regulated or risky subjects")

    def offer(self, *, topics: Names, boroughs: Sequence[str], organisations: Names) -> None:
        """Fill the lists to choose from."""
        self.kind.choices = _any("Any kind", [(kind.value, KIND_NAMES[kind]) for kind in TopicKind])
        self.topic.choices = _any("Any topic", topics)
        self.place.choices = _any("Either", [(mode.value, MODE_NAMES[mode]) for mode in Mode])
        self.borough.choices = _any("Any borough", [(name, name) for name in boroughs])
        self.organisation.choices = _any("Any organisation", organisations)

    def validate_before(self, field: Field) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.after.data and field.data < self.after.data:
            message = f"To must be the same as or after {plain_date(self.after.data)}"
            raise ValidationError(message)

    def chosen(self) -> list[tuple[str, str]]:
        """List the filters that are set as field name and words; wrong ones are left out."""
        words: dict[str, Any] = {
            field.name: dict(_labels(field)).get(str(field.data))
            for field in (self.kind, self.topic, self.place, self.borough, self.organisation)
        }
        words["after"] = self.after.data and f"From {plain_date(self.after.data)}"
        words["before"] = self.before.data and f"To {plain_date(self.before.data)}"
        words["free"] = self.free.data and "With places left"
        words["regulated"] = self.regulated.data and "Regulated or risky"
        return [(name, text) for name, text in words.items() if text and not self[name].errors]


def _any(word: str, choices: Sequence[tuple[Any, str]]) -> list[Any]:
    return [SelectChoice("", word), *(SelectChoice(str(value), text) for value, text in choices)]


def _labels(field: SelectField) -> list[tuple[str, str]]:
    offered: Any = field.choices or ()
    return [(choice.value, choice.label) for choice in offered if choice.value]
