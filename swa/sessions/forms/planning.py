"""What somebody types who plans a session; one form for each page of the plan."""

from datetime import UTC, datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import ValidationError

from swa.core.dates import LONDON
from swa.core.forms.date_parts import DatePartsField
from swa.core.forms.fields import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from swa.core.forms.time_of_day import TimeOfDayField
from swa.core.forms.validators import InTheFuture, OnceThatDay, at_most, enter, select_one
from swa.core.forms.widgets import radios, text_input, whole_number
from swa.sessions.forms.questions import number, on_one_line, text_area
from swa.sessions.rules.planning import Crew, JoiningTexts, PlaceAndTime, Prework, Resources
from swa.sessions.rules.plans import LED_BY_MAX_LENGTH, SEGMENT_TITLE_MAX_LENGTH
from swa.sessions.rules.texts import (
    BOROUGH_MAX_LENGTH,
    LINK_MAX_LENGTH,
    LONGEST_MINUTES,
    LONGEST_PREWORK_MINUTES,
    SHORTEST_MINUTES,
    VENUE_MAX_LENGTH,
)
from swa.sessions.types import Mode, Segment, SegmentKind

KINDS = {
    SegmentKind.INTERACTIVE: "Interactive",
    SegmentKind.PRACTICE: "Practice or role play",
    SegmentKind.CASE_STUDY: "Case study",
    SegmentKind.DISCUSSION: "Networking or discussion",
    SegmentKind.TALK: "Talk",
    SegmentKind.BREAK: "Break",
}


def an_id(value: Any) -> int | None:
    """Read the number of a choice; the empty choice is None."""
    return int(value) if value not in {None, ""} else None


class TopicChoiceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What the session is about; asked first."""

    topic_id = SelectField("Topic", coerce=an_id, validators=[select_one("a topic")])


class DateForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A day and a London wall time."""

    starts_on = DatePartsField(
        "Date",
        subject="Date",
        description="For example, 27 3 2027",
        validators=[enter("a date"), InTheFuture("Date")],
    )
    start_time = TimeOfDayField(
        "Start time",
        subject="Start time",
        description="UK time, for example 9:30am or 2pm",
        validators=[enter("a start time"), OnceThatDay("starts_on", "Start time")],
    )

    def starts_at(self) -> datetime:
        """Return the start in UTC; only of a checked form."""
        day, local = self.starts_on.data, self.start_time.data
        if day is None or local is None:
            message = "ask a form that was checked"
            raise ValueError(message)
        return datetime.combine(day, local, tzinfo=LONDON).astimezone(UTC)


def _mode_field() -> RadioField:
    return RadioField(
        "Where does it take place?",
        choices=[
            SelectChoice(Mode.ONLINE.value, "Online"),
            SelectChoice(Mode.IN_PERSON.value, "In person"),
        ],
        validators=[select_one("where it takes place")],
        widget=radios(inline=True),
    )


class PlanSessionForm(TopicChoiceForm, DateForm):
    """The first page of a new session; the topics are those that are offered."""

    mode = _mode_field()

    def place(self, minutes: int) -> PlaceAndTime:
        """Return what was typed, with the topic's length."""
        return PlaceAndTime(self.starts_at(), minutes, Mode(self.mode.data))


class PlaceForm(DateForm):
    """Date and place; what is not known yet may stay empty until publishing."""

    minutes = number(
        "Length", SHORTEST_MINUTES, LONGEST_MINUTES, hint="With the break", unit="minutes"
    )
    mode = _mode_field()
    online_link = StringField(
        "Online link (optional)",
        description="For an online session, starting with https://. People with a place see it",
        validators=[at_most(LINK_MAX_LENGTH, "Online link")],
        widget=text_input(spellcheck=False, inputmode="url"),
    )
    venue = StringField(
        "Venue (optional)",
        description="For a session in person: building, room, street and postcode",
        validators=[on_one_line, at_most(VENUE_MAX_LENGTH, "Venue")],
    )
    borough = SelectField("Borough", coerce=str)
    other_borough = StringField(
        "Another borough (optional)",
        description="Only if it is not in the list",
        validators=[on_one_line, at_most(BOROUGH_MAX_LENGTH, "Borough")],
        widget=text_input(classes="govuk-input--width-20"),
    )

    def place(self) -> PlaceAndTime:
        """Return the page as the service takes it."""
        return PlaceAndTime(
            starts_at=self.starts_at(),
            minutes=self.minutes.data or 0,
            mode=Mode(self.mode.data),
            online_link=self.online_link.data or "",
            venue=self.venue.data or "",
            borough=self.other_borough.data or self.borough.data or "",
        )


class PeopleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who runs the session; the choices are those who may."""

    lead_facilitator_id = SelectField(
        "Lead facilitator", description="Owns the session and answers for it", coerce=an_id
    )
    support_person_id = SelectField(
        "Support person",
        description="Looks after technical problems, breakout rooms and questions",
        coerce=an_id,
    )
    co_facilitator_id = SelectField(
        "Second facilitator (optional)",
        description="For example, of another organisation that runs the session too",
        coerce=an_id,
    )

    def crew(self) -> Crew:
        """Return the people as the service takes them."""
        return Crew(
            lead_facilitator_id=self.lead_facilitator_id.data,
            support_person_id=self.support_person_id.data,
            co_facilitator_id=self.co_facilitator_id.data,
        )


class JoiningForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What people are told before the day."""

    joining_instructions = text_area(
        "Joining instructions",
        enter("the joining instructions"),
        hint="How to get in, what to bring, whom to call. Link or venue are added for you",
    )
    expectations = text_area(
        "What to expect on the day",
        enter("what to expect on the day"),
        hint="How people take part, and what stays in the room",
    )

    def texts(self) -> JoiningTexts:
        """Return the page as the service takes it."""
        return JoiningTexts(self.joining_instructions.data or "", self.expectations.data or "")


class PreworkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What people do beforehand."""

    prework = text_area("Prework", hint="What people read, watch or think about", rows=8)
    prework_minutes = number(
        "Time for the prework",
        1,
        LONGEST_PREWORK_MINUTES,
        hint="The toolkit says about 20 minutes",
        unit="minutes",
    )

    def texts(self) -> Prework:
        """Return the page as the service takes it."""
        return Prework(self.prework.data or "", self.prework_minutes.data or 0)


class ResourcesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What people get afterwards, or the word that there is nothing."""

    resources = text_area(
        "Resources", hint="Names and links. People who attended get them by email", rows=8
    )
    has_no_resources = BooleanField("There are no resources for this session")

    def validate_has_no_resources(self, field: Field) -> None:
        """Ask for one answer of two, and not both."""
        if field.data and self.resources.data:
            message = "Enter resources or say that there are none, not both"
            raise ValidationError(message)
        if not field.data and not self.resources.data:
            message = "Enter the resources, or say that there are none"
            raise ValidationError(message)

    def texts(self) -> Resources:
        """Return the page as the service takes it."""
        return Resources(self.resources.data or "", bool(self.has_no_resources.data))


class SegmentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One part of the plan."""

    title = StringField(
        "What is it about?",
        validators=[
            enter("what it is about"),
            on_one_line,
            at_most(SEGMENT_TITLE_MAX_LENGTH, "What it is about"),
        ],
    )
    kind = RadioField(
        "What do people do?",
        choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()],
        validators=[select_one("what people do")],
        widget=radios(small=True),
    )
    minutes = IntegerField(
        "Minutes",
        validators=[enter("the minutes")],
        invalid_value_message="Minutes must be a whole number",
        widget=whole_number(suffix={"text": "minutes"}),
    )
    led_by = StringField(
        "Who leads it? (optional)",
        validators=[on_one_line, at_most(LED_BY_MAX_LENGTH, "Who leads it")],
        widget=text_input(classes="govuk-input--width-20"),
    )

    def segment(self) -> Segment:
        """Return the part as the service takes it."""
        return Segment(
            minutes=self.minutes.data or 0,
            kind=SegmentKind(self.kind.data),
            title=self.title.data or "",
            led_by=self.led_by.data or "",
        )


class PublishForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Publish; the reason is asked for only where nobody who takes the referrals runs it."""

    referral_reason = text_area(
        "Why does nobody who takes the referrals run this session?",
        hint="Kept with the session. People who run the programme read it",
        rows=3,
    )


class ButtonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A button that changes something and asks nothing."""
