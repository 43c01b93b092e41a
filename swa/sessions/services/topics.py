"""Making and changing topics; the programme coordinator's work."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from swa.calendars.queries import list_who_has
from swa.core.db import db
from swa.messaging import rulebook, ruling
from swa.people.models import Person
from swa.people.services import audit
from swa.sessions.emails.wanted_to_run import occasion_to_run
from swa.sessions.models import Topic, TrainingSession
from swa.sessions.queries import topics as queries
from swa.sessions.queries.access import lock_session
from swa.sessions.queries.entries import BOOKING
from swa.sessions.rules import send_plan
from swa.sessions.rules import topics as rules
from swa.sessions.rules.topics import (
    TopicBasics,
    TopicFacts,
    TopicGap,
    TopicMessages,
    TopicReferral,
)
from swa.sessions.services.mails import plan_session_mails
from swa.sessions.types import MessageTimes, PlaceRules, TopicDays, TopicKind

Part = TopicBasics | TopicMessages | TopicReferral


def create_topic(kind: TopicKind, basics: TopicBasics, *, by: Person, now: datetime) -> Topic:
    """Make a topic that is offered at once; its other pages may follow (AN-31).

    Sizes, caps and days start with the toolkit's numbers. A session of it cannot be published
    before the topic's texts are complete.

    Raises:
        TitleTaken: Another topic has the title.
        TopicRefused: A title of several lines.

    Source:
        AN-03 (two kinds), AN-31 (no code), DC-03 (12, 16 and 20 for both kinds).
    """
    topic = Topic(
        kind=kind,
        places=PlaceRules(),
        times=MessageTimes(),
        needs_prework=kind is TopicKind.CORE,
        created_at=now,
    )
    _set(topic, basics)
    with db.session.no_autoflush:
        rules.check_basics(basics, is_taken=queries.has_title(basics.title, besides=None))
    db.session.add(topic)
    _flush_title()
    audit.record("topic created", about=f"topic {topic.id}", by_id=by.id, now=now)
    return topic


def edit_topic(topic: Topic, part: Part, *, by: Person, now: datetime) -> None:
    """Replace one page of a topic; sessions that exist keep their own copy.

    Raises:
        TitleTaken: Another topic has the title.
        PreworkIsCompulsory: A core topic without prework (CF-21).
        TopicRefused: A text that this kind of topic must have is empty.

    Source:
        DC-11 (whoever has one of its sessions in the calendar gets the new title there).
    """
    to_tell: Sequence[TrainingSession] = ()
    if isinstance(part, TopicBasics):
        rules.check_basics(part, is_taken=queries.has_title(part.title, besides=topic.id))
        to_tell = _hold_to_come(topic, now) if part.title != topic.title else ()
    elif isinstance(part, TopicMessages):
        rules.check_prework(topic.kind, part)
    else:
        rules.check_referral(topic.kind, part)
    changed = _set(topic, part)
    _flush_title()
    _record(topic, changed, by=by, now=now)
    for session in to_tell:
        plan_session_mails(session, now=now)


def count_to_tell(topic: Topic, *, now: datetime) -> int:
    """Return how many people are e-mailed when the topic gets another title.

    They are those in whose calendar one of its sessions stands.
    """
    occasions = [f"{BOOKING} {number}" for number in queries.list_bookings_to_come(topic, now)]
    for session in queries.list_to_come(topic, now):
        occasions += (occasion_to_run(session, person_id) for person_id in session.crew_ids)
    return len(list_who_has(occasions))


def _hold_to_come(topic: Topic, now: datetime) -> Sequence[TrainingSession]:
    """Return the topic's sessions that are not over, held in ascending id: nobody books meanwhile.

    Sessions come before the topic, as everywhere.
    """
    sessions = queries.list_to_come(topic, now)
    for session in sessions:
        lock_session(session)
    return sessions


def set_numbers(
    topic: Topic, places: PlaceRules, times: MessageTimes, *, by: Person, now: datetime
) -> None:
    """Set the sizes, caps and days with which new sessions of the topic start.

    Raises:
        CoreTooLarge: More than 20 places for Core Conversations (CF-04).
        TopicRefused: Numbers out of range or out of order.

    Source:
        CC-01, CC-02, CF-03, CF-04, CF-27, OT-06 (numbers are settings).
    """
    rules.check_size(topic.kind, places)
    before = {**asdict(topic.places), **asdict(topic.times)}
    topic.places, topic.times = places, times
    after = {**asdict(places), **asdict(times)}
    _record(topic, [name for name in after if after[name] != before[name]], by=by, now=now)


def days_of(topic: Topic) -> TopicDays:
    """Return the topic's numbers in the send plan, its own or the programme's."""
    rules = {rule.key: rule for rule in rulebook.load().rules_for(send_plan.scope_of(topic.id))}
    return TopicDays(
        prework_days=rules[send_plan.PREWORK].days,
        joining_days=rules[send_plan.JOINING].days,
        sends_missed_you=rules[send_plan.MISSED].is_on,
    )


def set_days(topic: Topic, days: TopicDays, *, by: Person, now: datetime) -> None:
    """Set when the topic's people get prework and joining instructions, and who is missed.

    The numbers are rules of the send plan that hold for this topic; what equals the programme's
    number follows it. They hold for every session to come, also for those that exist.

    Source:
        CC-09, TR-12, MT-10, OT-06.
    """
    scope, changed = send_plan.scope_of(topic.id), []
    numbers: list[tuple[str, str, dict[str, Any]]] = [
        ("prework_days", send_plan.PREWORK, {"days": days.prework_days}),
        ("joining_days", send_plan.JOINING, {"days": days.joining_days}),
        ("sends_missed_you", send_plan.MISSED, {"is_on": days.sends_missed_you}),
    ]
    if days.joining_days != days_of(topic).joining_days:
        # Those who run it may have a number of their own, which no other change touches.
        numbers.append(("joining_days", send_plan.RUN_JOINING, {"days": days.joining_days}))
    for name, key, value in numbers:
        if ruling.override(key, scope, now=now, **value):
            changed.append(name)
    _record(topic, sorted(set(changed)), by=by, now=now)


def set_topic_providers(
    topic: Topic, organisation_ids: Sequence[int], *, by: Person, now: datetime
) -> None:
    """Say which organisations run the topic's sessions and take the referrals (AN-05, SS-03)."""
    topic.providers = queries.list_organisations_with(organisation_ids)
    _record(topic, ["providers"], by=by, now=now)


