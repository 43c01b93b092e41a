"""Makers of rows. A test names only what it is about; everything else is ordinary."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from swa.core import clock
from swa.core.db import db, transaction
from swa.people.models import Organisation, OrganisationDomain, Person, RoleGrant, Team
from swa.people.types import PersonKind, Role, Sector
from swa.sessions.models import Booking, PlanSegment, Topic, TrainingSession
from swa.sessions.types import (
    BookingStatus,
    Claim,
    MessageTimes,
    Mode,
    PlaceRules,
    Segment,
    SegmentKind,
    SessionStatus,
    TopicKind,
    WaitReason,
)

_numbers = count(1)
PLAN = (
    Segment(40, SegmentKind.INTERACTIVE, "Listening in pairs"),
    Segment(20, SegmentKind.BREAK, "Break"),
    Segment(60, SegmentKind.DISCUSSION, "What we take back to our teams"),
)


def soon(**distance: float) -> datetime:
    """Return a moment so far from now, in UTC: ``soon(days=3)``; tests without ask for 30 days."""
    return clock.utc_now() + timedelta(**(distance or {"days": 30}))


class Make:
    """Writes one row, commits it and hands it back."""

    def organisation(
        self, *, name: str = "", sector: Sector = Sector.COUNCIL, domain: str = "", **columns: Any
    ) -> Organisation:
        organisation = Organisation(
            name=name or f"Organisation {next(_numbers)}", sector=sector, **columns
        )
        if domain:
            organisation.domains.append(OrganisationDomain(domain=domain))
        return self.keep(organisation)

    def team(self, *, organisation: Organisation | None = None, name: str = "") -> Team:
        organisation = organisation or self.organisation()
        return self.keep(
            Team(organisation_id=organisation.id, name=name or f"Team {next(_numbers)}")
        )

    def person(
        self,
        *,
        team: Team | None = None,
        organisation: Organisation | None = None,
        roles: Iterable[Role] = (),
        email: str = "",
        **columns: Any,
    ) -> Person:
        number = next(_numbers)
        if organisation is None and team is None:
            organisation = self.organisation()
        defaults = {"name": f"Person {number}", "kind": PersonKind.PAID}
        person = Person(
            email=email or f"person{number}@example.org",
            organisation_id=team.organisation_id if team else organisation.id,
            team_id=team.id if team else None,
            created_at=clock.utc_now(),
            **(defaults | columns),
        )
        person.grants = [RoleGrant(role=role, granted_at=clock.utc_now()) for role in roles]
        return self.keep(person)

    def coordinator(self, **columns: Any) -> Person:
        return self.person(roles=[Role.PROGRAMME_COORDINATOR], **columns)

    def facilitator(self, **columns: Any) -> Person:
        return self.person(roles=[Role.FACILITATOR], **columns)

    def topic(
        self,
        *,
        kind: TopicKind = TopicKind.CORE,
        places: dict[str, int] | None = None,
        times: dict[str, Any] | None = None,
        **columns: Any,
    ) -> Topic:
        texts = {
            "title": f"Core Conversations {next(_numbers)}",
            "overview": "How to listen so that people feel heard.",
            "who_for": "Everybody who talks with residents.",
            "who_not_for": "People who look for legal advice.",
            "prework": "Think of a conversation that went well.",
            "joining_instructions": "Come ten minutes early.",
            "expectations": "What is said stays in the room.",
            "how_to_refer": "Call the front desk.",
            "when_to_refer": "When somebody may lose their home.",
        }
        return self.keep(
            Topic(
                kind=kind,
                places=_place_rules(places),
                times=MessageTimes(**(times or {})),
                created_at=clock.utc_now(),
                **(texts | columns),
            )
        )

    def session(
        self,
        *,
        topic: Topic | None = None,
        starts_at: datetime | None = None,
        minutes: int = 120,
        places: dict[str, int] | None = None,
        status: SessionStatus = SessionStatus.PUBLISHED,
        plan: Iterable[Segment] = PLAN,
        **columns: Any,
    ) -> TrainingSession:
        topic = topic or self.topic()
        start = starts_at or soon(days=30)
        ordinary = {
            "mode": Mode.ONLINE,
            "online_link": "https://meet.example.org/room",
            "borough": "Newham",
            "joining_instructions": topic.joining_instructions,
            "expectations": topic.expectations,
            "prework": topic.prework,
            "resources": "Slides: https://library.example.org/slides",
        }
        for role in ("lead_facilitator_id", "support_person_id"):
            if role not in columns:
                columns[role] = self.facilitator().id
        now = clock.utc_now()
        return self.keep(
            TrainingSession(
                topic_id=topic.id,
                starts_at=start,
                ends_at=start + timedelta(minutes=minutes),
                places=_place_rules(places),
                times=topic.times,
                status=status,
                published_at=None if status == SessionStatus.DRAFT else now,
                created_at=now,
                plan=[PlanSegment(position=n, segment=part) for n, part in enumerate(plan, 1)],
                **(ordinary | columns),
            )
        )

    def booking(
        self,
        session: TrainingSession,
        *,
        person: Person | None = None,
        status: BookingStatus = BookingStatus.CONFIRMED,
        **columns: Any,
    ) -> Booking:
        person = person or self.person()
        now = clock.utc_now()
        if status is BookingStatus.WAITING:
            columns.setdefault("wait_reason", WaitReason.FULL)
        booking = Booking(
            session_id=session.id,
            reference=f"T{next(_numbers):07d}".replace("0", "X").replace("1", "Y"),
            claim=Claim(person.id, person.organisation_id, person.team_id),
            status=status,
            **({"booked_at": now} | columns),
        )
        with transaction():
            session.places_taken += booking.holds_a_place
            db.session.add(booking)
        return booking

    def keep(self, row: Any) -> Any:
        with transaction():
            db.session.add(row)
        return row


def _place_rules(changes: dict[str, int] | None) -> PlaceRules:
    """Return the ordinary numbers with the changes; smaller sizes follow a smaller maximum."""
    numbers = dict(changes or {})
    largest = numbers.get("largest", 20)
    numbers.setdefault("recommended", min(16, largest))
    numbers.setdefault("smallest", min(12, numbers["recommended"]))
    return PlaceRules(**numbers)
