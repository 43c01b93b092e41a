"""Reads what was received, and the invitations that answers are about."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from swa.calendars.models import Invitation
from swa.calendars.replies.models import (
    MailboxPoll,
    MailTask,
    ReceivedMail,
    TimeProposal,
    WeekAnswer,
)
from swa.calendars.replies.types import MailKind, TaskState
from swa.core.db import db

INBOX = "inbox"


def find_received(key: str) -> ReceivedMail | None:
    """Return the mail of this key; None when it was never seen."""
    return db.session.scalars(select(ReceivedMail).where(ReceivedMail.key == key)).one_or_none()


def find_invitation(uid: str) -> Invitation | None:
    """Return the invitation of a UID, standing or withdrawn; None when it is not ours."""
    return db.session.scalars(select(Invitation).where(Invitation.uid == uid)).one_or_none()


def find_week(invitation: Invitation, original_start: datetime) -> WeekAnswer | None:
    """Return what was answered for one week (UTC); None while nothing was."""
    return db.session.scalars(
        select(WeekAnswer).where(
            WeekAnswer.invitation_id == invitation.id,
            WeekAnswer.original_start == original_start,
        )
    ).one_or_none()


def list_weeks(invitation: Invitation) -> Sequence[WeekAnswer]:
    """List the answers for single weeks, the first week first."""
    return db.session.scalars(
        select(WeekAnswer)
        .where(WeekAnswer.invitation_id == invitation.id)
        .order_by(WeekAnswer.original_start)
    ).all()


def list_latest(occasions: Collection[str]) -> dict[str, Invitation]:
    """Return the newest invitation of each occasion, standing or withdrawn."""
    found = db.session.scalars(
        select(Invitation)
        .where(Invitation.occasion.in_(list(occasions)))
        .order_by(Invitation.created_at, Invitation.id)
    )
    return {invitation.occasion: invitation for invitation in found}


def list_proposals(occasions: Collection[str]) -> Sequence[TimeProposal]:
    """List the new times proposed for invitations of these occasions, newest first."""
    return db.session.scalars(
        select(TimeProposal)
        .join(TimeProposal.invitation)
        .where(Invitation.occasion.in_(list(occasions)))
        .options(joinedload(TimeProposal.invitation))
        .order_by(TimeProposal.received_at.desc(), TimeProposal.id.desc())
    ).all()


def get_proposal(proposal_id: int) -> TimeProposal:
    """Return one proposal with its invitation.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    return db.session.scalars(
        select(TimeProposal)
        .where(TimeProposal.id == proposal_id)
        .options(joinedload(TimeProposal.invitation))
    ).one()


def select_tasks(state: TaskState) -> Select[MailTask]:
    """Select the mails of people that are open, or done; the oldest open one first."""
    oldest = (MailTask.received_at, MailTask.id)
    newest = (MailTask.received_at.desc(), MailTask.id.desc())
    return (
        select(MailTask)
        .where(MailTask.state == state)
        .options(joinedload(MailTask.person), joinedload(MailTask.done_by))
        .order_by(*(oldest if state is TaskState.OPEN else newest))
    )


def get_task(task_id: int) -> MailTask:
    """Return one mail that a person wrote.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    return db.session.scalars(
        select(MailTask)
        .where(MailTask.id == task_id)
        .options(joinedload(MailTask.person), joinedload(MailTask.done_by))
    ).one()


def count_tasks(state: TaskState) -> int:
    """Return how many mails of people are in a state."""
    return db.session.scalars(select(func.count()).where(MailTask.state == state)).one()


def count_not_understood(since: datetime) -> int:
    """Return how many mails since a moment (UTC) lie in the folder for what was not understood."""
    kinds = [MailKind.UNREADABLE, MailKind.STRANGE]
    return db.session.scalars(
        select(func.count()).where(ReceivedMail.kind.in_(kinds), ReceivedMail.received_at >= since)
    ).one()


def find_poll() -> MailboxPoll | None:
    """Return how reading the mailbox goes; None when it never began."""
    return db.session.scalars(select(MailboxPoll).where(MailboxPoll.name == INBOX)).one_or_none()
