"""The sessions of the demonstration: past ones with attendance, coming ones in every state.

Coming sessions are booked through the same services as a page would use, so that their waiting
lists, invitations and messages are real. Past ones are written as history, without messages.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count

from sqlalchemy import select

from swa.core.dates import first_moment_of, local_date
from swa.core.db import db
from swa.people.models import Organisation, Person, Team
from swa.sessions.models import Booking, PlanSegment, Topic, TrainingSession
from swa.sessions.queries.mails import list_sessions_to_decide
from swa.sessions.services import booking as booking_services
from swa.sessions.services import changes, go_ahead, mails
from swa.sessions.types import (
    BookingDetails,
    BookingStatus,
    Claim,
    Mark,
    Mode,
    Segment,
    SegmentKind,
    SessionStatus,
)

SATURDAY = 5
NAMELESS = 6  # whose question is asked without a name
ACCESS_NEEDS = {4: "Live captions", 9: "Step-free access, and a seat near the door"}
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class DemoSession:
    """One date of the demonstration.

    Attributes:
        topic: Title of the topic.
        days: From today; moved on to Monday when it falls on a weekend.
        at: Start, London.
        people: How many book, one after the other.
        team_first: A team whose members all book first, so that its cap is reached.
        venue: Empty for online.
        status: What becomes of it.
    """

    topic: str
    days: int
    at: time
    people: int
    borough: str = "Newham"
    team_first: str = ""
    venue: str = ""
    status: SessionStatus = SessionStatus.PUBLISHED
    questions: dict[int, str] = field(default_factory=dict)


TOWN_HALL = "Learning room 2, Hackney Service Centre, Hillman Street, E8"
LIBRARY = "Community room, East Ham Library, E6"
PAST = (
    DemoSession("Core Conversations", -35, time(9, 30), 14),
    DemoSession("Finance & Employability", -22, time(14), 12, venue=LIBRARY),
    DemoSession("Housing & Homelessness", -14, time(10), 13),
    DemoSession("Core Conversations", -8, time(13), 16, "Hackney", venue=TOWN_HALL),
)
COMING = (
    DemoSession("Core Conversations", 2, time(9, 30), 13),
    DemoSession("Finance & Employability", 4, time(14), 8, venue=LIBRARY),
    DemoSession(
        "Core Conversations",
        12,
        time(9, 30),
        17,
        team_first="Housing",
        questions={
            3: "How do I end a call with somebody who is lonely without cutting them off?",
            6: "A resident who is angry about a decision that is not mine.",
        },
    ),
    DemoSession("Housing & Homelessness", 16, time(10), 24),
    DemoSession("Immigration for non-immigration advisers", 23, time(14), 6),
    DemoSession("Core Conversations", 30, time(13), 3, "Hackney", venue=TOWN_HALL),
    DemoSession("Early Help and Family Support", 20, time(10), 5, status=SessionStatus.CANCELLED),
    DemoSession("Early Help and Family Support", 37, time(10), 0, status=SessionStatus.DRAFT),
)
_references = count(1)


@dataclass(frozen=True)
class Staff:
    """Who runs the sessions of a topic."""

    lead: Person
    support: Person


def add_programme(topics: dict[str, Topic], staff: dict[str, Staff], *, now: datetime) -> None:
    """Add past and coming sessions with their bookings. The caller opens the transaction."""
    people = list(db.session.scalars(select(Person).order_by(Person.id)))
    for number, wanted in enumerate(PAST):
        session = _add_session(wanted, topics[wanted.topic], staff[wanted.topic], now)
        _add_history(session, _in_turn(people, session, wanted, start=number * 7), wanted.people)
    for number, wanted in enumerate(COMING):
        session = _add_session(wanted, topics[wanted.topic], staff[wanted.topic], now)
        _book(session, _in_turn(people, session, wanted, start=number * 11), wanted, now)
        if wanted.status is SessionStatus.CANCELLED:
            changes.cancel_session(
                session,
                reason="The facilitator is ill. A new date follows.",
                by=staff[wanted.topic].lead,
                now=now,
            )
    for session in list_sessions_to_decide(now):
        go_ahead.ask_where_due(session, now=now)
    for session in mails.list_sessions_to_plan(now):
        mails.plan_anew(session, now=now)


def _add_session(wanted: DemoSession, topic: Topic, staff: Staff, now: datetime) -> TrainingSession:
    day = local_date(now) + timedelta(days=wanted.days)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    starts_at = first_moment_of(datetime.combine(day, wanted.at))
    is_draft = wanted.status is SessionStatus.DRAFT
    session = TrainingSession(
        topic_id=topic.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=topic.length_minutes),
        mode=Mode.IN_PERSON if wanted.venue else Mode.ONLINE,
        venue=wanted.venue,
        online_link="" if wanted.venue or is_draft else "https://meet.example.org/swa-training",
        borough=wanted.borough,
        lead_facilitator_id=staff.lead.id,
        support_person_id=None if is_draft else staff.support.id,
        created_by_id=staff.lead.id,
        joining_instructions=topic.joining_instructions,
        expectations=topic.expectations,
        prework=topic.prework,
        prework_minutes=topic.prework_minutes,
        resources="" if is_draft else "Slides and notes: https://library.example.org/swa",
        is_plan_agreed=not is_draft,
        places=topic.places,
        times=topic.times,
        providers=list(topic.providers),
        status=SessionStatus.DRAFT if is_draft else SessionStatus.PUBLISHED,
        published_at=None if is_draft else now - timedelta(days=60),
        created_at=now - timedelta(days=75),
        plan=[] if is_draft else _plan(topic.length_minutes),
    )
    db.session.add(session)
    db.session.flush()
    return session


def _plan(minutes: int) -> list[PlanSegment]:
    parts = (
        Segment(15, SegmentKind.INTERACTIVE, "Who is here, and what brings us", "Everybody"),
        Segment(30, SegmentKind.TALK, "What matters most", "Lead facilitator"),
        Segment(10, SegmentKind.BREAK, "Break"),
        Segment(minutes - 85, SegmentKind.PRACTICE, "Practise in pairs", "Pairs"),
        Segment(30, SegmentKind.DISCUSSION, "What we take back to our teams", "Everybody"),
    )
    return [PlanSegment(position=number, segment=part) for number, part in enumerate(parts, 1)]


def _in_turn(
    people: list[Person], session: TrainingSession, wanted: DemoSession, *, start: int
) -> list[Person]:
    """List who could book: first the wanted team, then one of each team after the other."""
    busy = {session.lead_facilitator_id, session.support_person_id}
    free = [person for person in people if person.id not in busy]
    names = {team.id: team.name for team in db.session.scalars(select(Team))}
    council = db.session.scalars(
        select(Organisation.id).where(Organisation.name == "Newham Council")
    ).one()
    first = [
        person
        for person in free
        if person.organisation_id == council and names.get(person.team_id or 0) == wanted.team_first
    ]
    spread = sorted(free, key=lambda person: ((person.id * 29 + start) % 67, person.id))
    return [*first, *(person for person in spread if person not in first)]


def _book(
    session: TrainingSession, people: list[Person], wanted: DemoSession, now: datetime
) -> None:
    for number, person in enumerate(people[: wanted.people]):
        booking_services.book_place(
            session,
            person,
            by=person,
            details=BookingDetails(
                access_needs=ACCESS_NEEDS.get(number, ""),
                question=wanted.questions.get(number, ""),
                hides_name=number == NAMELESS,
            ),
            now=now - timedelta(hours=wanted.people - number),
        )


def _add_history(session: TrainingSession, people: list[Person], number: int) -> None:
    for turn, person in enumerate(people[:number]):
        reference = next(_references) + len(LETTERS) ** 7
        mark = (Mark.PRESENT,) * 10 + (Mark.APOLOGY, Mark.ABSENT)
        db.session.add(
            Booking(
                session_id=session.id,
                reference=_as_letters(reference),
                claim=Claim(person.id, person.organisation_id, person.team_id),
                status=BookingStatus.CONFIRMED,
                booked_at=session.starts_at - timedelta(days=20),
                confirmed_at=session.starts_at - timedelta(days=20),
                mark=mark[turn % len(mark)],
            )
        )
    session.places_taken = number
    session.attendance_saved_at = session.ends_at
    session.attendance_saved_by_id = session.support_person_id
    session.attendance_version = 1
    db.session.flush()


def _as_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number, len(LETTERS))
        letters = LETTERS[rest] + letters
    return letters
