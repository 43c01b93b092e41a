"""Words and frozen values of texts that several layers use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from swa.core.errors import RuleBroken

CUSTOM = "custom/"
FOOT = "messaging/foot"
Value = str | int | bool | None
Values = Mapping[str, Value | Callable[[], Value]]


class Form(StrEnum):
    """What the value of a placeholder looks like; only ``line`` may stand in a subject.

    A ``code`` is one line too, but a secret one: it is filled in while the message is sent, and
    subjects are shown in lists (LK-1).
    """

    LINE = "line"
    LINK = "link"
    TEXT = "text"
    CODE = "code"


class Group(StrEnum):
    """Under which heading lists show a text, in this order."""

    TRAINING = "Training"
    RUNNING = "Running sessions"
    CALENDARS = "Calendars"
    GETTING_IN = "Getting in"
    MAIL = "Mail itself"
    OWN = "Your own texts"


@dataclass(frozen=True)
class Placeholder:
    """Something that a text may name as ``{{ name }}``.

    Attributes:
        means: What stands there, in a few words: "The person’s name".
        sample: What the preview shows; for a link the path in this service.
        form: One line, a link, or paragraphs that staff wrote.
        may_be_empty: Then it is a condition too: ``[if name]``.
    """

    means: str
    sample: str
    form: Form = Form.LINE
    may_be_empty: bool = False


@dataclass(frozen=True)
class Condition:
    """Something that a text may ask as ``[if name]``.

    Attributes:
        means: When it holds: "The session is online".
        sample: Whether it holds in the preview.
    """

    means: str
    sample: bool = False


@dataclass(frozen=True)
class Lists:
    """What a text may name.

    Attributes:
        placeholders: By name, in the order in which people read them.
        conditions: By name, without the placeholders that may be empty.
        must_have: Placeholders without which the message is of no use; outside of every block,
            but for a block that asks whether the placeholder itself is empty.
    """

    placeholders: Mapping[str, Placeholder]
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    must_have: tuple[str, ...] = ()

    @property
    def askable(self) -> dict[str, str]:
        """What ``[if …]`` may ask, by name, each with its meaning."""
        filled = {
            name: f"{{{{ {name} }}}} is not empty"
            for name, entry in self.placeholders.items()
            if entry.may_be_empty
        }
        return {name: entry.means for name, entry in self.conditions.items()} | filled


@dataclass(frozen=True)
class Family:
    """What a group of messages has in common; a text of one's own has one of these lists.

    Attributes:
        name: For example "booking".
        title: To whom and about what: "To somebody with a booking".
        lists: Without what every message knows, such as the alliance's name.
    """

    name: str
    title: str
    lists: Lists


@dataclass(frozen=True)
class Template:
    """One message whose text may be edited.

    Attributes:
        name: Path below ``templates/emails``, without ".txt": "sessions/booking_confirmed".
        title: How lists call it: "Booking confirmed".
        sent: When it goes and to whom, in one sentence.
        lists: What it may name; that of its family with what only this message knows.
        family: Name of the family; empty when it has a list of its own.
        group: Under which heading lists show it.
        for_administrators: Nobody else may change it, since it is about getting in.
    """

    name: str
    title: str
    sent: str
    lists: Lists
    family: str = ""
    group: Group = Group.TRAINING
    for_administrators: bool = False

    @property
    def key(self) -> str:
        """The name as addresses have it: "sessions-booking-confirmed"."""
        return key_of(self.name)

    @property
    def is_custom(self) -> bool:
        """Whether somebody wrote it here; then there is no shipped text to go back to."""
        return self.name.startswith(CUSTOM)

    @property
    def is_foot(self) -> bool:
        """Whether it is no message but what stands below each; nobody sees its subject."""
        return self.name == FOOT


def key_of(name: str) -> str:
    """Return the name of a text as addresses have it."""
    return name.replace("/", "-").replace("_", "-")


@dataclass(frozen=True)
class Refusal:
    """One thing that keeps a text from being saved.

    Attributes:
        field: "subject" or "body".
        line: From 1; 0 when it is about the whole.
        sentence: What to do, without the number of the line.
    """

    field: str
    line: int
    sentence: str

    @property
    def words(self) -> str:
        """The sentence as people read it, with its line."""
        return f"Line {self.line}: {self.sentence}" if self.line else self.sentence


class TextRefused(RuleBroken):
    """A text names what it may not, or leaves out what it must have.

    Attributes:
        refusals: All of them, in the order of the text; never empty.

    Source:
        MT-04 (an unknown placeholder is refused when a text is saved).
    """

    rule_id = "MT-04"

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        self.refusals = refusals
        super().__init__(refusals[0].words, field=refusals[0].field)


class TextTooLongError(ValueError):
    """With its values the text is longer than any message may be (TP-3)."""
