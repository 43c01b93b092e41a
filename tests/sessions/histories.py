"""Random histories of one session: what people do to it, and what must hold after every step."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete

from swa.core.dates import LONDON
from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.people.models import Person
from swa.sessions.models import Booking, Topic, TrainingSession
from swa.sessions.rules.places import (
    AlreadyBooked,
    NotOpenForBooking,
    SessionHasStarted,
    TooManyPlacesTaken,
)
from swa.sessions.services import changes
from swa.sessions.types import PlaceRules, SessionStatus
from tests.sessions.doing import book, call_off, cancel, fill_all, later, move
from tests.sessions.invariants import Watch
from tests.sessions.postman import send_due
from tests.support.factories import Make

BEGIN = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
START = datetime(2027, 3, 20, 10, 0, tzinfo=UTC)  # the clocks change on 28 March
OFTEN = st.integers(0, 9)
REFUSALS = (NotOpenForBooking, SessionHasStarted, AlreadyBooked)


class SessionHistory(RuleBasedStateMachine):
    """People book, give back and wait while the session moves, grows, shrinks or is called off."""

    make: Make
    topic: Topic
    people: list[Person]
    ids: list[int]
    crew: dict[str, Any]

    @initialize(
        largest=st.integers(2, 4),
        most_per_team=st.integers(1, 2),
        most_percent=st.sampled_from([50, 100]),
        early=st.integers(0, 6),
    )
    def begin(self, early: int, **places: int) -> None:
        """Publish the session; the first people ask at once."""
        self.session: TrainingSession = self.make.session(
            topic=self.topic, starts_at=START, places=places, **self.crew
        )
        self.by = self.people[0]
        self.now = BEGIN
        self.watch = Watch(self.session)
        for person in self.people[:early]:
            book(self.session, person, now=self._tick())

    @rule()
    def ask(self) -> None:
        """Let the next of those without a place or a turn ask for one."""
        self._book(self._without_booking(), 0)

    @rule(n=OFTEN)
    def book(self, n: int) -> None:
        """Let any of them ask for one."""
        self._book(self._without_booking(), n)

    @rule(n=OFTEN)
    def book_again(self, n: int) -> None:
        """Ask once more; that is refused."""
        booked = set(range(len(self.people))) - set(self._without_booking())
        self._book(sorted(booked), n)

    @rule(n=OFTEN, twice=st.booleans())
    def give_back(self, n: int, twice: bool) -> None:
        """Give back a place or a turn; a second time changes nothing."""
        self._give_back(self.watch.facts.live, n, twice=twice)

    @rule(n=OFTEN, twice=st.booleans())
    def give_a_place_back(self, n: int, twice: bool) -> None:
        places = [row for row in self.watch.facts.live if row.holds_a_place]
        self._give_back(places, n, twice=twice)

    @precondition(lambda self: self._is_open())
    @rule(days=st.integers(-6, 9))
    def move(self, days: int) -> None:
        """Give it another day at the same time of day in London."""
        was = self.watch.facts.session.starts_at
        start = (was.astimezone(LONDON) + timedelta(days=days)).astimezone(UTC)
        if days and start > self.now + timedelta(hours=1):
            new = later(self.watch.facts.session, by=start - was)
            told = move(self.session, new, by=self.by, now=self._tick())
            assert told == len(self.watch.facts.live)
            self.watch.expect("session moved")

    @precondition(lambda self: self._is_open())
    @rule(largest=st.integers(1, 4))
    def change_places(self, largest: int) -> None:
        old = self.watch.facts.session.places
        new = PlaceRules(
            smallest=1,
            recommended=1,
            largest=largest,
            most_per_team=old.most_per_team,
            most_percent=old.most_percent,
        )
        held = sum(row.holds_a_place for row in self.watch.facts.live)
        try:
            with transaction():
                changes.change_places(self.session, new, by=self.by, now=self._tick())
            self.watch.expect("places changed")
        except TooManyPlacesTaken:
            assert largest < held

    @rule(hours=st.sampled_from([1, 10, 24, 60]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        with transaction():
            fill_all(self.now)

    @rule()
    def deliver(self) -> None:
        self.watch.check_letters(send_due(self.now), self.now)

    @precondition(lambda self: len(self.watch.seen) > 7 and self._is_open())
    @rule(rarely=OFTEN)
    def call_off(self, rarely: int) -> None:
        if rarely < 3:
            told = call_off(self.session, by=self.by, now=self._tick())
            assert told == len(self.watch.facts.live)
            self.watch.expect("session cancelled")

    @invariant()
    def check(self) -> None:
        """Read everything once, then look at it from every side."""
        self.watch.check(self.now)

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.watch.end()
            with transaction():
                db.session.execute(delete(OutboxMessage))
                self.session.status = SessionStatus.CANCELLED

    def _without_booking(self) -> list[int]:
        booked = {row.claim.person_id for row in self.watch.facts.live}
        return [n for n, person_id in enumerate(self.ids) if person_id not in booked]

    def _book(self, people: list[int], n: int) -> None:
        if not people:
            return
        who = people[n % len(people)]
        is_refused = not self._is_open() or who not in self._without_booking()
        refusals = AlreadyBooked if self._is_open() else REFUSALS
        with pytest.raises(refusals) if is_refused else nullcontext():
            book(self.session, self.people[who], now=self._tick())

    def _give_back(self, rows: list[Booking], n: int, *, twice: bool) -> None:
        if not rows:
            return
        chosen = rows[n % len(rows)]
        row = db.session.get_one(Booking, chosen.id)
        by = self.people[self.ids.index(chosen.claim.person_id)]
        self.watch.may_end.add(chosen.id)
        if not self._is_open():
            with pytest.raises(REFUSALS):
                cancel(row, now=self._tick(), by=by)
            return
        for _ in range(1 + twice):
            cancel(row, now=self._tick(), by=by)

    def _is_open(self) -> bool:
        return self.watch.facts.is_open(self.now)

    def _tick(self) -> datetime:
        """Let a little time pass, so that no two acts have one moment."""
        self.now += timedelta(seconds=1)
        return self.now
