"""The numbers of a topic or a session; the toolkit's own stands beside each (OT-06)."""

from flask_wtf import FlaskForm

from swa.core.forms.fields import BooleanField
from swa.sessions.forms.questions import number
from swa.sessions.rules.topics import MOST_DAYS, MOST_PLACES
from swa.sessions.types import MessageTimes, PlaceRules, TopicDays

TOOLKIT = PlaceRules()
TOOLKIT_TIMES = MessageTimes()


class SizeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How many people, and how they are shared out; the toolkit's number stands beside each."""

    smallest = number(
        "Fewest people",
        1,
        MOST_PLACES,
        hint=f"With fewer, somebody decides whether it goes ahead. Toolkit: {TOOLKIT.smallest}",
        unit="people",
    )
    recommended = number(
        "Recommended number",
        1,
        MOST_PLACES,
        hint=f"Toolkit: {TOOLKIT.recommended}",
        unit="people",
    )
    largest = number(
        "Most places",
        1,
        MOST_PLACES,
        hint=f"Never exceeded. Toolkit: {TOOLKIT.largest}",
        unit="people",
    )
    most_per_team = number(
        "Most places for one team",
        1,
        MOST_PLACES,
        hint=f"Whoever is over the limit joins the waiting list. Usually {TOOLKIT.most_per_team}",
        unit="people",
    )
    most_percent = number(
        "Share for one organisation",
        1,
        100,
        hint=f"Of the most places. Usually {TOOLKIT.most_percent} per cent",
        unit="per cent",
    )
    caps_lift_days = number(
        "When both limits end",
        0,
        MOST_DAYS,
        hint=f"Usually {TOOLKIT.caps_lift_days} days, so that no place stays empty",
        unit="days before",
        thing="Days before the limits end",
    )

    def places(self) -> PlaceRules:
        """Return the numbers as the service takes them; only of a checked form."""
        return PlaceRules(
            smallest=self.smallest.data or 0,
            recommended=self.recommended.data or 0,
            largest=self.largest.data or 0,
            most_per_team=self.most_per_team.data or 0,
            most_percent=self.most_percent.data or 0,
            caps_lift_days=self.caps_lift_days.data or 0,
        )


class TopicNumbersForm(SizeForm):
    """Sizes and the days of the messages."""

    prework_days = number(
        "Prework is emailed",
        0,
        MOST_DAYS,
        hint="The toolkit says “a few days”, usually 3. The hour is in the send plan",
        unit="days before",
        thing="Days for the prework",
    )
    joining_days = number(
        "Joining instructions are emailed",
        0,
        MOST_DAYS,
        hint="Usually 2",
        unit="days before",
        thing="Days for the joining instructions",
    )
    go_ahead_days = number(
        "Decision whether a small session goes ahead",
        0,
        MOST_DAYS,
        hint=f"At 9am. Usually {TOOLKIT_TIMES.go_ahead_days}",
        unit="days before",
        thing="Days for the decision",
    )
    sends_missed_you = BooleanField("Email “sorry we missed you” to those who could not come")

    def times(self) -> MessageTimes:
        """Return the days of the decision as the service takes them; only of a checked form."""
        return MessageTimes(go_ahead_days=self.go_ahead_days.data or 0)

    def days(self) -> TopicDays:
        """Return the topic's numbers in the send plan; only of a checked form."""
        return TopicDays(
            prework_days=self.prework_days.data or 0,
            joining_days=self.joining_days.data or 0,
            sends_missed_you=bool(self.sends_missed_you.data),
        )
