"""Topics, sessions, plans and bookings."""

from swa.sessions.models.bookings import Booking, PassedOver, PlaceQuestion, SessionMove
from swa.sessions.models.topics import Topic
from swa.sessions.models.training import PlanSegment, TrainingSession, session_providers

__all__ = [
    "Booking",
    "PassedOver",
    "PlaceQuestion",
    "PlanSegment",
    "SessionMove",
    "Topic",
    "TrainingSession",
    "session_providers",
]
