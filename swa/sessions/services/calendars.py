"""What sessions put into people's calendar links, and the dates that everybody may read."""

from collections.abc import Sequence
from datetime import datetime

from swa.calendars.types import PublicEntry
from swa.people.models import Person
from swa.sessions.emails.events import open_date
from swa.sessions.emails.wanted_to_run import occasion_to_run
from swa.sessions.models import Topic
from swa.sessions.queries import feeds as queries
from swa.sessions.queries.entries import BOOKING


def list_booked(person: Person, now: datetime) -> Sequence[str]:
    """List the invitations to sessions in which the person has a place.

    Source:
        DC-11, LK-9.
    """
    return [f"{BOOKING} {booking_id}" for booking_id in queries.list_booked(person, now)]


def list_run(person: Person, now: datetime) -> Sequence[str]:
    """List the invitations to sessions that the person is named to run.

    Source:
        DC-11, TR-07, TR-09.
    """
    return [occasion_to_run(session, person.id) for session in queries.list_run(person, now)]


def list_open_dates(topic: Topic | None, now: datetime) -> list[PublicEntry]:
    """List the dates that everybody may read, of one topic or of all, soonest first."""
    return [open_date(session) for session in queries.list_open(topic, now)]
