"""What happens to an invitation: made, revised, withdrawn. The caller sends the mail.

The caller opens the transaction and plans the mail in it; its key is the invitation and its
``revision``, so that two changes of the text are two facts.
"""

import uuid
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from swa.calendars import queries
from swa.calendars.models import Invitation
from swa.calendars.rules import changes as rules
from swa.calendars.rules import series as series_rules
from swa.calendars.types import Change, Event, InvitationState
from swa.core.db import db


def invite(
    occasion: str,
    person_id: int,
    event: Event,
    *,
    organiser: tuple[str, str],
    now: datetime,
    is_first: bool = False,
) -> Invitation:
    """Make an invitation with a random UID; who comes back after leaving gets a new one.

    Args:
        occasion: What it is about, for one person: "booking 17".
        person_id: Whose calendar it is for.
        event: What it says.
        organiser: Name and address of the mailbox that the mail comes from; kept until the end.
        now: UTC.
        is_first: Whether the caller has seen in this transaction that none stands.

    Raises:
        OccasionIsOver: The event has ended.
        AlreadyInvited: An invitation stands for this occasion.

    Source:
        DC-11 (calendar invitations, UID stable).
    """
    if rules.is_over(event, now):
        raise rules.OccasionIsOver
    return write(occasion, person_id, event, organiser=organiser, now=now, is_first=is_first)


def write(
    occasion: str,
    person_id: int,
    event: Event,
    *,
    organiser: tuple[str, str],
    now: datetime,
    is_first: bool = False,
) -> Invitation:
    """Write the row of an invitation whose event somebody has looked at; see ``invite``.

    Raises:
        AlreadyInvited: An invitation stands for this occasion.
    """
    if not is_first and queries.find_standing(occasion):
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


def revise(invitation: Invitation, event: Event, *, now: datetime, is_held: bool = False) -> Change:
    """Let the invitation say something else, and tell what kind of change that is.

    Args:
        invitation: A standing one.
        event: What it shall say.
        now: UTC.
        is_held: Whether the caller has read and held the row in this transaction.

    Returns:
        ``none`` when nothing changed or both the old and the new event are over: then nothing
        is raised and nobody needs a mail.

    Raises:
        ValueError: It was withdrawn, and a withdrawn invitation never comes back; or it is for a
            series, whose weekday and hour never change: that is another series.

    Source:
        DC-11, IN-09 (SEQUENCE + 1 when place or time change; the answer is asked for again);
        CF-08 (weekday and hour never change inside a block).
    """
    if not is_held:
        queries.lock_invitation(invitation)
    check_standing(invitation)
    change = rules.compare_events(invitation.event, event)
    if invitation.rhythm and change is Change.TIME:
        msg = f"invitation {invitation.id} is for a series: withdraw it and invite to another"
        raise ValueError(msg)
    if is_over(invitation, now) and rules.is_over(event, now):
        return Change.NONE
    if change is not Change.NONE:
        invitation.event = event
        ask_again(invitation, change)
        stamp(invitation, now)
    return change


def withdraw(invitation: Invitation, *, now: datetime, is_held: bool = False) -> None:
    """Take the invitation back for good; the mail for it is a CANCEL.

    Args:
        invitation: A standing one.
        now: UTC.
        is_held: Whether the caller has read and held the row in this transaction.

    Raises:
        ValueError: It was withdrawn before.

    Source:
        DC-11, IN-09 (CANCEL for each).
    """
    if not is_held:
        queries.lock_invitation(invitation)
    check_standing(invitation)
    invitation.state = InvitationState.WITHDRAWN
    invitation.sequence += 1
    stamp(invitation, now)


def is_over(invitation: Invitation, now: datetime) -> bool:
    """Whether the event, or the last meeting of the series, has ended; UTC."""
    if series := invitation.series:
        return series_rules.is_over(series, now)
    return rules.is_over(invitation.event, now)


def check_standing(invitation: Invitation) -> None:
    """Refuse a withdrawn invitation.

    Raises:
        ValueError: It was withdrawn.
    """
    if invitation.state is not InvitationState.STANDING:
        msg = f"invitation {invitation.id} was withdrawn; invite again instead"
        raise ValueError(msg)


def ask_again(invitation: Invitation, change: Change) -> None:
    """Raise SEQUENCE and forget the answer when the change is one that people must look at."""
    invitation.sequence = rules.next_sequence(invitation.sequence, change)
    invitation.answer = rules.next_answer(invitation.answer, change)


def stamp(invitation: Invitation, now: datetime, *, whole: bool = True) -> None:
    """Make a new revision of what was changed.

    Args:
        invitation: With its changes.
        now: UTC.
        whole: Whether more changed than one week of a series.
    """
    invitation.revision += 1
    if whole:
        invitation.whole_revision = invitation.revision
        invitation.whole_sequence = invitation.sequence
    invitation.revised_at = rules.next_stamp(invitation.revised_at, now)
