"""What is done about a mail, once: an answer noted, a bounce marked, a task made.

An answer from a calendar is a convenience and sets columns; the booking is the truth, and a
decline frees no place by itself, since mail can be forged (REPLY-6).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from swa.calendars.models import Invitation, Replied
from swa.calendars.queries import lock_invitation
from swa.calendars.replies import queries, rules
from swa.calendars.replies.models import MailTask, ReceivedMail, TimeProposal, WeekAnswer
from swa.calendars.replies.owners import find_owner
from swa.calendars.replies.types import (
    Answers,
    Automatic,
    CalendarAnswer,
    Letter,
    MailKind,
    NewTime,
    ReadMail,
    Sender,
    TaskState,
    Unreadable,
)
from swa.calendars.types import Answer, InvitationState
from swa.core.db import db, lock_row
from swa.messaging.bounces import recording
from swa.messaging.bounces.types import Bounce
from swa.people.models import Person
from swa.people.queries.sign_in import find_person_by_email
from swa.people.services import audit

Result = tuple[MailKind, str]
MAILS_KEPT_FOR = timedelta(days=90)
TASKS_KEPT_FOR = timedelta(days=365)
LONGEST_NOTE = 200
LONGEST_MESSAGE_ID = 255
LONGEST_NAME = 200
LONGEST_SUBJECT = 300


def receive(mail: ReadMail, *, key: str, now: datetime) -> MailKind:
    """Act upon a mail, once; the same mail again changes nothing.

    Args:
        mail: What it turned out to be.
        key: Tells the same mail again.
        now: UTC.

    Returns:
        What it was, also when it was seen before.

    Source:
        REPLY-1, REPLY-5, REPLY-6, REPLY-8, REPLY-9.
    """
    row = _take(mail.sender, key, now)
    if row is None:
        known = queries.find_received(key)
        return known.kind if known else MailKind.UNREADABLE
    row.kind, note = _act(mail, row, now)
    row.note = note[:LONGEST_NOTE]
    db.session.flush()
    return row.kind


def finish_task(task: MailTask, *, by: Person, now: datetime) -> None:
    """Say that somebody has seen to a mail; who was first stays named."""
    lock_row(task)
    if task.state is TaskState.OPEN:
        task.state, task.done_by_id, task.done_at = TaskState.DONE, by.id, now
        audit.record("email answered", about=f"email {task.id}", by_id=by.id, now=now)


def reopen_task(task: MailTask, *, by: Person, now: datetime) -> None:
    """Put a mail back on the list of open ones."""
    lock_row(task)
    if task.state is TaskState.DONE:
        task.state, task.done_by_id, task.done_at = TaskState.OPEN, None, None
        audit.record("email opened again", about=f"email {task.id}", by_id=by.id, now=now)


def clear_old(*, now: datetime) -> None:
    """Drop what is of no use any more, so that strangers cannot fill the database (WB-10).

    Mails that led to no task are forgotten after 90 days, tasks a year after they were done.
    """
    done = select(MailTask.mail_id).where(
        MailTask.state == TaskState.DONE, MailTask.done_at < now - TASKS_KEPT_FOR
    )
    over = db.session.scalars(done).all()
    db.session.execute(delete(MailTask).where(MailTask.mail_id.in_(over)))
    kept = select(MailTask.mail_id)
    old = ReceivedMail.received_at < now - MAILS_KEPT_FOR
    db.session.execute(delete(ReceivedMail).where(old, ReceivedMail.id.not_in(kept)))


def _take(sender: Sender, key: str, now: datetime) -> ReceivedMail | None:
    """Write down that a mail is ours to act upon; None when somebody has done so before."""
    make = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    first = {
        "key": key,
        "message_id": sender.message_id[:LONGEST_MESSAGE_ID],
        "kind": MailKind.UNREADABLE,
        "note": "",
        "received_at": now,
    }
    insert = make.insert(ReceivedMail).values(first).on_conflict_do_nothing()
    return db.session.scalars(insert.returning(ReceivedMail)).one_or_none()


def _act(mail: ReadMail, row: ReceivedMail, now: datetime) -> Result:
    result: Result
    match mail.finding:
        case Answers() as found:
            result = _note_answers(found, mail.sender, now)
        case NewTime() as found:
            result = _note_proposal(found, mail.sender, now)
        case Bounce() as found:
            result = _note_bounce(found, now)
        case Letter() as found:
            result = _make_task(found, mail.sender, row, now)
        case Automatic() as found:
            result = MailKind.AUTOMATIC, found.why
        case Unreadable() as found:
            result = MailKind.UNREADABLE, found.why
    return result


def _note_answers(found: Answers, sender: Sender, now: datetime) -> Result:
    invitation = _hold(found.answers[0].uid)
    if invitation is None:
        return MailKind.STRANGE, "no invitation of ours has this UID"
    for said in found.answers:
        # Nobody answers what was not sent yet; a number too high would outweigh all later answers.
        answer = replace(said, sequence=min(said.sequence, invitation.sequence))
        if answer.original_start is not None and invitation.rhythm is not None:
            _note_week(invitation, answer, sender, now)
        elif _note(invitation, answer, sender, now):
            _note_whole(invitation, answer, now)
    db.session.flush()
    return MailKind.ANSWER, f"invitation {invitation.id}"


def _note_whole(invitation: Invitation, answer: CalendarAnswer, now: datetime) -> None:
    """Let an answer to the present version count; an older one is kept and shown as such."""
    if invitation.answered_before_change:
        return
    invitation.answer = answer.answer
    owner = find_owner(invitation)
    stands = invitation.state is InvitationState.STANDING
    if owner and stands and answer.answer is Answer.DECLINED:
        owner.declined(invitation, now)


def _note_week(
    invitation: Invitation, answer: CalendarAnswer, sender: Sender, now: datetime
) -> None:
    """Keep the answer for one week; the other weeks and the whole stay as they are (REPLY-7)."""
    assert answer.original_start is not None  # noqa: S101 - the caller looked; mypy cannot know
    week = queries.find_week(invitation, answer.original_start)
    if week is None:
        week = WeekAnswer(invitation_id=invitation.id, original_start=answer.original_start)
        db.session.add(week)
    _note(week, answer, sender, now)


def _note(row: Replied, answer: CalendarAnswer, sender: Sender, now: datetime) -> bool:
    """Keep an answer unless a later one is kept already; say whether it was kept (REPLY-5)."""
    stamp = rules.believed_stamp(answer.stamp, now)
    is_newer = rules.is_newer(
        answer.sequence, stamp, than_sequence=row.reply_sequence, than_stamp=row.reply_stamp
    )
    if not is_newer:
        return False
    row.reply, row.reply_sequence, row.reply_stamp = answer.answer, answer.sequence, stamp
    row.replied_at = now
    row.reply_address = answer.attendee or sender.address
    row.reply_hint = sender.hint
    row.reply_comment = answer.comment
    return True


def _note_proposal(found: NewTime, sender: Sender, now: datetime) -> Result:
    invitation = _hold(found.uid)
    if invitation is None:
        return MailKind.STRANGE, "no invitation of ours has this UID"
    length = invitation.event.ends_at - invitation.event.starts_at
    proposal = TimeProposal(
        invitation=invitation,
        original_start=found.original_start,
        starts_at=found.starts_at,
        ends_at=found.ends_at or found.starts_at + max(length, timedelta(minutes=1)),
        sequence=found.sequence,
        address=found.attendee or sender.address,
        comment=found.comment,
        received_at=now,
    )
    db.session.add(proposal)
    db.session.flush()
    if owner := find_owner(invitation):
        owner.proposed(proposal, now)
    return MailKind.PROPOSAL, f"invitation {invitation.id}"


def _hold(uid: str) -> Invitation | None:
    """Return the invitation of a UID, held, after what stands above it."""
    invitation = queries.find_invitation(uid)
    if invitation is None:
        return None
    if owner := find_owner(invitation):
        owner.hold(invitation)
    lock_invitation(invitation)
    return invitation


def _note_bounce(found: Bounce, now: datetime) -> Result:
    if recording.record(found, now=now):
        return MailKind.BOUNCE, found.status
    return MailKind.STRANGE, "a bounce of no message of ours"


def _make_task(found: Letter, sender: Sender, row: ReceivedMail, now: datetime) -> Result:
    person = find_person_by_email(sender.address) if sender.address else None
    task = MailTask(
        mail_id=row.id,
        sender_name=sender.name[:LONGEST_NAME],
        sender_address=sender.address,
        person_id=person.id if person else None,
        subject=sender.subject[:LONGEST_SUBJECT],
        body=found.body,
        is_whole=found.is_whole,
        received_at=now,
        state=TaskState.OPEN,
    )
    db.session.add(task)
    return MailKind.PERSON, ""
