"""Invitations that lie in no database: what the building of iCalendar text is tested with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from swa.calendars.models import Invitation
from swa.calendars.types import Answer, Event, InvitationState
from swa.messaging.types import Recipient

START = datetime(2027, 3, 3, 9, 30, tzinfo=UTC)
MADE = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
ROSA = Recipient(name="Rosa Okafor", address="rosa.okafor@example.org", is_active=True)


def event(*, starts_at: datetime = START, minutes: int = 120, **columns: Any) -> Event:
    ordinary = {
        "title": "Core Conversations: listening first",
        "description": "Bring a pen.\n\nWe begin on time.",
        "location": "Room 2, Town Hall",
        "url": "https://swa.example.org/sessions/7",
    }
    ends_at = starts_at + timedelta(minutes=minutes)
    return Event(starts_at=starts_at, ends_at=ends_at, **(ordinary | columns))


def invitation(*, said: Event | None = None, **columns: Any) -> Invitation:
    ordinary = {
        "id": 1,
        "occasion": "booking 17",
        "person_id": 1,
        "uid": "5f1e5f5a-9f0e-4a6e-8f43-0c4d3a1b2c3d",
        "sequence": 0,
        "revision": 1,
        "created_at": MADE,
        "revised_at": MADE,
        "organiser_name": "Social Welfare Alliance",
        "organiser": "training@swa.example.org",
        "state": InvitationState.STANDING,
        "answer": Answer.NEEDS_ACTION,
    }
    return Invitation(event=said or event(), **(ordinary | columns))


def withdrawn(**columns: Any) -> Invitation:
    return invitation(**({"state": InvitationState.WITHDRAWN, "sequence": 1} | columns))
