"""The demonstration: a living alliance of invented people (IN-18; AN-03, SS-03 to SS-06)."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import func, select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.people.models import Organisation, Person
from swa.people.types import Role, Sector
from swa.sessions.models import Booking, Topic, TrainingSession
from swa.sessions.types import BookingStatus, GoAhead, SessionStatus, TopicKind, WaitReason
from swa.web.demo import seed


@pytest.fixture
def demonstration(app):
    with transaction():
        seed.add_demonstration(clock.utc_now())


def count(wanted):
    return db.session.scalar(select(func.count()).select_from(wanted))


def test_it_is_a_living_alliance(demonstration):
    sectors = set(db.session.scalars(select(Organisation.sector)))

    assert count(Person) >= 60
    assert count(Organisation) == 12
    assert sectors == set(Sector)
    assert set(db.session.scalars(select(Topic.kind))) == set(TopicKind)


def test_all_addresses_are_nobodys(demonstration):
    addresses = list(db.session.scalars(select(Person.email)))

    assert all(address.endswith("@example.org") for address in addresses)
    assert len(addresses) == len(set(addresses))


def test_no_address_of_a_real_domain_stands_in_the_code():
    for path in Path("swa").rglob("*.py"):
        found = re.findall(r"[\w.+-]+@([\w-]+\.[\w.-]+\w)", path.read_text(encoding="utf-8"))
        assert all(
            domain.endswith(("example.org", "example.com", "example.net")) for domain in found
        )


def test_there_is_a_session_in_every_state(demonstration):
    def some(*conditions):
        return count(select(TrainingSession.id).where(*conditions).subquery())

    live = TrainingSession.status == SessionStatus.PUBLISHED
    now = clock.utc_now()
    assert some(live, TrainingSession.ends_at < now) >= 3
    assert some(live, TrainingSession.starts_at > now) >= 4
    assert some(live, TrainingSession.places_taken == 20)
    assert some(TrainingSession.status == SessionStatus.CANCELLED)
    assert some(TrainingSession.status == SessionStatus.DRAFT)
    assert some(live, TrainingSession.go_ahead == GoAhead.ASKED, TrainingSession.places_taken < 12)
    over_a_cap = Booking.wait_reason == WaitReason.TEAM_CAP
    assert some(TrainingSession.bookings.any(over_a_cap))


def test_every_role_is_held_by_somebody(demonstration):
    people = db.session.scalars(select(Person)).all()

    assert set().union(*(person.roles for person in people)) == set(Role)


def test_the_counter_of_places_is_true(demonstration):
    for session in db.session.scalars(select(TrainingSession)):
        confirmed = [b for b in session.bookings if b.status == BookingStatus.CONFIRMED]
        assert session.places_taken == len(confirmed)


def test_what_is_past_is_not_mailed_about(demonstration):
    late = select(OutboxMessage.id).where(OutboxMessage.give_up_at < clock.utc_now())

    assert count(late.subquery()) == 0


@pytest.mark.parametrize("days", range(7))
def test_it_can_be_made_on_any_day_and_early_in_the_morning(app, days):
    with time_machine.travel(datetime(2027, 3, 26, 1, tzinfo=UTC) + timedelta(days=days)):
        with transaction():
            seed.add_demonstration(clock.utc_now())

        asked = select(TrainingSession.id).where(TrainingSession.go_ahead == GoAhead.ASKED)
        assert count(TrainingSession) == 12
        assert count(asked.subquery()) > 0, "a question of seven days before is asked at nine"


def test_the_mailbox_holds_what_staff_and_past_participants_get_too(demonstration):
    kinds = set(db.session.scalars(select(OutboxMessage.kind)))

    assert {"session to run", "after the session", "sorry we missed you"} <= kinds
