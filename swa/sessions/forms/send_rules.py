"""What a coordinator types about the rules of the send plan."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Optional

from swa.core.forms.date_parts import DatePartsField
from swa.core.forms.fields import (
    BooleanField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from swa.core.forms.time_of_day import TimeOfDayField
from swa.core.forms.validators import at_most, enter, select_one
from swa.core.forms.widgets import radios, textarea
from swa.messaging.send_rules import Audience, DayKind, Event, SendRule, Side
from swa.sessions.forms.questions import number, on_one_line
from swa.sessions.rules.send_plan import CHOICES, REFRESHERS, REMINDERS

MOST_DAYS = 366
NAME_MAX_LENGTH = 120
SUBJECT_MAX_LENGTH = 200
BODY_MAX_LENGTH = 10_000
AUDIENCES = {
    Audience.PARTICIPANTS: "Everybody with a place",
    Audience.WAITING: "Everybody on the waiting list",
    Audience.GAVE_BACK: "Those who gave their place back",
    Audience.PRESENT: "Those who were there",
    Audience.ABSENT: "Those who could not come",
    Audience.CREW: "Facilitators and support person",
    Audience.FACILITATORS: "Facilitators",
    Audience.SUPPORT_PERSON: "Support person",
    Audience.LINE_MANAGERS: "Line managers of people with a place: the time and nothing else",
}
EVENTS = {
    Event.START: "The start of the session",
    Event.END: "The end of the session",
    Event.ATTENDANCE: "The end of the session, once attendance is saved",
    Event.PLACE: "Getting a place",
    Event.WAIT: "Joining the waiting list (to those who wait)",
    Event.OFFER: "Moving up from the waiting list to a place",
    Event.MOVED: "Moving the session to another date or place, each time",
    Event.GO_AHEAD: "Deciding that the session goes ahead with few people or one organisation",
    Event.CALLED_OFF: "Calling the session off",
    Event.GIVEN_BACK: "Giving a place back (to those who gave it back)",
}
EVERYBODY = "no"
REFUSABLE = {
    REMINDERS: "Yes, it is a reminder",
    REFRESHERS: "Yes, it refreshes what they learned",
}
Names = Sequence[tuple[str, str]]


class RuleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """When the message of a shipped rule goes, and whether it does."""

    seen = HiddenField()
    is_on = BooleanField("Send this message")
    days = number("Number of days", 0, MOST_DAYS, hint="0 is the day itself", unit="days")
    counted = RadioField(
        "Which days count?",
        choices=[
            SelectChoice(DayKind.CALENDAR.value, "All days"),
            SelectChoice(
                DayKind.WORKING.value, "Working days: no weekends, no bank holidays of England"
            ),
        ],
        validators=[select_one("which days count")],
        widget=radios(),
    )
    at = TimeOfDayField(
        "At what time? (optional)",
        validators=[Optional()],
        subject="Time",
        description=(
            "London time. Empty is the time of the session, or at once for 0 days. "
            "What would be late for the start of a session goes the day before"
        ),
    )
    pulls_back = BooleanField(
        "When nobody works on that day, send it on the working day before",
    )

    def fill_from(self, rule: SendRule) -> None:
        """Show how a rule stands."""
        for field in self:
            if hasattr(rule, field.name):
                field.data = getattr(rule, field.name)
        self.renew(rule.fingerprint)

    def renew(self, seen: str) -> None:
        """Make the next save belong to the rule with this fingerprint; the answers stay."""
        self.seen.raw_data, self.seen.data = None, seen

    def apply_to(self, rule: SendRule) -> SendRule:
        """Return the rule as typed; only of a checked form."""
        return replace(
            rule,
            is_on=bool(self.is_on.data),
            days=self.days.data or 0,
            counted=DayKind(self.counted.data),
            at=self.at.data,
            pulls_back=bool(self.pulls_back.data),
        )


class OwnRuleForm(RuleForm):
    """A rule of one's own."""

    name = StringField(
        "Name",
        description="How lists call the message, for example “What to bring”",
        validators=[enter("a name"), on_one_line, at_most(NAME_MAX_LENGTH, "Name")],
    )
    audience = RadioField(
        "Who gets it?",
        choices=[SelectChoice(each.value, words) for each, words in AUDIENCES.items()],
        validators=[select_one("who gets it")],
        widget=radios(),
    )
    event = RadioField(
        "Counted from",
        description=(
            "Where the session starts before the days after getting a place, joining the waiting "
            "list, moving up, moving the session or deciding that it goes ahead are over, nobody "
            "gets the message. Those who run it see on the desk who gave a place back"
        ),
        choices=[SelectChoice(each.value, words) for each, words in EVENTS.items()],
        validators=[select_one("what the days are counted from")],
        widget=radios(),
    )
    side = RadioField(
        "Before or after?",
        choices=[SelectChoice(each.value, each.value.capitalize()) for each in Side],
        validators=[select_one("“before” or “after”")],
        widget=radios(inline=True),
    )
    may_refuse = RadioField(
        "May people choose not to get it?",
        choices=[
            SelectChoice(EVERYBODY, "No, they need it to take part"),
            *(SelectChoice(each.name, REFUSABLE[each.name]) for each in CHOICES),
        ],
        validators=[select_one("whether people may choose not to get it")],
        widget=radios(),
    )
    scope = SelectField("For which topic?", choices=[])
    text = SelectField("Which text?", choices=[], validators=[select_one("a text")])

    def fill_from(self, rule: SendRule) -> None:
        """Show how a rule stands."""
        super().fill_from(rule)
        self.may_refuse.data = rule.optional or EVERYBODY

    def answers(self) -> dict[str, str]:
        """Return what was typed so far, checked or not, to be kept while a text is written."""
        found = {field.name: field.raw_data for field in self}
        return {
            name: str(typed[0])
            for name, typed in found.items()
            if typed and name not in {"csrf_token", "seen"}
        }

    def offer(self, *, topics: Names, texts: Names) -> None:
        """Fill the lists to choose from."""
        self.scope.choices = _first("All topics", topics)
        self.text.choices = _first("Select a text", texts)

    def apply_to(self, rule: SendRule) -> SendRule:
        """Return the rule as typed; only of a checked form."""
        return replace(
            super().apply_to(rule),
            name=self.name.data or "",
            audience=Audience(self.audience.data),
            event=Event(self.event.data),
            side=Side(self.side.data),
            scope=str(self.scope.data or ""),
            optional="" if self.may_refuse.data == EVERYBODY else str(self.may_refuse.data),
            text=str(self.text.data or ""),
        )


class NewTextForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A text for a rule of one's own."""

    title = StringField(
        "Name of the text",
        validators=[enter("a name"), on_one_line, at_most(NAME_MAX_LENGTH, "Name")],
    )
    family = RadioField(
        "For whom?",
        choices=[
            SelectChoice("booking", "People with a booking"),
            SelectChoice("run", "Those who run the session"),
        ],
        validators=[select_one("for whom it is")],
        widget=radios(),
    )
    subject = StringField(
        "Subject", validators=[enter("a subject"), at_most(SUBJECT_MAX_LENGTH, "Subject")]
    )
    body = TextAreaField(
        "Text", validators=[enter("a text"), at_most(BODY_MAX_LENGTH, "Text")],
        widget=textarea(rows=16),
    )  # fmt: skip


class DayOffForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A day without work that is no bank holiday every year."""

    day = DatePartsField("Day", subject="Day", validators=[enter("the day")])
    name = StringField("What it is", validators=[enter("what it is"), at_most(80, "What it is")])


def _first(word: str, choices: Names) -> list[Any]:
    return [SelectChoice("", word), *(SelectChoice(value, text) for value, text in choices)]
