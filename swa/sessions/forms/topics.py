"""What a programme coordinator types about a topic; one form for each page of it."""

from flask_wtf import FlaskForm
from wtforms import HiddenField

from swa.core.forms.fields import (
    BooleanField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
)
from swa.core.forms.validators import at_most, enter, select_one
from swa.core.forms.widgets import checkboxes, radios
from swa.sessions.forms.questions import number, on_one_line, text_area
from swa.sessions.rules.texts import (
    LONGEST_MINUTES,
    LONGEST_PREWORK_MINUTES,
    SHORTEST_MINUTES,
    TITLE_MAX_LENGTH,
)
from swa.sessions.rules.topics import TopicBasics, TopicMessages, TopicReferral
from swa.sessions.types import TopicKind


class TopicKindForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Core or specialist; asked first and only once."""

    kind = RadioField(
        "What kind of training is it?",
        choices=[
            SelectChoice(
                TopicKind.CORE.value,
                "Core Conversations",
                render_kw={
                    "hint": "Relationships and trust. Always with prework, 20 places at most"
                },
            ),
            SelectChoice(
                TopicKind.SPECIALIST.value,
                "Specialist",
                render_kw={"hint": "One subject, run by those who take the referrals"},
            ),
        ],
        validators=[select_one("what kind of training it is")],
    )


class TopicBasicsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What people read before they choose."""

    title = StringField(
        "Title",
        validators=[enter("a title"), on_one_line, at_most(TITLE_MAX_LENGTH, "Title")],
    )
    overview = text_area(
        "Overview",
        enter("an overview"),
        hint="What happens in the session, so that people know what they sign up for",
    )
    who_for = text_area(
        "Who it is for", enter("who it is for"), hint="Job roles or situations", rows=3
    )
    who_not_for = text_area(
        "Who it is not for",
        enter("who it is not for"),
        hint="For example, people who have attended a longer course on the subject",
        rows=3,
    )
    learning_points = text_area(
        "What people will know afterwards (optional)", hint="One point per line"
    )
    length_minutes = number(
        "Usual length",
        SHORTEST_MINUTES,
        LONGEST_MINUTES,
        hint="With the break; each session can be longer or shorter",
        unit="minutes",
    )

    def part(self) -> TopicBasics:
        """Return the page as the service takes it."""
        return TopicBasics(
            title=self.title.data or "",
            overview=self.overview.data or "",
            who_for=self.who_for.data or "",
            who_not_for=self.who_not_for.data or "",
            learning_points=self.learning_points.data or "",
            length_minutes=self.length_minutes.data or 0,
        )


class TopicAboutForm(TopicBasicsForm):
    """The same for a topic that has sessions: a new title is asked once more.

    Attributes:
        told: What the person saw of whom the new title is e-mailed to.
    """

    told = HiddenField()

    def was_seen(self, people: int) -> bool:
        """Say whether the page has shown how many people would hear of the title as typed.

        Otherwise it is noted as shown, for the page that follows.
        """
        seen = f"{people} {self.title.data}"
        if self.told.data == seen:
            return True
        self.told.raw_data, self.told.data = None, seen
        return False


class CreateTopicForm(TopicKindForm, TopicBasicsForm):
    """The first page of a new topic."""


class TopicMessagesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Prework, joining instructions and expectations."""

    needs_prework = RadioField(
        "Do people do prework?",
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
        validators=[select_one("“Yes” if people do prework")],
        widget=radios(inline=True),
    )
    prework = text_area("Prework", hint="What people read, watch or think about beforehand", rows=7)
    prework_minutes = number(
        "Time for the prework",
        1,
        LONGEST_PREWORK_MINUTES,
        hint="The toolkit says about 20 minutes",
        unit="minutes",
    )
    joining_instructions = text_area(
        "Joining instructions",
        enter("the joining instructions"),
        hint="How to get in, what to bring, whom to call. Link or venue are added for you",
    )
    expectations = text_area(
        "What to expect on the day",
        enter("what to expect on the day"),
        hint="For example, how people take part, and that what is said stays in the room",
    )
    frees_declined = BooleanField(
        "Give a place back at once when a calendar declines",
        description="Otherwise we ask the person by email first. An answer can be forged",
    )

    def part(self) -> TopicMessages:
        """Return the page as the service takes it."""
        return TopicMessages(
            needs_prework=self.needs_prework.data == "yes",
            prework=self.prework.data or "",
            prework_minutes=self.prework_minutes.data or 0,
            joining_instructions=self.joining_instructions.data or "",
            expectations=self.expectations.data or "",
            frees_declined=bool(self.frees_declined.data),
        )


class TopicReferralForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Limits of advice for every topic; referral and the five sections for specialist ones."""

    is_regulated = BooleanField(
        "This is a regulated or risky subject",
        description="For example, immigration or safeguarding",
    )
    limits_of_advice = text_area(
        "Limits of advice",
        hint="What people may not advise on after this session. Needed for a regulated subject",
    )
    when_to_refer = text_area("When to refer", hint="Signs that somebody needs the service")
    look_out_for = text_area(
        "What to look out for", hint="Section 1: key things when talking with clients"
    )
    triage = text_area("First advice and triage", hint="Section 2: what people can do at once")
    key_elements = text_area(
        "Key elements of the service", hint="Section 3: what people need to know about it"
    )
    how_to_refer = text_area("How to refer", hint="Section 4: the quickest way in, step by step")
    discussion = text_area("Time for discussion", hint="Section 5: questions to talk about")

    def part(self) -> TopicReferral:
        """Return the page as the service takes it."""
        return TopicReferral(
            is_regulated=bool(self.is_regulated.data),
            limits_of_advice=self.limits_of_advice.data or "",
            when_to_refer=self.when_to_refer.data or "",
            look_out_for=self.look_out_for.data or "",
            triage=self.triage.data or "",
            key_elements=self.key_elements.data or "",
            how_to_refer=self.how_to_refer.data or "",
            discussion=self.discussion.data or "",
        )


class ProvidersForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which organisations run it; the choices are those that take part."""

    organisation_ids = SelectMultipleField(
        "Which organisations run it?",
        description="For a specialist topic, those who take the referrals",
        coerce=int,
        widget=checkboxes(small=True),
    )
