"""E-mails to those who run a session: facilitators and the support person.

Each has an invitation of their own, so that a move or a cancellation reaches their calendar too.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from swa.calendars.building import itip_part
from swa.calendars.models import Invitation
from swa.calendars.queries import find_latest
from swa.calendars.types import InvitationState
from swa.core.dates import days_before
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import render_draft
from swa.messaging.types import Draft, Recipient, WantedMail
from swa.sessions.emails.news import (
    Key,
    MoveNews,
    find_move_news,
    is_outdated,
    join_thread,
)
from swa.sessions.emails.wanted import MORNING
from swa.sessions.models import TrainingSession
from swa.sessions.queries.bookings import list_held, list_organisations_coming
from swa.sessions.queries.mails import get_session_of, list_tried
from swa.sessions.queries.planning import list_able

RUN = "session to run"
RUN_MOVED = "session to run moved"
RUN_JOINING = "joining instructions to run"
RUN_OVER = "session to run cancelled"
STAFF_KINDS = (RUN, RUN_MOVED, RUN_JOINING, RUN_OVER)
TEMPLATES = {
    RUN: "to_run",
    RUN_MOVED: "to_run_moved",
    RUN_JOINING: "to_run_joining",
    RUN_OVER: "to_run_cancelled",
}


def occasion_to_run(session: TrainingSession, person_id: int) -> str:
    """Name what somebody runs as the outbox and the calendars know it."""
    return f"session {session.id} run by {person_id}"


def staff_of(session: TrainingSession) -> set[int]:
    """Return the ids of those who run the session."""
    ids = (session.lead_facilitator_id, session.co_facilitator_id, session.support_person_id)
    return {person_id for person_id in ids if person_id is not None}


def list_wanted_to_run(
    session: TrainingSession, invitation: Invitation, tried: Collection[Key]
) -> tuple[WantedMail, ...]:
    """List the e-mails that somebody who runs the session ought to have as things stand.

    Args:
        session: With its moves.
        invitation: Theirs, standing or withdrawn; a new one is a new fact.
        tried: Kind and edition of what may have reached them.

    Source:
        IN-09, TR-07, TR-12.
    """
    number, since = invitation.id, invitation.created_at
    if invitation.state is InvitationState.WITHDRAWN:
        is_news = session.is_cancelled or was_told(session, invitation, tried)
        mail = _mail(session, invitation, RUN_OVER, invitation.revised_at, edition=number)
        return (replace(mail, give_up_at=session.ends_at),) if is_news else ()
    news = find_move_news(session, since=since, kind=RUN_MOVED, tried=tried)
    first = (
        _mail(session, invitation, RUN_MOVED, news.moved_at, edition=news.edition)
        if news
        else _mail(session, invitation, RUN, since, edition=number)
    )
    known_at = max(since, session.moves[-1].moved_at) if session.moves else since
    joining_at = days_before(session.starts_at, session.times.joining_days, at=MORNING)
    joining = _mail(session, invitation, RUN_JOINING, max(known_at, joining_at), edition=number)
    return (first, joining)


def was_told(session: TrainingSession, invitation: Invitation, tried: Collection[Key]) -> bool:
    """Say whether a mail with this very invitation may have reached them."""
    moves = {(RUN_MOVED, m.number) for m in session.moves if m.moved_at > invitation.created_at}
    return not moves.union({(RUN, invitation.id)}).isdisjoint(tried)


def why_not_to_run(message: OutboxMessage, now: datetime) -> str | None:
    """Say why a message to somebody who runs a session is not wanted any more; None sends it.

    Who lost the role still hears that it is over, which takes it out of their calendar.

    Source:
        IN-05, IN-09.
    """
    if message.kind != RUN_OVER and not list_able([message.person_id or 0]):
        return "They no longer run sessions"
    session, invitation = get_session_of(message), find_latest(message.occasion)
    tried = list_tried(message.occasion, without=message.id)
    mails = list_wanted_to_run(session, invitation, tried) if invitation else ()
    match = [mail for mail in mails if (mail.kind, mail.edition) == (message.kind, message.edition)]
    if not match:
        return "The session has changed since, or somebody else runs it"
    if is_outdated(message, session):
        return "It was written before the session moved"
    return None if now < match[0].give_up_at else "Its last useful moment is over"


def draft_to_run(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Write a message to somebody who runs a session, with its calendar part if it has one.

    Source:
        IN-09, TR-12, TR-13, DC-11.
    """
    session, invitation = get_session_of(message), find_latest(message.occasion)
    tried = list_tried(message.occasion, without=message.id)
    since = invitation.created_at if invitation else session.created_at
    news = find_move_news(session, since=since, kind=RUN_MOVED, tried=tried)
    has_news = invitation is not None and _has_news(message, session, invitation, tried, news)
    calendar = itip_part(invitation, recipient) if invitation and has_news else None
    words = render_draft(
        f"sessions/{TEMPLATES[message.kind]}",
        name=recipient.name,
        session=session,
        was=news.told_before.was if news else None,
        people=len(list_held(session)),
        organisations=len(list_organisations_coming(session)),
        has_calendar=calendar is not None,
    )
    thread_id = join_thread(message, invitation) if invitation and calendar else ""
    return replace(words, calendar=calendar, thread_id=thread_id)


def _has_news(
    message: OutboxMessage,
    session: TrainingSession,
    invitation: Invitation,
    tried: Collection[Key],
    news: MoveNews | None,
) -> bool:
    """Say whether the calendar must hear of it: not of a link, nor of what it never knew."""
    if message.kind == RUN_JOINING:
        return False
    if not was_told(session, invitation, tried):
        return message.kind != RUN_OVER
    return news is None or invitation.revised_at >= news.told_before.moved_at


def _mail(
    session: TrainingSession,
    invitation: Invitation,
    kind: str,
    due_at: datetime,
    *,
    edition: int,
) -> WantedMail:
    return WantedMail(
        kind=kind,
        edition=edition,
        person_id=invitation.person_id,
        due_at=due_at,
        give_up_at=session.starts_at,
    )
