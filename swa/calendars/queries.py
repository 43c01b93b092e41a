"""Finds invitations by what they are about and whose they are."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select

from swa.calendars.models import Invitation
from swa.calendars.types import InvitationState
from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState

LEFT = (
    MessageState.SENT,
    MessageState.UNKNOWN,
    MessageState.CLAIMED,
    MessageState.SENDING,
)
# Every message and every change of a booking asks these, so they are put together once.
_LATEST = (
    select(Invitation)
    .where(Invitation.occasion == bindparam("occasion"))
    .order_by(Invitation.created_at.desc(), Invitation.id.desc())
    .limit(1)
)
_HELD = (
    select(Invitation)
    .where(Invitation.occasion.in_(bindparam("occasions", expanding=True)))
    .order_by(Invitation.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def find_standing(occasion: str) -> Invitation | None:
    """Return the invitation that stands for an occasion such as "booking 17", or None."""
    return db.session.scalar(
        select(Invitation).where(
            Invitation.occasion == occasion, Invitation.state == InvitationState.STANDING
        )
    )


def find_latest(occasion: str) -> Invitation | None:
    """Return the newest invitation of an occasion, standing or withdrawn, or None."""
    return db.session.scalar(_LATEST, {"occasion": occasion})


def hold_newest(occasions: Collection[str]) -> dict[str, Invitation]:
    """Return the newest invitation of each occasion as it is now, held until the transaction ends.

    One that stands is the newest of its occasion: who comes back gets another only after it was
    withdrawn. By occasion; one without any is left out.
    """
    if not occasions:
        return {}
    held = db.session.scalars(_HELD, {"occasions": list(occasions)})
    return {row.occasion: row for row in held}


def get_invitation(invitation_id: int) -> Invitation:
    """Return an invitation by its id, as it stands in the database.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.id == invitation_id)
        .execution_options(populate_existing=True)
    ).one()


def list_who_has(occasions: Collection[str]) -> frozenset[int]:
    """Return the ids of the people in whose calendar one of these occasions stands."""
    brought = select(Invitation.person_id).where(
        Invitation.occasion.in_(list(occasions)),
        Invitation.state == InvitationState.STANDING,
        Invitation.first_message_id != "",
    )
    return frozenset(db.session.scalars(brought))


def list_standing_of(person_id: int) -> Sequence[Invitation]:
    """List what stands in a person's calendar, over or not, as it is in the database; by id."""
    return _list_of(person_id, InvitationState.STANDING)


def list_withdrawn_of(person_id: int) -> Sequence[Invitation]:
    """List what a person was invited to and is not any more, as it is in the database; by id."""
    return _list_of(person_id, InvitationState.WITHDRAWN)


def _list_of(person_id: int, state: InvitationState) -> Sequence[Invitation]:
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.person_id == person_id, Invitation.state == state)
        .order_by(Invitation.id)
        .execution_options(populate_existing=True)
    ).all()


def find_last_request(occasions: Collection[str], *, without: int) -> bytes | None:
    """Return the calendar part of the REQUEST that last left, or may have; None for none.

    Args:
        occasions: Of the mails that brought it.
        without: Id of a message that is left out.
    """
    found = select(OutboxMessage.calendar).where(
        OutboxMessage.occasion.in_(list(occasions)),
        OutboxMessage.id != without,
        OutboxMessage.calendar_method == "REQUEST",
        OutboxMessage.state.in_(LEFT),
    )
    newest = found.order_by(OutboxMessage.frozen_at.desc(), OutboxMessage.id.desc())
    return db.session.scalars(newest.limit(1)).first()


def lock_invitation(invitation: Invitation) -> None:
    """Hold the row until the transaction ends, so that two changes get two SEQUENCE numbers.

    PostgreSQL takes a row lock; SQLite already lets one ``transaction()`` run at a time.
    """
    db.session.refresh(invitation, with_for_update=True)
