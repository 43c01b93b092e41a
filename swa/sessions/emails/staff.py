"""E-mails to those who run a session: facilitators and the support person.

Each has an invitation of their own, so that a move or a cancellation reaches their calendar too.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from swa.calendars.building import itip_part
from swa.calendars.emails import was_ended
from swa.calendars.models import Invitation
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import render_draft
from swa.messaging.types import Draft, Recipient
from swa.sessions.emails.cases import case_to_run
from swa.sessions.emails.news import (
    Key,
    MoveNews,
    find_match,
    find_move_news,
    join_thread,
    why_not_now,
)
from swa.sessions.emails.values import move_values, run_values
from swa.sessions.emails.wanted_to_run import (
    RUN,
    RUN_MOVED,
    RUN_OVER,
    WITH_CALENDAR,
    was_told,
)
from swa.sessions.models import TrainingSession
from swa.sessions.queries.planning import list_able
from swa.sessions.rules.send_plan import RUN_JOINING, UNSAVED

TEMPLATES = {
    RUN: "to_run",
    RUN_MOVED: "to_run_moved",
    RUN_JOINING: "to_run_joining",
    RUN_OVER: "to_run_cancelled",
    UNSAVED: "attendance_not_saved",
}


def why_not_to_run(message: OutboxMessage, now: datetime) -> str | None:
    """Say why a message to somebody who runs a session is not wanted any more; None sends it.

    Who lost the role still hears that it is over, which takes it out of their calendar.

    Source:
        IN-05, IN-09.
    """
    if message.kind != RUN_OVER and not list_able([message.person_id or 0]):
        return "They no longer run sessions"
    case = case_to_run(message)
    mail = find_match(message, case.wanted)
    if mail is None:
        return "The session has changed since, or somebody else runs it"
    return why_not_now(message, mail, case.session, now=now)


def draft_to_run(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Write a message to somebody who runs a session, with its calendar part if it has one.

    Source:
        IN-09, TR-12, TR-13, DC-11.
    """
    case = case_to_run(message)
    session, invitation, tried = case.session, case.invitation, case.tried
    since = invitation.created_at if invitation else session.created_at
    news = find_move_news(session, since=since, kind=RUN_MOVED, tried=tried)
    has_news = invitation is not None and _has_news(message, session, invitation, tried, news)
    calendar = itip_part(invitation, recipient) if invitation and has_news else None
    values = run_values(session, name=recipient.name, has_calendar=calendar is not None)
    was = news.told_before.was if news else None
    words = render_draft(
        f"sessions/{TEMPLATES[message.kind]}", **values, **move_values(session, was)
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
    is_over = message.kind == RUN_OVER
    if message.kind not in WITH_CALENDAR or (is_over and was_ended(invitation)):
        return False
    if not was_told(session, invitation, tried):
        return not is_over
    return news is None or invitation.revised_at >= news.told_before.moved_at
