"""Calendar links in tests: made as the page makes them, fetched as a calendar program does."""

import sqlalchemy as sa
from werkzeug.test import TestResponse

from swa.calendars.feeds import services
from swa.calendars.feeds.types import FeedKind
from swa.calendars.services.invitations import invite
from swa.calendars.types import Event
from swa.core import clock
from swa.core.db import db, transaction
from swa.people.models import Person
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.services.mails import plan_session_mails
from swa.sessions.services.references import make_reference
from swa.sessions.types import BookingStatus, Claim
from tests.support.factories import Make

PERSONAL, RUNNING = FeedKind.PERSONAL, FeedKind.RUNNING


def token_of(person: Person, kind: FeedKind = PERSONAL) -> str:
    """Make a link, or replace it, and return its token."""
    with transaction():
        return services.make_link(person, kind, now=clock.utc_now())


def path_of(person: Person, kind: FeedKind = PERSONAL) -> str:
    """Make a link, or replace it, and return its path."""
    return f"/cal/{token_of(person, kind)}.ics"


def plan_mails(*sessions: TrainingSession) -> None:
    """Invite those who run the sessions, as publishing does."""
    for session in sessions:
        with transaction():
            plan_session_mails(session, now=clock.utc_now())


def place_in_many(make: Make, person: Person, number: int) -> None:
    """Give somebody a place in so many dates like one session, each with an invitation."""
    first = make.session()
    same = {
        column.key: getattr(first, column.key)
        for column in sa.inspect(TrainingSession).column_attrs
        if column.key != "id"
    }
    said = Event("Housing", "Bring a pen.", "Online", "", first.starts_at, first.ends_at)
    sender, now = ("Social Welfare Alliance", "training@swa.example.org"), clock.utc_now()
    with transaction():
        for _ in range(number):
            session = TrainingSession(**same)
            claim = Claim(person.id, person.organisation_id, person.team_id)
            booking = Booking(
                session=session,
                reference=make_reference(),
                claim=claim,
                status=BookingStatus.CONFIRMED,
                booked_at=now,
            )
            db.session.add(booking)
            db.session.flush()
            invite(f"booking {booking.id}", person.id, said, organiser=sender, now=now)


def titles(answer: TestResponse) -> list[str]:
    """Return the titles in a feed, in its order."""
    assert answer.status_code == 200, answer.text
    lines = answer.text.replace("\r\n ", "").split("\r\n")
    return [line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")]
