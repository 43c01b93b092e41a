"""One session with everything that hangs on it, each private field with a canary of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

from swa.core import clock
from swa.core.db import transaction
from swa.messaging.types import MessageState
from swa.people.models import (
    Person,
    RoleGrant,
)
from swa.people.types import PersonKind, Role
from swa.sessions.models import Booking, SessionMove, TrainingSession
from swa.sessions.types import (
    BookingStatus,
    GoAhead,
    Mode,
    NewDate,
    Segment,
    SegmentKind,
    SessionStatus,
)
from tests.support.factories import soon
from tests.whole_site.papers import Papers

_numbers = count(1)
IN_DAYS, AN_HOUR_AGO = {"days": 6}, {"hours": -1}


@dataclass
class Bundle:
    """Ids of what belongs together, by the name that routes give them.

    Attributes:
        code: Of the canaries.
        ids: Of the session to come and what hangs on it.
        begun: Ids of the session of the same people that has begun.
    """

    code: str
    ids: dict[str, Any]
    begun: dict[str, Any]


class Planter(Papers):
    """Makes bundles; each has a code of its own."""

    def person(self, *, roles: Iterable[Role] = (), **columns: Any) -> Person:
        """Make somebody whose every column is a canary."""
        organisation = columns.pop("organisation", None) or self.make.organisation(
            name=f"House of {self.word('o')}", domain=f"{self.word('o').lower()}.example.org"
        )
        team = self.make.team(organisation=organisation, name=f"Team {self.word('t')}")
        person = self.make.person(
            team=team,
            name=f"Ann {self.word('n')}",
            email=self.address("e"),
            job_role=self.word("j"),
            access_needs=self.word("a"),
            kind=PersonKind.PAID,
            **columns,
        )
        with transaction():
            person.grants = [
                RoleGrant(role=role, granted_at=clock.utc_now(), reason=self.word("z"))
                for role in roles
            ]
        return person

    def bundle(
        self,
        person: Person,
        *,
        lead: Person | None = None,
        support: Person | None = None,
    ) -> Bundle:
        """Make everything around two sessions for which the person has a place."""
        crew = self._crew(lead, support)
        other = self.make.person(name=f"Bea {self.word('n')}", email=self.address("e", 2))
        session, later = (
            self._session(crew, starts_at=soon(**distance)) for distance in (IN_DAYS, AN_HOUR_AGO)
        )
        coming, begun = (self._bookings(each, person, other) for each in (session, later))
        ids = {
            "session_id": session.id,
            "booking_id": coming.id,
            "segment_id": session.plan[0].id,
            "topic_id": session.topic_id,
            "person_id": person.id,
            "organisation_id": person.organisation_id,
            "team_id": person.team_id,
            "message_id": self.message(coming, MessageState.FAILED).id,
            "waiting_message_id": self.message(coming, MessageState.WAITING).id,
            "import_id": self.upload(person).id,
            "token": self.question(coming),
            "registration_token": self.registration(person),
            "feed_token": self.calendar_link(person),
            "address_id": self.refused(other),
        }
        self.draft_of_text(person)
        self.lines_of_log(coming)
        return Bundle(
            self.code,
            ids | self.strangers(),
            ids | {"session_id": later.id, "booking_id": begun.id},
        )

    def draft(self, elsewhere: Bundle) -> Bundle:
        """Make two drafts, which nobody books; the rest is somebody's place elsewhere."""
        crew, draft = self._crew(None, None), {"status": SessionStatus.DRAFT}
        session = self._session(crew, starts_at=soon(**IN_DAYS), **draft)
        begun = self._session(crew, starts_at=soon(**AN_HOUR_AGO), **draft)
        parts = {"segment_id": session.plan[0].id, "topic_id": session.topic_id}
        ids = elsewhere.ids | parts
        return Bundle(self.code, ids | {"session_id": session.id}, ids | {"session_id": begun.id})

    def _crew(self, lead: Person | None, support: Person | None) -> list[Person]:
        return [
            someone
            or self.make.facilitator(name=f"Fay {self.word('f')}", email=self.address("h", number))
            for number, someone in enumerate((lead, support), 1)
        ]

    def _session(self, crew: list[Person], **columns: Any) -> TrainingSession:
        lead, support = crew
        part = Segment(120, SegmentKind.INTERACTIVE, f"Part {self.word('s')}", self.word("s"))
        is_offered = columns.get("status") != SessionStatus.DRAFT
        title = f"{self.word('1')} {next(_numbers)}"
        topic = self.make.topic(title=title, is_active=is_offered)
        session = self.make.session(
            topic=topic,
            lead_facilitator_id=lead.id,
            support_person_id=support.id,
            online_link=f"https://meet.example.org/{self.word('l')}",
            joining_instructions=self.word("i"),
            prework=self.word("p"),
            resources=f"Slides: {self.word('r')}",
            go_ahead=GoAhead.GOES_AHEAD,
            go_ahead_reason=self.word("g"),
            plan=[part],
            providers=[self.make.organisation(name=f"{self.word('2')} {next(_numbers)}")],
            **columns,
        )
        if session.is_published:
            self._move(session)
        return session

    def _bookings(self, session: TrainingSession, person: Person, other: Person) -> Booking:
        """Have the person, somebody without a name and somebody who waits book a session."""
        needs = {"access_needs": self.word("a")}
        booking = self.make.booking(session, person=person, question=self.word("q"), **needs)
        self.make.booking(session, person=other, question=self.word("u"), hides_name=True, **needs)
        third = self.make.person(
            name=f"Wim {self.word('n')}", email=self.address("e", 10 + session.id)
        )
        self.make.booking(session, person=third, status=BookingStatus.WAITING)
        return booking

    def _move(self, session: TrainingSession) -> None:
        was = NewDate(
            soon(days=2), soon(days=2.1), Mode.ONLINE, f"https://meet.example.org/{self.word('l')}"
        )
        self.make.keep(SessionMove(session_id=session.id, number=1, moved_at=soon(), was=was))
