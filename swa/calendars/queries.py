"""Finds invitations by what they are about."""

from sqlalchemy import select

from swa.calendars.models import Invitation
from swa.calendars.types import InvitationState
from swa.core.db import db


def find_standing(occasion: str) -> Invitation | None:
    """Return the invitation that stands for an occasion such as "booking 17", or None."""
    return db.session.scalar(
        select(Invitation).where(
            Invitation.occasion == occasion, Invitation.state == InvitationState.STANDING
        )
    )


def find_latest(occasion: str) -> Invitation | None:
    """Return the newest invitation of an occasion, standing or withdrawn, or None."""
    return db.session.scalar(
        select(Invitation)
        .where(Invitation.occasion == occasion)
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(1)
    )


def lock_invitation(invitation: Invitation) -> None:
    """Hold the row until the transaction ends, so that two changes get two SEQUENCE numbers.

    PostgreSQL takes a row lock; SQLite already lets one ``transaction()`` run at a time.
    """
    db.session.refresh(invitation, with_for_update=True)
