"""The question to staff whether a session goes ahead."""

from datetime import datetime

from swa.core.dates import local_date
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import render_draft
from swa.messaging.types import Draft, Recipient
from swa.sessions.emails.values import go_ahead_values
from swa.sessions.models import TrainingSession
from swa.sessions.queries.mails import get_session_of
from swa.sessions.queries.planning import list_able
from swa.sessions.types import GoAhead

QUESTION = "go-ahead question"


def question_of(session: TrainingSession) -> str:
    """Name the question as the outbox knows it; another date is another question."""
    return f"session {session.id} on {local_date(session.starts_at).isoformat()}"


def why_not_ask(message: OutboxMessage, now: datetime) -> str | None:
    """Say why nobody needs to decide any more; None sends the question.

    Source:
        CF-28.
    """
    session = get_session_of(message)
    if not session.is_published or message.occasion != question_of(session):
        return "The session was cancelled or moved"
    if session.go_ahead != GoAhead.ASKED:
        return "Somebody has decided, or the numbers are fine now"
    if not list_able([message.person_id or 0]):
        return "They no longer run sessions"
    return None if now < session.starts_at else "The session has started"


def draft_question(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Ask whether the session goes ahead, moves or stops, with the numbers as they are.

    Source:
        CF-28, IN-12.
    """
    values = go_ahead_values(
        get_session_of(message), name=recipient.name, asked_before=message.edition > 1
    )
    return render_draft("sessions/go_ahead_question", **values)
