"""E-mails that an answer from a calendar leads to; no other person is named in any of them.

The link in the question is a marker until the mail is on its way (LK-1).
"""

from datetime import datetime

from swa.calendars.replies.queries import get_proposal
from swa.messaging import kinds
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import page_url, render_draft
from swa.messaging.types import Draft, Recipient
from swa.people.tokens import link_token
from swa.sessions.emails.texts import TEMPLATES
from swa.sessions.emails.values import booking_values, hours, run_values
from swa.sessions.models import PlaceQuestion, TrainingSession
from swa.sessions.queries import replies as queries
from swa.sessions.queries.mails import get_session_of
from swa.sessions.queries.planning import list_able

GIVE_BACK = "question about a place"
NEW_TIME = "another time proposed"
NO_LONGER_RUNS = "who runs it declined"
PURPOSE = "give a place back"
TOKEN_MARK = "PLACE-TOKEN-GOES-HERE"  # noqa: S105 - it only marks the place


def register() -> None:
    """Make these e-mails known; doing it twice changes nothing."""
    ask, tell, warn = (TEMPLATES[n] for n in ("give_back", "new_time_proposed", "no_longer_runs"))
    kinds.register(
        kinds.Kind(
            GIVE_BACK, draft_give_back, why_not_ask, fill_secrets=fill_in_token, template=ask
        )
    )
    kinds.register(kinds.Kind(NEW_TIME, draft_new_time, why_no_new_time, template=tell))
    kinds.register(kinds.Kind(NO_LONGER_RUNS, draft_no_longer_runs, why_not_tell, template=warn))


def draft_give_back(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Ask whether the place shall be given back, with a marker for the link.

    Source:
        REPLY-6.
    """
    booking = queries.get_question_of(message).booking
    return render_draft(
        "sessions/give_back",
        secret_link=page_url("sessions.place_question", token=TOKEN_MARK),
        **booking_values(booking, name=recipient.name),
    )


def why_not_ask(message: OutboxMessage, now: datetime) -> str | None:
    """Say why the question is not asked any more; None sends it."""
    question = queries.get_question_of(message)
    if not queries.is_still_declined(queries.get_invitation_of(question)):
        return "They have accepted since"
    return why_closed(question, now)


def why_closed(question: PlaceQuestion, now: datetime) -> str | None:
    """Say why a question cannot be answered any more; None while it can.

    Source:
        REPLY-6; LK-4 (a move makes the question about the old date worthless).
    """
    booking, session = question.booking, question.booking.session
    invitation = queries.get_invitation_of(question)
    if not queries.is_known_at(question, now):
        return "It was answered, or is too old"
    if not booking.is_live or not booking.holds_a_place:
        return "The place was given back"
    if not session.is_published or session.starts_at <= now:
        return "The session was cancelled or has started"
    return "The session has moved" if invitation.sequence != question.sequence else None


def fill_in_token(text: str, message: OutboxMessage) -> str:
    """Put the link into the words, worked out again from the key."""
    question = queries.get_question_of(message)
    return text.replace(TOKEN_MARK, link_token(PURPOSE, question.nonce))


def draft_new_time(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Tell who runs the session that another time was proposed; who it was is on the desk.

    Source:
        REPLY-8.
    """
    proposal = get_proposal(int(message.occasion.rpartition(" ")[2]))
    session = queries.get_session_of(proposal.invitation)
    return render_draft(
        "sessions/new_time_proposed",
        proposed_hours=hours(proposal.starts_at, proposal.ends_at),
        **run_values(session, name=recipient.name),
    )


def why_no_new_time(message: OutboxMessage, now: datetime) -> str | None:
    """Say why a proposal is not told any more; None tells it."""
    proposal = get_proposal(int(message.occasion.rpartition(" ")[2]))
    return _why_over(queries.get_session_of(proposal.invitation), message, now)


def draft_no_longer_runs(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Tell the coordinators that somebody who runs a session declined it in their calendar."""
    session = get_session_of(message)
    return render_draft("sessions/no_longer_runs", **run_values(session, name=recipient.name))


def why_not_tell(message: OutboxMessage, now: datetime) -> str | None:
    """Say why the coordinators need not hear of it any more; None tells them."""
    return _why_over(get_session_of(message), None, now)


def _why_over(session: TrainingSession, message: OutboxMessage | None, now: datetime) -> str | None:
    if not session.is_published or session.starts_at <= now:
        return "The session was cancelled or has started"
    if message is not None and not list_able([message.person_id or 0]):
        return "They no longer run sessions"
    return None
