"""Asking whether a session with few people or one organisation goes ahead, and the answer."""

from datetime import datetime

from swa.core.db import db
from swa.messaging.services import queue
from swa.messaging.types import WantedMail
from swa.people.models import Person
from swa.people.services import audit
from swa.sessions.emails.questions import QUESTION, question_of
from swa.sessions.models import TrainingSession
from swa.sessions.queries import mails as queries
from swa.sessions.queries.access import lock_session
from swa.sessions.queries.bookings import list_confirmed
from swa.sessions.rules import go_ahead as rules
from swa.sessions.rules.places import check_not_started, check_open_for_booking
from swa.sessions.services.mails import plan_session_mails
from swa.sessions.types import Doubt, GoAhead


def ask_where_due(session: TrainingSession, *, now: datetime) -> bool:
    """Ask about a session that needs a decision; once a day until somebody decides.

    Where the numbers have become fine the question is withdrawn. Nothing is cancelled by itself.
    Safe to repeat: a person has one e-mail per session and day.

    Returns:
        Whether the session waits for a decision.

    Source:
        CF-28, IN-12 (7 days before at 9am in London unless set otherwise).
    """
    return _is_due(session, now) and _ask(session, now=now)


def decide_to_go_ahead(session: TrainingSession, *, reason: str, by: Person, now: datetime) -> None:
    """Let a session go ahead below the numbers; the reason stays in the record.

    A rule of the send plan may tell of it.

    Args:
        session: A published session that has not started.
        reason: In words; not empty.
        by: Facilitator or coordinator.
        now: UTC.

    Raises:
        NotOpenForBooking: The session is a draft or was cancelled.
        SessionHasStarted: It has begun.
        NothingToDecide: It has enough people from more than one organisation.
        ReasonMissing: No reason was written.

    Source:
        CC-01, CC-03, CF-27 (an override needs a reason), CF-28.
    """
    lock_session(session)
    check_open_for_booking(session.status)
    check_not_started(session.starts_at, now)
    if not find_doubts(session):
        raise rules.NothingToDecide
    rules.check_reason(reason)
    session.go_ahead, session.go_ahead_reason = GoAhead.GOES_AHEAD, reason.strip()
    session.go_ahead_by_id, session.go_ahead_at = by.id, now
    db.session.flush()
    audit.record("goes ahead", about=f"session {session.id}", by_id=by.id, now=now)
    plan_session_mails(session, now=now)


def find_doubts(session: TrainingSession) -> tuple[Doubt, ...]:
    """Say why somebody must decide about the session as it stands; empty when nobody must."""
    confirmed = [booking.claim for booking in list_confirmed(session)]
    return rules.why_decide(confirmed, session.places)


def _is_due(session: TrainingSession, now: datetime) -> bool:
    days = session.times.go_ahead_days
    is_open = session.go_ahead != GoAhead.GOES_AHEAD
    return is_open and rules.is_question_due(session.starts_at, days, now=now)


def _ask(session: TrainingSession, *, now: datetime) -> bool:
    if session.go_ahead == GoAhead.NOT_DUE and not find_doubts(session):
        return False
    lock_session(session)
    if not session.is_published or not _is_due(session, now):  # somebody was quicker
        return False
    doubts = find_doubts(session)
    if bool(doubts) != (session.go_ahead == GoAhead.ASKED):
        session.go_ahead = GoAhead.ASKED if doubts else GoAhead.NOT_DUE
        what = "go-ahead asked" if doubts else "go-ahead question withdrawn"
        audit.record(what, about=f"session {session.id}", by_id=None, now=now)
        db.session.flush()
    if doubts:
        _write_question(session, now=now)
    return bool(doubts)


def _write_question(session: TrainingSession, *, now: datetime) -> None:
    days = session.times.go_ahead_days
    number = rules.number_of_question(session.starts_at, days, now=now)
    facilitators = (session.lead_facilitator_id, session.co_facilitator_id)
    asked = {person_id for person_id in facilitators if person_id is not None}
    asked |= {person.id for person in queries.list_programme_coordinators()}
    for person_id in sorted(asked):
        mail = WantedMail(
            kind=QUESTION,
            edition=number,
            person_id=person_id,
            due_at=now,
            give_up_at=session.starts_at,
        )
        queue(question_of(session), mail, now=now, belongs_to=f"session {session.id}")
