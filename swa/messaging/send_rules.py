"""The rules of the send plan: what goes to whom, how many days before or after; pure.

A rule is a row that a coordinator can read and change. A feature ships its own list of rules; a
row in the database is a change of one of them, the number of one topic, or a rule that was added.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256

from swa.core.bank_holidays import is_working_day, working_days_from
from swa.core.dates import LONDON, clock_time, first_moment_of, local_date

ONE_DAY = timedelta(days=1)
# A message that could not go for so long is never sent late by itself.
LATE_AFTER = timedelta(days=2)
MORNING = time(9)
EVERYWHERE = ""


class Event(StrEnum):
    """What a rule counts its days from.

    ``ATTENDANCE`` counts from the end of the session, but waits until attendance is saved.
    """

    PLACE = "getting a place"
    WAIT = "joining the waiting list"
    START = "the start of the session"
    END = "the end of the session"
    ATTENDANCE = "the session, once marked"
    MOVED = "moving the session"
    CALLED_OFF = "calling the session off"
    GIVEN_BACK = "giving a place back"
    OFFER = "moving up to a place"
    GO_AHEAD = "deciding that it goes ahead"

    @property
    def words(self) -> str:
        """Say the event as people read it."""
        return _LONGER.get(self, self.value)


_LONGER = {
    Event.ATTENDANCE: "the session, once attendance is saved",
    Event.OFFER: "moving up from the waiting list",
}
# What happens at a moment of its own: a rule that is switched on leaves out what happened before.
HAPPENINGS = frozenset(
    {Event.MOVED, Event.CALLED_OFF, Event.GIVEN_BACK, Event.OFFER, Event.GO_AHEAD}
)
# Messages after these are of use for some days, those after the others until the start.
_OF_USE_AFTERWARDS = frozenset({Event.END, Event.ATTENDANCE, Event.CALLED_OFF, Event.GIVEN_BACK})


class Audience(StrEnum):
    """Who gets the message of a rule."""

    PARTICIPANTS = "people with a place"
    WAITING = "people on the waiting list"
    GAVE_BACK = "people who gave a place back"
    PRESENT = "people who were there"
    ABSENT = "people who could not come"
    CREW = "those who run it"
    FACILITATORS = "facilitators"
    SUPPORT_PERSON = "support person"
    LINE_MANAGERS = "line managers"


class Side(StrEnum):
    """On which side of the event the days are counted."""

    BEFORE = "before"
    AFTER = "after"


class DayKind(StrEnum):
    """Which days are counted."""

    CALENDAR = "calendar days"
    WORKING = "working days"


@dataclass(frozen=True)
class SendRule:
    """One rule of the plan.

    Attributes:
        key: Name of a shipped rule, equal to the kind of its message; of an added one, made up.
        name: In plain words, for lists.
        kind: Kind of the message in the outbox.
        event, days, side, counted: "3 working days before the session starts".
        at: London wall time; None is the time of day of the event itself.
        pulls_back: On a weekend or bank holiday it goes on the working day before instead.
        audience: Who gets it.
        text: Which text; empty for the one that belongs to the kind.
        is_on: Whether it sends anything.
        useful_days: Calendar days after which the message is of no use any more; a message
            before the session is of use until the start.
        counts_from: When it was switched on, UTC; sessions that were over by then are left out,
            and for ``HAPPENINGS`` what had happened by then. None for a rule that was there from
            the beginning.
        past_asked_at: When somebody asked, in so many words, for those sessions too, UTC.
        scope: "topic 5" for the rule of one topic; empty for the whole programme.
        number: Row of an added rule, which its messages carry in their edition; 0 for shipped ones.
        optional: Name of the personal choice that it belongs to; empty when nobody may refuse it.
    """

    key: str
    name: str
    kind: str
    event: Event
    audience: Audience
    days: int = 0
    side: Side = Side.AFTER
    counted: DayKind = DayKind.CALENDAR
    at: time | None = MORNING
    pulls_back: bool = False
    text: str = ""
    is_on: bool = True
    useful_days: int = 7
    counts_from: datetime | None = None
    past_asked_at: datetime | None = None
    scope: str = EVERYWHERE
    number: int = 0
    optional: str = ""

    @property
    def fingerprint(self) -> str:
        """Sixteen letters that are others as soon as anything of the rule is another."""
        return sha256(repr(self).encode()).hexdigest()[:16]

    @property
    def is_own(self) -> bool:
        """Whether it was added here and is none of the shipped ones."""
        return self.number > 0


def moment_of(rule: SendRule, event_at: datetime, *, days_off: Collection[date] = ()) -> datetime:
    """Return the moment (UTC) that a rule means, counted from a moment (UTC).

    Days are days in London and the clock is London's, over both clock changes; a wall time that
    the clocks skip is the first moment after the gap. A mail after an event is never pulled
    back to before it, and one before it that the clock would make late goes the day before.

    Args:
        rule: The rule.
        event_at: When its event happens.
        days_off: Days without work besides weekends and bank holidays.

    Source:
        CC-09 (a few days before, at 9am in London), IN-06.
    """
    first = local_date(event_at)
    signed = rule.days if rule.side is Side.AFTER else -rule.days
    if rule.counted is DayKind.WORKING:
        day = working_days_from(first, signed, one_off=days_off)
    else:
        day = first + timedelta(days=signed)
    meant = _at(day, rule, event_at)
    if rule.side is Side.BEFORE and meant >= event_at:
        meant = _at(day := day - ONE_DAY, rule, event_at)
    if not rule.pulls_back:
        return meant
    pulled = _at(_pull_back(day, days_off), rule, event_at)
    return meant if rule.side is Side.AFTER and pulled < event_at else pulled


def due_at(
    rule: SendRule,
    event_at: datetime,
    *,
    known_at: datetime,
    over_at: datetime,
    days_off: Collection[date] = (),
) -> datetime | None:
    """Return when the message of a rule is due, UTC; None when the rule sends none.

    What is late is due when its cause became known, so who books late misses nothing, and a rule
    that was switched on late sends from that moment on. It says nothing of the present moment:
    planning twice changes nothing.

    Args:
        rule: The rule.
        event_at: What it counts from, UTC.
        known_at: Since when person and date are as they are, UTC.
        over_at: When the occasion is over, UTC; for ``HAPPENINGS``, when it happened.
        days_off: Days without work besides weekends and bank holidays.

    Source:
        CC-09 (a late booker gets it at once). PLAN-7: a rule that is switched on leaves out what
        was over by then, unless somebody asks for it.
    """
    if not rule.is_on:
        return None
    since = known_at
    if rule.counts_from is not None:
        if over_at > rule.counts_from:
            since = max(since, rule.counts_from)
        elif rule.past_asked_at is not None:
            since = max(since, rule.past_asked_at)
        else:
            return None
    moment = moment_of(rule, event_at, days_off=days_off)
    # "At 9am on the day of the end" of an afternoon session must not ask how it was beforehand.
    return max(since, moment, event_at) if rule.side is Side.AFTER else max(since, moment)


def useful_until(rule: SendRule, due: datetime, *, starts_at: datetime) -> datetime:
    """Return the last useful moment of a message, UTC: the start, or some days after it was due."""
    if rule.event in _OF_USE_AFTERWARDS:
        return due + timedelta(days=rule.useful_days)
    return starts_at


def longest_reach(rules: Collection[SendRule]) -> timedelta:
    """Return how long after the end of a session its rules may still send something.

    Working days are counted generously: ten calendar days for each five of them.
    """
    afterwards = [
        rule.days * (2 if rule.counted is DayKind.WORKING else 1) + rule.useful_days + 1
        for rule in rules
        if rule.is_on and rule.event in _OF_USE_AFTERWARDS
    ]
    return timedelta(days=max(afterwards, default=0))


def in_words(rule: SendRule) -> str:
    """Say when the message of a rule goes: "3 days before the start of the session, at 9am"."""
    if rule.days == 0 and rule.at is None:
        return f"at once after {rule.event.words}"
    word = "working day" if rule.counted is DayKind.WORKING else "day"
    distance = f"{rule.days} {word}{'' if rule.days == 1 else 's'} {rule.side}"
    when = f"{distance} {rule.event.words}" if rule.days else f"on the day of {rule.event.words}"
    return when if rule.at is None else f"{when}, at {clock_time(rule.at)}"


def resolve(
    shipped: Collection[SendRule], changes: Mapping[tuple[str, str], SendRule], scope: str
) -> tuple[SendRule, ...]:
    """Return the rules of one topic: its own number before the programme's before the shipped.

    Args:
        shipped: The rules of the product, in order.
        changes: By key and scope; added rules are among them.
        scope: "topic 5", or empty for the programme itself.
    """
    found = [_resolve_one(rule, changes, scope) for rule in shipped]
    keys = {rule.key for rule in shipped}
    own = [rule for (key, where), rule in changes.items()
           if key not in keys and where in {"", scope}]  # fmt: skip
    return (*found, *sorted(own, key=lambda rule: rule.number))


def _resolve_one(
    shipped: SendRule, changes: Mapping[tuple[str, str], SendRule], scope: str
) -> SendRule:
    """Return one rule; a topic has days and a switch of its own, the rest is the programme's.

    It counts from when the topic or the programme switched it on, whichever was later.
    """
    common = changes.get((shipped.key, EVERYWHERE), shipped)
    narrow = changes.get((shipped.key, scope))
    if scope == EVERYWHERE or narrow is None:
        return common
    moments = [each for each in (common.counts_from, narrow.counts_from) if each is not None]
    counts_from, past_asked_at = max(moments, default=None), common.past_asked_at
    if counts_from and past_asked_at and past_asked_at < counts_from:
        past_asked_at = None
    return replace(
        common,
        days=narrow.days,
        is_on=common.is_on and narrow.is_on,
        scope=scope,
        counts_from=counts_from,
        past_asked_at=past_asked_at,
    )


def _at(day: date, rule: SendRule, event_at: datetime) -> datetime:
    wall = rule.at or event_at.astimezone(LONDON).time()
    return (
        event_at
        if rule.at is None and rule.days == 0
        else first_moment_of(datetime.combine(day, wall))
    )


def _pull_back(day: date, days_off: Collection[date]) -> date:
    while not is_working_day(day, one_off=days_off):
        day -= ONE_DAY
    return day
