"""What somebody has promised to do; handed down to the page that disables people."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from swa.core.db import db
from swa.people.services.people import Duty
from swa.sessions.models import TrainingSession
from swa.sessions.types import SessionStatus

PARTS = {
    "lead_facilitator_id": "Lead facilitator",
    "co_facilitator_id": "Co-facilitator",
    "support_person_id": "Support person",
}


def list_duties(person_id: int, *, now: datetime) -> list[Duty]:
    """List the sessions still to come that would be left without the person, the next first.

    Source:
        OT-10 (disabling a facilitator lists what is left without one).
    """
    theirs = or_(*(getattr(TrainingSession, column) == person_id for column in PARTS))
    coming = (
        select(TrainingSession)
        .where(
            theirs,
            TrainingSession.ends_at > now,
            TrainingSession.status != SessionStatus.CANCELLED,
        )
        .options(joinedload(TrainingSession.topic))
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return [
        Duty(session.title, session.starts_at, part, f"/sessions/{session.id}/desk")
        for session in db.session.scalars(coming)
        for column, part in PARTS.items()
        if getattr(session, column) == person_id
    ]
