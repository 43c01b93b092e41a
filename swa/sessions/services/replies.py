"""What a calendar's answer does to a place: nothing by itself, unless the topic says so.

Mail can be forged, so a decline leads to a question to the person's own address, and the
answer to that question decides (REPLY-6).
"""

import secrets
from datetime import datetime

from sqlalchemy import update

from swa.calendars.models import Invitation
from swa.calendars.replies.models import TimeProposal
from swa.core.db import db
from swa.messaging import services as outbox
from swa.messaging.types import WantedMail
from swa.people.services import audit
from swa.people.tokens import hash_of, link_token
from swa.sessions.emails import replies as emails
from swa.sessions.models import Booking, PlaceQuestion, TrainingSession
from swa.sessions.queries import replies as queries
from swa.sessions.queries.access import lock_session
from swa.sessions.queries.mails import list_programme_coordinators
from swa.sessions.queries.planning import list_able
from swa.sessions.rules.replies import expires_at
from swa.sessions.services.booking import cancel_booking
from swa.sessions.types import PlaceDecision


def hold(invitation: Invitation) -> None:
    """Lock the session that an invitation is for, before the invitation itself."""
    lock_session(queries.get_session_of(invitation))


def note_decline(invitation: Invitation, now: datetime) -> None:
    """Ask whether the place shall be given back, or give it back if the topic says so.

    The caller holds the session's row. A place that is not held any more, a session that was
    cancelled or has begun: nothing happens.

    Source:
        REPLY-6.
    """
    session, booking = queries.get_session_of(invitation), queries.get_booking_of(invitation)
    if not session.is_published or session.starts_at <= now:
        return
    if booking is None:
        _tell_coordinators(session, invitation, now)
    elif not booking.holds_a_place:
        return
    elif session.topic.frees_declined and _is_their_own(invitation, booking):
        audit.record("declined by calendar", about=f"booking {booking.id}", by_id=None, now=now)
        cancel_booking(booking, by=booking.person, now=now)
    else:
        _ask(booking, invitation, now)


def _is_their_own(invitation: Invitation, booking: Booking) -> bool:
    """Whether they declined themselves; a colleague may decline an invitation sent on to them."""
    return invitation.reply_address.casefold() == booking.person.email.casefold()


def note_proposal(proposal: TimeProposal, now: datetime) -> None:
    """Tell the facilitators that another time was proposed; nothing is moved.

    Source:
        REPLY-8.
    """
    session = queries.get_session_of(proposal.invitation)
    if not session.is_published or session.starts_at <= now:
        return
    ids = {session.lead_facilitator_id, session.co_facilitator_id} - {None}
    for person_id in sorted(list_able([person_id for person_id in ids if person_id])):
        mail = WantedMail(emails.NEW_TIME, person_id, due_at=now, give_up_at=session.starts_at)
        part_of = f"session {session.id}"
        outbox.queue(f"proposal {proposal.id}", mail, now=now, belongs_to=part_of)


def decide(question: PlaceQuestion, decision: PlaceDecision, *, now: datetime) -> bool:
    """Take the answer of who has the mailed link: the first counts, once.

    Args:
        question: Found by the token of the link.
        decision: What was chosen.
        now: UTC.

    Returns:
        Whether it counted; False when the question is answered or closed already.

    Source:
        REPLY-6, LK-4, LK-5; section 3.2 of the security notes.
    """
    booking = question.booking
    lock_session(booking.session)
    db.session.refresh(booking)
    if emails.why_closed(question, now):
        return False
    won = db.session.scalars(
        update(PlaceQuestion)
        .where(PlaceQuestion.id == question.id, PlaceQuestion.decided_at.is_(None))
        .values(decided_at=now, decision=decision)
        .returning(PlaceQuestion.id)
    ).one_or_none()
    if won is None:
        return False
    by, about = booking.person, f"booking {booking.id}"
    audit.record(f"answered by link: {decision}", about=about, by_id=by.id, now=now)
    if decision is PlaceDecision.GIVE_BACK:
        cancel_booking(booking, by=by, now=now)
    return True


def _ask(booking: Booking, invitation: Invitation, now: datetime) -> None:
    """Ask once while the question waits for its answer; declining after the answer asks anew."""
    open_one = queries.find_open_question(invitation, now)
    question = open_one or _new_question(booking, invitation, now)
    mail = WantedMail(
        emails.GIVE_BACK, booking.claim.person_id, due_at=now, give_up_at=question.expires_at
    )
    part_of = f"session {booking.session_id}"
    outbox.queue(f"place question {question.id}", mail, now=now, belongs_to=part_of)


def _new_question(booking: Booking, invitation: Invitation, now: datetime) -> PlaceQuestion:
    nonce = secrets.token_urlsafe(32)
    question = PlaceQuestion(
        booking_id=booking.id,
        invitation_id=invitation.id,
        sequence=invitation.sequence,
        nonce=nonce,
        token_hash=hash_of(link_token(emails.PURPOSE, nonce)),
        asked_at=now,
        expires_at=expires_at(now, booking.session.starts_at),
    )
    db.session.add(question)
    db.session.flush()
    return question


def _tell_coordinators(session: TrainingSession, invitation: Invitation, now: datetime) -> None:
    """Tell that somebody who runs it declined: once for each version of their invitation."""
    for person in list_programme_coordinators():
        mail = WantedMail(
            emails.NO_LONGER_RUNS,
            person.id,
            due_at=now,
            give_up_at=session.starts_at,
            edition=invitation.id * 1000 + invitation.sequence,
        )
        part_of = f"session {session.id}"
        outbox.queue(f"session {session.id} declined", mail, now=now, belongs_to=part_of)
