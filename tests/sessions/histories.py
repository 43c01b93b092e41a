"""Random histories of one session: what people do to it, and what must hold after every step."""

import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete, select

from swa.calendars.models import Invitation
from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.people.models import AuditEvent, Person
from swa.sessions.emails.wanted import list_wanted, occasion_of
from swa.sessions.models import Booking, PassedOver, TrainingSession
from swa.sessions.queries import bookings as queries
from swa.sessions.rules.places import AlreadyBooked, TooManyPlacesTaken, why_wait
from swa.sessions.services import changes
from swa.sessions.types import BookingStatus, PlaceRules, SessionStatus
from tests.sessions.doing import book, call_off, cancel, fill_all, later, move, waiting_in
from tests.sessions.postman import Sent, send_due
from tests.support.factories import Make

BEGIN = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
START = datetime(2027, 3, 20, 10, 0, tzinfo=UTC)
STEPS = {
    (None, "waiting"),
    (None, "confirmed"),
    ("waiting", "confirmed"),
    ("waiting", "cancelled"),
    ("confirmed", "cancelled"),
}
FOR_THOSE_WITH_A_PLACE = {"booking confirmed", "place given", "prework", "joining instructions"}


class Facts:
    """Everything the database holds about the bookings of one session."""

    def __init__(self, session: TrainingSession) -> None:
        mine = select(Booking).where(Booking.session_id == session.id).order_by(Booking.id)
        self.rows = list(db.session.scalars(mine))
        self.waiting = sorted(
            (row for row in self.rows if row.status is BookingStatus.WAITING), key=_turn
        )
        by_occasion = {occasion_of(row): row.id for row in self.rows}
        about = list(by_occasion)
        self.messages: dict[int, list[OutboxMessage]] = defaultdict(list)
        for message in db.session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.occasion.in_(about), OutboxMessage.state != MessageState.DROPPED
            )
        ):
            self.messages[by_occasion[message.occasion]].append(message)
        self.invitations = {
            by_occasion[invitation.occasion]: invitation
            for invitation in db.session.scalars(
                select(Invitation).where(Invitation.occasion.in_(about))
            )
        }
        self.audit: dict[int, list[str]] = {}
        lines = select(AuditEvent).where(AuditEvent.about.in_(about)).order_by(AuditEvent.id)
        for line in db.session.scalars(lines):
            self.audit.setdefault(by_occasion[line.about], []).append(line.what)


