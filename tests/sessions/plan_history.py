"""Random histories of the send plan: what people do to rules, bookings and single messages."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete, select

from swa.core.db import db, transaction
from swa.core.errors import RuleBroken
from swa.messaging import handling, rulebook, ruling
from swa.messaging.dispatcher import rows as outbox_rows
from swa.messaging.models import OutboxMessage, SendRuleRow
from swa.messaging.send_rules import Audience, DayKind, Event, SendRule, Side
from swa.messaging.types import MessageState
from swa.people.models import Person
from swa.sessions.models import TrainingSession
from swa.sessions.queries import bookings as queries
from swa.sessions.rules.send_plan import OWN
from swa.sessions.types import SessionStatus
from tests.sessions.doing import book, call_off, cancel, later, move, plan_all
from tests.sessions.postman import send_due
from tests.support.factories import Make

BEGIN = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
START = datetime(2027, 4, 8, 13, 0, tzinfo=UTC)
BY_RULE = {"prework", "joining instructions", OWN}
OWN_RULE = SendRule(
    "", "Own", OWN, Event.START, Audience.PARTICIPANTS, side=Side.BEFORE,
    text="sessions/refresher",
)  # fmt: skip


class PlanHistory(RuleBasedStateMachine):
    """Rules go on and off while people book, and messages are held, skipped, edited and sent."""

    make: Make
    people: list[Person]

    @initialize(number=st.integers(0, 2**32))
    def begin(self, number: int) -> None:
        self.chance = random.Random(number)
        self.session: TrainingSession = self.make.session(
            starts_at=START, places={"largest": 3, "most_percent": 100}
        )
        self.by, self.now = self.people[0], BEGIN
        self.sent: Counter[tuple[str, str, int, int | None, int]] = Counter()
        self.skipped: set[int] = set()
        self.book()

    def _tick(self, **distance: float) -> datetime:
        self.now += timedelta(**(distance or {"seconds": 1}))
        return self.now

    def _is_open(self) -> bool:
        return self.session.is_published and self.now < self.session.starts_at

    @precondition(lambda self: self._is_open())
    @rule()
    def book(self) -> None:
        for person in self.chance.sample(self.people[1:], 2):
            if not queries.find_live_booking(self.session, person):
                book(self.session, person, now=self._tick())

    @precondition(lambda self: self._is_open())
    @rule()
    def give_back(self) -> None:
        if live := queries.list_live_bookings(self.session):
            cancel(self.chance.choice(live), now=self._tick())

    @precondition(lambda self: self._is_open())
    @rule()
    def move(self) -> None:
        new = later(self.session, by=timedelta(days=self.chance.choice([-5, 3, 10])))
        if new.starts_at > self.now + timedelta(hours=1):
            move(self.session, new, by=self.by, now=self._tick())

    @rule()
    def add_rule(self) -> None:
        days, counted = self.chance.randint(0, 12), self.chance.choice(list(DayKind))
        own = [each for each in rulebook.load().list_all() if each.is_own]
        if len(own) < 4:
            with transaction():
                wanted = replace(OWN_RULE, days=days, counted=counted)
                ruling.add(wanted, also_past=False, now=self._tick())

    @rule()
    def change_rule(self) -> None:
        each = self.chance.choice([x for x in rulebook.load().list_all() if x.kind in BY_RULE])
        db.session.rollback()
        with transaction():
            if each.is_own and self.chance.random() < 0.3:
                ruling.take_away(each.key, now=self._tick())
                return
            is_on = self.chance.random() < 0.7
            wanted = replace(each, is_on=is_on, days=self.chance.randint(0, 12))
            ruling.save(wanted, also_past=False, now=self._tick())

    @rule()
    def go_round(self) -> None:
        with transaction():
            plan_all(self._tick())

    @rule()
    def handle(self) -> None:
        """Let somebody press a button on one message; what cannot be is refused."""
        found = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        if not found:
            return
        row = self.chance.choice(found)
        act = self.chance.choice(
            [handling.hold, handling.release, handling.send_now, handling.send_again,
             handling.send_copy, handling.skip, handling.edit]
        )  # fmt: skip
        more: dict[str, str] = {}
        if act is handling.skip:
            more = {"reason": "Not now"}
        elif act is handling.edit:
            more = {"subject": "Other words", "text": "Other words"}
        try:
            with transaction():
                act(row, now=self._tick(), **more)
        except RuleBroken:
            return
        if act is handling.skip:
            self.skipped.add(row.id)

    @rule()
    def wait(self) -> None:
        self._tick(hours=self.chance.choice([1, 20, 30, 100]))

    @rule()
    def deliver(self) -> None:
        """Let the worker pass: it gives up what is too late, then sends what is due."""
        outbox_rows.take_stock(self.now)
        before = self._list_sent()
        send_due(self.now)
        for row in self._list_sent():
            if row.id not in {each.id for each in before}:
                self._check_sent(row)

    def _list_sent(self) -> list[OutboxMessage]:
        sent = select(OutboxMessage).where(OutboxMessage.state == MessageState.SENT)
        return list(db.session.scalars(sent))

    def _check_sent(self, row: OutboxMessage) -> None:
        key = (row.kind, row.occasion, row.edition, row.person_id, row.copy)
        self.sent[key] += 1
        assert self.sent[key] == 1, "nothing twice"
        assert row.id not in self.skipped, "nothing that was skipped"
        assert row.ready_at is not None
        assert self.now < row.ready_at + timedelta(days=2), "nothing late by itself"
        if row.kind not in BY_RULE:
            return
        live = queries.list_live_bookings(self.session)
        confirmed = {f"booking {each.id}" for each in live if each.status == "confirmed"}
        assert row.occasion in confirmed, "nothing to the cancelled"
        assert self.now < self.session.starts_at, "nothing past its moment"
        book_now = rulebook.load()
        by = book_now.find_by_edition(row.edition) if row.kind == OWN else book_now.find(row.kind)
        assert by is not None, "nothing of a rule that was taken away"
        assert by.is_on, "nothing of a rule that is off"

    @precondition(lambda self: len(self.sent) > 5 and self._is_open())
    @rule()
    def call_off(self) -> None:
        call_off(self.session, by=self.by, now=self._tick())

    @invariant()
    def check(self) -> None:
        """Keys stay single, held and skipped messages stay what people made of them."""
        rows = db.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.state != MessageState.DROPPED)
            .execution_options(populate_existing=True)
        ).all()
        keys = Counter((r.kind, r.occasion, r.edition, r.person_id, r.copy) for r in rows)
        assert max(keys.values(), default=1) == 1
        states = {row.id: row.state for row in rows}
        assert {states[number] for number in self.skipped} <= {MessageState.SKIPPED}

    def teardown(self) -> None:
        if hasattr(self, "session"):
            db.session.rollback()
            with transaction():
                db.session.execute(delete(OutboxMessage))
                db.session.execute(delete(SendRuleRow))
                self.session.status = SessionStatus.DRAFT
            rulebook.forget()