def offer_topic(topic: Topic, *, is_offered: bool, by: Person, now: datetime) -> None:
    """Offer a topic for new sessions, or let it rest; sessions that exist stay as they are."""
    if topic.is_active == is_offered:
        return
    topic.is_active = is_offered
    what = "topic offered" if is_offered else "topic rests"
    audit.record(what, about=f"topic {topic.id}", by_id=by.id, now=now)


def list_gaps(topic: Topic) -> tuple[TopicGap, ...]:
    """List what the topic lacks before its sessions can be published."""
    return rules.list_topic_gaps(facts_of(topic))


def facts_of(topic: Topic) -> TopicFacts:
    """Hand the row to the rules; the providers ought to be loaded."""
    return TopicFacts(
        kind=topic.kind,
        basics=TopicBasics(
            title=topic.title,
            overview=topic.overview,
            who_for=topic.who_for,
            who_not_for=topic.who_not_for,
            learning_points=topic.learning_points,
            length_minutes=topic.length_minutes,
        ),
        messages=TopicMessages(
            needs_prework=topic.needs_prework,
            prework=topic.prework,
            prework_minutes=topic.prework_minutes,
            joining_instructions=topic.joining_instructions,
            expectations=topic.expectations,
        ),
        referral=TopicReferral(
            is_regulated=topic.is_regulated,
            limits_of_advice=topic.limits_of_advice,
            when_to_refer=topic.when_to_refer,
            look_out_for=topic.look_out_for,
            triage=topic.triage,
            key_elements=topic.key_elements,
            how_to_refer=topic.how_to_refer,
            discussion=topic.discussion,
        ),
        has_providers=bool(topic.providers),
    )


def _set(topic: Topic, part: Part) -> list[str]:
    """Copy the part into the columns of the same names; return those that changed."""
    changed = [name for name, value in asdict(part).items() if getattr(topic, name) != value]
    for name in changed:
        setattr(topic, name, getattr(part, name))
    return changed


def _flush_title() -> None:
    try:
        db.session.flush()
    except IntegrityError as taken:
        raise rules.TitleTaken from taken


def _record(topic: Topic, changed: Sequence[str], *, by: Person, now: datetime) -> None:
    if changed:
        fields = ", ".join(changed)
        audit.record(
            "topic changed", about=f"topic {topic.id}", by_id=by.id, now=now, fields=fields
        )