class SessionHistory(RuleBasedStateMachine):
    """People book, give back and wait while the session moves, grows, shrinks or is called off."""

    make: Make
    people: list[Person]

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.chance = random.Random(seed)
        places = {
            "largest": self.chance.randint(2, 5),
            "most_per_team": self.chance.randint(1, 2),
            "most_percent": self.chance.choice([50, 50, 100]),
        }
        self.session: TrainingSession = self.make.session(starts_at=START, places=places)
        self.by = self.people[0]
        self.now = BEGIN
        self.seen: dict[int, str] = {}
        self.histories: dict[int, list[str]] = {}
        self.uids: dict[int, str] = {}
        self.sequences: Counter[int] = Counter()
        self.got: Counter[tuple[Any, ...]] = Counter()
        self.book()

    @rule()
    def book(self) -> None:
        """Let a few people ask for a place, some of them once more."""
        for person in self.chance.choices(self.people, k=5):
            if self._is_open():
                self._book_one(person)

    def _book_one(self, person: Person) -> None:
        if queries.find_live_booking(self.session, person):
            with pytest.raises(AlreadyBooked):
                book(self.session, person, now=self._tick())
            return
        ahead = set(waiting_in(self.session))
        row = book(self.session, person, now=self._tick())
        self._check_steps(Facts(self.session))
        if row.status is BookingStatus.CONFIRMED:
            self._check_noted(row, ahead & set(waiting_in(self.session)))

    @rule()
    def give_back(self) -> None:
        """Let two people give back what they have, each of them twice."""
        for _ in range(2):
            rows = queries.list_live_bookings(self.session)
            if rows and self._is_open():
                row = self.chance.choice(rows)
                cancel(row, now=self._tick())
                cancel(row, now=self._tick())
                self._check_steps(Facts(self.session))

    @precondition(lambda self: self._is_open())
    @rule()
    def move(self) -> None:
        days = self.chance.randint(-6, 9)
        new = later(self.session, by=timedelta(days=days))
        if days and new.starts_at > self.now + timedelta(hours=1):
            told = move(self.session, new, by=self.by, now=self._tick())
            assert told == len(queries.list_live_bookings(self.session))

    @precondition(lambda self: self._is_open())
    @rule()
    def change_places(self) -> None:
        old, largest = self.session.places, self.chance.randint(1, 5)
        new = PlaceRules(
            smallest=1,
            recommended=1,
            largest=largest,
            most_per_team=old.most_per_team,
            most_percent=old.most_percent,
        )
        before = {row.id for row in queries.list_live_bookings(self.session) if row.holds_a_place}
        try:
            with transaction():
                changes.change_places(self.session, new, by=self.by, now=self._tick())
        except TooManyPlacesTaken:
            assert largest < len(before)
        after = {row.id for row in queries.list_live_bookings(self.session) if row.holds_a_place}
        assert before <= after, "nobody is dropped by a smaller number"

    @rule()
    def wait(self) -> None:
        self.now += timedelta(hours=self.chance.choice([1, 10, 24, 60]))
        with transaction():
            fill_all(self.now)

    @rule()
    def deliver(self) -> None:
        for letter in send_due(self.now):
            self._check_letter(letter)

    @precondition(lambda self: len(self.seen) > 7 and self._is_open())
    @rule()
    def call_off(self) -> None:
        told = call_off(self.session, by=self.by, now=self._tick())
        assert told == len(queries.list_live_bookings(self.session))

    @invariant()
    def check(self) -> None:
        """Read everything once, then look at it from every side."""
        facts = Facts(self.session)
        self._check_places(facts)
        self._check_steps(facts)
        self._check_turns(facts)
        self._check_mails(facts)
        self._check_invitations(facts)

    def _check_places(self, facts: "Facts") -> None:
        """Never more people than places; no place is free while somebody may have it."""
        held = [row.claim for row in facts.rows if row.holds_a_place]
        assert self.session.places_taken == len(held) <= self.session.places.largest
        if not self._is_open():
            return
        time_left = self.session.starts_at - self.now
        for row in facts.waiting:
            reason = why_wait(row.claim, held, self.session.places, time_left=time_left)
            assert reason is not None
            assert row.wait_reason == reason

    def _check_steps(self, facts: "Facts") -> None:
        """Only steps of the graph, each with one audit line; who is passed over is noted."""
        for row in facts.rows:
            before = self.seen.get(row.id)
            self.seen[row.id] = str(row.status)
            if before == row.status:
                continue
            assert (before, str(row.status)) in STEPS
            self.histories.setdefault(row.id, []).append(f"booking {row.status}")
            if before == "waiting" and row.status is BookingStatus.CONFIRMED:
                self._check_noted(row, {w for w in facts.waiting if _turn(w) < _turn(row)})
        assert facts.audit == self.histories

    def _check_turns(self, facts: "Facts") -> None:
        """One live booking each, and turns without a gap."""
        live = Counter(row.claim.person_id for row in facts.rows if row.is_live)
        assert max(live.values(), default=0) <= 1
        last = facts.waiting[-1:]
        assert [queries.waiting_position(row) for row in last] == [len(facts.waiting)][: len(last)]

    def _check_mails(self, facts: "Facts") -> None:
        """What waits to be sent is what is wanted; a cancelled session tells everybody once."""
        for row in facts.rows:
            messages = facts.messages[row.id]
            keys = [(message.kind, message.edition) for message in messages]
            assert len(keys) == len(set(keys))
            tried = {(m.kind, m.edition) for m in messages if m.attempts}
            unsent = {(m.kind, m.edition) for m in messages if m.state is MessageState.WAITING}
            mails = list_wanted(row, tried).mails
            useful = {(m.kind, m.edition) for m in mails if m.give_up_at > self.now}
            late = {(m.kind, m.edition) for m in mails} - useful
            assert useful - tried <= unsent <= (useful | late) - tried
            if self.session.is_cancelled and row.is_live:
                assert keys.count(("session cancelled", 1)) == 1

    def _check_invitations(self, facts: "Facts") -> None:
        """An invitation keeps its UID and never goes back."""
        for row in facts.rows:
            invitation = facts.invitations.get(row.id)
            assert (invitation is None) == (row.confirmed_at is None)
            if invitation:
                assert self.uids.setdefault(row.id, invitation.uid) == invitation.uid
                assert invitation.sequence >= self.sequences[row.id]
                self.sequences[row.id] = invitation.sequence

    def teardown(self) -> None:
        if hasattr(self, "session"):
            with transaction():
                db.session.execute(delete(OutboxMessage))
                self.session.status = SessionStatus.DRAFT

    def _is_open(self) -> bool:
        return self.session.is_published and self.now + timedelta(hours=1) < self.session.starts_at

    def _tick(self) -> datetime:
        """Let a little time pass, so that no two acts have one moment."""
        self.now += timedelta(seconds=1)
        return self.now

    def _check_noted(self, chosen: Booking, passed: set[Booking]) -> None:
        notes = select(PassedOver).where(PassedOver.for_booking_id == chosen.id)
        noted = {note.booking_id for note in db.session.scalars(notes)}
        assert {row.id for row in passed} <= noted, "each exception is written down"

    def _check_letter(self, letter: Sent) -> None:
        if letter.kind.startswith("session to run") or letter.kind.endswith("to run"):
            return
        key = (letter.kind, letter.person_id, letter.draft.subject, letter.draft.text)
        self.got[key] += 1
        assert self.got[key] == 1 or letter.kind == "session moved", "nothing goes twice"
        assert self.now < self.session.starts_at or "cancelled" in letter.kind
        if letter.kind in FOR_THOSE_WITH_A_PLACE:
            live = {
                row.claim.person_id: row.status for row in queries.list_live_bookings(self.session)
            }
            assert live.get(letter.person_id) == "confirmed", "nothing to those without a place"


def _turn(row: Booking) -> tuple[datetime, int]:
    return row.booked_at, row.id
