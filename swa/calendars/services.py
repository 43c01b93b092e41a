"""What happens to an invitation: made, revised, withdrawn. The caller sends the mail.

The caller opens the transaction and plans the mail in it; its key is the invitation and its
``revision``, so that two changes of the text are two facts.
"""

import uuid
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from swa.calendars import queries, rules
from swa.calendars.models import Invitation
from swa.calendars.types import Change, Event, InvitationState
from swa.core.db import db


def invite(
    occasion: str, person_id: int, event: Event, *, organiser: tuple[str, str], now: datetime
) -> Invitation:
    """Make an invitation with a random UID; who comes back after leaving gets a new one.

    Args:
        occasion: What it is about, for one person: "booking 17".
        person_id: Whose calendar it is for.
        event: What it says.
        organiser: Name and address of the mailbox that the mail comes from; kept until the end.
        now: UTC.

    Raises:
        OccasionIsOver: The event has ended.
        AlreadyInvited: An invitation stands for this occasion.

    Source:
        DC-11 (calendar invitations, UID stable).
    """
    if rules.is_over(event, now):
        raise rules.OccasionIsOver
    if queries.find_standing(occasion):
        raise rules.AlreadyInvited
    organiser_name, organiser_address = organiser
    invitation = Invitation(
        occasion=occasion,
        person_id=person_id,
        uid=str(uuid.uuid4()),
        event=event,
        organiser_name=organiser_name,
        organiser=organiser_address,
        created_at=now,
        revised_at=now,
    )
    db.session.add(invitation)
    try:
        db.session.flush()
    except IntegrityError as race:
        raise rules.AlreadyInvited from race
    return invitation


def revise(invitation: Invitation, event: Event, *, now: datetime) -> Change:
    """Let the invitation say something else, and tell what kind of change that is.

    Args:
        invitation: A standing one.
        event: What it shall say.
        now: UTC.

    Returns:
        ``none`` when nothing changed or both the old and the new event are over: then nothing
        is raised and nobody needs a mail.

    Raises:
        ValueError: It was withdrawn; a withdrawn invitation never comes back.

    Source:
        DC-11, IN-09 (SEQUENCE + 1 when place or time change; the answer is asked for again).
    """
    queries.lock_invitation(invitation)
    _check_standing(invitation)
    change = rules.compare_events(invitation.event, event)
    if rules.is_over(invitation.event, now) and rules.is_over(event, now):
        return Change.NONE
    if change is not Change.NONE:
        invitation.event = event
        invitation.sequence = rules.next_sequence(invitation.sequence, change)
        invitation.answer = rules.next_answer(invitation.answer, change)
        _stamp(invitation, now)
    return change


def withdraw(invitation: Invitation, *, now: datetime) -> None:
    """Take the invitation back for good; the mail for it is a CANCEL.

    Args:
        invitation: A standing one.
        now: UTC.

    Raises:
        ValueError: It was withdrawn before.

    Source:
        DC-11, IN-09 (CANCEL for each).
    """
    queries.lock_invitation(invitation)
    _check_standing(invitation)
    invitation.state = InvitationState.WITHDRAWN
    invitation.sequence += 1
    _stamp(invitation, now)


def _check_standing(invitation: Invitation) -> None:
    if invitation.state is not InvitationState.STANDING:
        msg = f"invitation {invitation.id} was withdrawn; invite again instead"
        raise ValueError(msg)


def _stamp(invitation: Invitation, now: datetime) -> None:
    invitation.revision += 1
    invitation.revised_at = rules.next_stamp(invitation.revised_at, now)
    db.session.flush()
