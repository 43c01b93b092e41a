"""Reads what calendars answered about sessions, and the questions we asked because of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from swa.calendars.models import Invitation
from swa.calendars.replies import queries as replies
from swa.calendars.replies.models import TimeProposal
from swa.calendars.types import Answer
from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.people.models import Person
from swa.people.tokens import hash_of
from swa.sessions.models import Booking, PlaceQuestion, TrainingSession
from swa.sessions.types import PlaceDecision


@dataclass(frozen=True)
class Heard:
    """What the desk shows of calendars.

    Attributes:
        of_bookings: The newest invitation of a booking that was answered, by the booking's id.
        of_crew: The same of those who run the session, by the person's id.
        kept: Ids of bookings whose calendar declined and who then said that they come.
        proposals: New times that were proposed, newest first, each with who has the invitation.
    """

    of_bookings: dict[int, Invitation]
    of_crew: dict[int, Invitation]
    kept: frozenset[int]
    proposals: list[tuple[TimeProposal, Person]]


def get_booking_of(invitation: Invitation) -> Booking | None:
    """Return the booking that an invitation is for; None when it is to run a session."""
    word, number = invitation.occasion.split()[:2]
    return _find_booking(int(number)) if word == "booking" else None


def get_session_of(invitation: Invitation) -> TrainingSession:
    """Return the session that an invitation is for, with its topic.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    booking = get_booking_of(invitation)
    session_id = booking.session_id if booking else int(invitation.occasion.split()[1])
    return db.session.scalars(
        select(TrainingSession)
        .where(TrainingSession.id == session_id)
        .options(joinedload(TrainingSession.topic))
    ).one()


def find_question(token: str) -> PlaceQuestion | None:
    """Return the question of a mailed link, with its booking; None for any other token."""
    return _find_question(PlaceQuestion.token_hash == hash_of(token))


def get_question_of(message: OutboxMessage) -> PlaceQuestion:
    """Return the question that a mail asks.

    Raises:
        LookupError: There is none.
    """
    question = _find_question(PlaceQuestion.id == int(message.occasion.rpartition(" ")[2]))
    if question is None:
        raise LookupError(message.occasion)
    return question


def find_open_question(invitation: Invitation, now: datetime) -> PlaceQuestion | None:
    """Return the question about this version of the invitation that still waits for an answer."""
    return db.session.scalars(
        select(PlaceQuestion).where(
            PlaceQuestion.invitation_id == invitation.id,
            PlaceQuestion.sequence == invitation.sequence,
            PlaceQuestion.decided_at.is_(None),
            PlaceQuestion.expires_at > now,
        )
    ).first()


def get_invitation_of(question: PlaceQuestion) -> Invitation:
    """Return the invitation that was declined.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    is_it = Invitation.id == question.invitation_id
    return db.session.scalars(select(Invitation).where(is_it)).one()


def list_heard(session: TrainingSession, bookings: Iterable[Booking]) -> Heard:
    """Return what calendars answered and proposed about a session."""
    of_bookings = {f"booking {booking.id}": booking.id for booking in bookings}
    crew = (session.lead_facilitator_id, session.co_facilitator_id, session.support_person_id)
    of_crew = {f"session {session.id} run by {each}": each for each in crew if each is not None}
    occasions = [*of_bookings, *of_crew]
    latest = {word: i for word, i in replies.list_latest(occasions).items() if i.reply is not None}
    return Heard(
        of_bookings={of_bookings[word]: i for word, i in latest.items() if word in of_bookings},
        of_crew={of_crew[word]: i for word, i in latest.items() if word in of_crew},
        kept=_list_kept(of_bookings.values()),
        proposals=_with_people(replies.list_proposals(occasions)),
    )


def is_still_declined(invitation: Invitation) -> bool:
    """Say whether the newest answer to the present version is a decline."""
    return invitation.answer is Answer.DECLINED and not invitation.answered_before_change


def is_known_at(question: PlaceQuestion, now: datetime) -> bool:
    """Say whether the question may still be answered, as far as its own row knows (UTC)."""
    return question.decided_at is None and question.expires_at > now


def _list_kept(booking_ids: Iterable[int]) -> frozenset[int]:
    """Return whose newest question was answered with "I am coming"."""
    newest = (
        select(func.max(PlaceQuestion.id))
        .where(PlaceQuestion.booking_id.in_(list(booking_ids)))
        .group_by(PlaceQuestion.booking_id)
    )
    kept = select(PlaceQuestion.booking_id).where(
        PlaceQuestion.id.in_(newest), PlaceQuestion.decision == PlaceDecision.KEEP
    )
    return frozenset(db.session.scalars(kept))


def _with_people(proposals: Sequence[TimeProposal]) -> list[tuple[TimeProposal, Person]]:
    ids = {proposal.invitation.person_id for proposal in proposals}
    people = {p.id: p for p in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    return [(proposal, people[proposal.invitation.person_id]) for proposal in proposals]


def _find_booking(booking_id: int) -> Booking | None:
    return db.session.scalars(
        select(Booking)
        .where(Booking.id == booking_id)
        .options(joinedload(Booking.session).joinedload(TrainingSession.topic))
    ).one_or_none()


def _find_question(is_it: object) -> PlaceQuestion | None:
    loaded = joinedload(PlaceQuestion.booking)
    return db.session.scalars(
        select(PlaceQuestion)
        .where(is_it)  # type: ignore[arg-type]  # a comparison of columns
        .options(
            loaded.joinedload(Booking.session).joinedload(TrainingSession.topic),
            loaded.joinedload(Booking.person),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
