"""Whether the parts of a rule of the send plan fit together; pure."""

from swa.core.errors import RuleBroken
from swa.messaging.send_rules import Audience, Event, SendRule, Side

AFTERWARDS = frozenset({Audience.PRESENT, Audience.ABSENT})
RUNS_IT = frozenset({Audience.CREW, Audience.FACILITATORS, Audience.SUPPORT_PERSON})


class RuleRefused(RuleBroken):
    """The parts of a rule do not fit together."""

    message = "These answers do not fit together"

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def check(rule: SendRule) -> None:
    """Refuse a rule that could never send anything, or would send it at the wrong time.

    Raises:
        RuleRefused: Its field says which answer to change.
    """
    for is_wrong, message, field in _list_conflicts(rule):
        if is_wrong:
            raise RuleRefused(message, field)


def _list_conflicts(rule: SendRule) -> list[tuple[bool, str, str]]:
    event, audience, before = rule.event, rule.audience, rule.side is Side.BEFORE
    is_over, starts = event in {Event.END, Event.ATTENDANCE}, event is Event.START
    return [
        (
            before and not starts,
            "Select “After”: only the start of a session is known beforehand",
            "side",
        ),
        (
            event is Event.PLACE and audience in RUNS_IT,
            "Select the start or the end of the session: those who run it have no place in it",
            "event",
        ),
        (
            event is Event.WAIT and audience is not Audience.WAITING,
            "Select “Everybody on the waiting list”, or count the days from another event",
            "audience",
        ),
        (
            audience in AFTERWARDS and event is not Event.ATTENDANCE,
            "Select “The end of the session, once attendance is saved”, which says who came",
            "event",
        ),
        (
            is_over and audience is Audience.LINE_MANAGERS,
            "Line managers hear of times before a session, and of nothing afterwards",
            "audience",
        ),
        (
            is_over and audience is Audience.WAITING,
            "Select an event before the end: nobody waits for a session that is over",
            "event",
        ),
        (
            starts and before and not rule.days and not rule.at,
            "Enter a time, or at least 1 day: the start itself is too late for a message before it",
            "at",
        ),
        (
            starts and not before and rule.days > 0,
            "Select “The end of the session” to count days afterwards",
            "event",
        ),
        *_list_conflicts_of_happenings(event, audience),
    ]


def _list_conflicts_of_happenings(event: Event, audience: Audience) -> list[tuple[bool, str, str]]:
    gives_back, has_moved_up = event is Event.GIVEN_BACK, event is Event.OFFER
    return [
        (
            audience is Audience.GAVE_BACK and not gives_back,
            "Select “Giving a place back”: these people have no other part in the session",
            "event",
        ),
        (
            gives_back and audience is not Audience.GAVE_BACK,
            "Select “Those who gave their place back”, or count the days from another event",
            "audience",
        ),
        (
            has_moved_up and audience not in {Audience.PARTICIPANTS, Audience.LINE_MANAGERS},
            "Select “Everybody with a place”: who moves up has a place from then on",
            "audience",
        ),
        (
            event is Event.CALLED_OFF and audience is Audience.LINE_MANAGERS,
            "Line managers hear of the times of sessions that take place, and of nothing else",
            "audience",
        ),
    ]
