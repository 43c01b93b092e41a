"""Booking a place, giving it back, and who gets a place that is free.

Each function that changes who holds a place locks the session's row first and fills what is
free before the transaction ends, so that no place stays empty while somebody may have it.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from swa.core.db import db
from swa.people.models import Person
from swa.people.services import audit
from swa.sessions.models import Booking, PassedOver, TrainingSession
from swa.sessions.queries import bookings as queries
from swa.sessions.queries.access import hold_account, lock_session, lock_session_of
from swa.sessions.rules import places as rules
from swa.sessions.services.mails import plan_mails
from swa.sessions.services.references import make_reference
from swa.sessions.types import BookingDetails, BookingStatus, Claim, SessionStatus, WaitReason

# The index that has the last word, as PostgreSQL and SQLite name it.
ONE_LIVE = re.compile(r"uq_bookings_one_live|bookings\.session_id, bookings\.person_id")


def book_place(
    session: TrainingSession,
    person: Person,
    *,
    by: Person,
    details: BookingDetails,
    now: datetime,
) -> Booking:
    """Book the person on the session, or put them on its waiting list.

    The caller opens the transaction; mails and audit line are rows of it.

    Args:
        session: The session asked for.
        person: Who will attend.
        by: Who asks: the person, or a coordinator on their behalf.
        details: What they added.
        now: The moment of booking, UTC.

    Raises:
        AlreadyBooked: They hold a place or wait for one (CC-17).
        RunsTheSession: They are there anyway.
        NotOpenForBooking: The session is a draft or was cancelled.
        SessionHasStarted: It has begun (IN-03).
        AccountDisabled: Somebody disabled the person meanwhile.

    Source:
        DC-09, CC-02, IN-04 (no overbooking), CF-27 (mix), AN-15 (nobody is overtaken).
    """
    lock_session(session)
    rules.check_open_for_booking(session.status)
    if not hold_account(person.id):
        raise rules.AccountDisabled
    standing = _read(session)
    if person.id in standing.person_ids:
        raise rules.AlreadyBooked
    if person.id in session.crew_ids:
        raise rules.RunsTheSession
    _fill(standing, now=now)
    claim = Claim(person.id, person.organisation_id, person.team_id)
    held = standing.held
    reason = rules.decide_booking(claim, held, session.places, starts_at=session.starts_at, now=now)
    booking = _write_booking(session, claim, reason, details=details, now=now)
    audit.record(f"booking {booking.status}", about=f"booking {booking.id}", by_id=by.id, now=now)
    if reason is None:
        _note_who_waits(standing, booking, now=now)
    plan_mails(booking, now=now, is_new=True)
    return booking


def cancel_booking(booking: Booking, *, by: Person, now: datetime) -> None:
    """Give a place or a turn back; a free place goes at once to who may have it.

    Doing it twice changes nothing.

    Args:
        booking: The booking; stays as history.
        by: Who asks: the person, or a coordinator on their behalf.
        now: UTC.

    Raises:
        NotOpenForBooking: The session was cancelled.
        SessionHasStarted: It has begun.

    Source:
        DC-09, IN-03.
    """
    session = lock_session_of(booking)
    db.session.refresh(booking)
    if not booking.is_live:
        return
    rules.check_open_for_booking(session.status)
    rules.check_not_started(session.starts_at, now)
    _give_back(booking, by=by, now=now)
    fill_free_places(session, now=now)


def give_back_places_of(
    session: TrainingSession, person_ids: Collection[int], *, by: Person, now: datetime
) -> int:
    """Give back what these people have: they run the session, or were disabled.

    The caller holds the session's row. From the start on the list says who came.

    Returns:
        How many people had one.

    Source:
        TR-07, IN-03 (what is free goes at once to who may have it).
    """
    if not session.is_published or now >= session.starts_at:
        return 0
    theirs = [row for row in _read(session).live if row.claim.person_id in person_ids]
    for booking in theirs:
        _give_back(booking, by=by, now=now)
    if theirs:
        fill_free_places(session, now=now)
    return len(theirs)


def fill_free_places(session: TrainingSession, *, now: datetime) -> int:
    """Give each free place to the first of the waiting list who keeps the mix legal.

    The caller holds the session's row. Who is passed over keeps their turn; for whom and why is
    written down. Those who go on waiting have the reason as it is now.

    Returns:
        How many people moved up.

    Source:
        IN-03, CF-27, AN-15.
    """
    return _fill(_read(session), now=now)


def fill_where_caps_lifted(session: TrainingSession, *, now: datetime) -> int:
    """Fill the free places of a coming session, above all when the caps have just lifted.

    Safe to repeat.

    Returns:
        How many people moved up.

    Source:
        CF-27 (the caps lift by themselves so that no place stays empty).
    """
    lock_session(session)
    return fill_free_places(session, now=now)


def _give_back(booking: Booking, *, by: Person, now: datetime) -> None:
    booking.session.places_taken -= booking.holds_a_place
    booking.status = BookingStatus.CANCELLED
    booking.wait_reason = None
    booking.cancelled_at = now
    db.session.flush()
    audit.record("booking cancelled", about=f"booking {booking.id}", by_id=by.id, now=now)
    plan_mails(booking, now=now)


def _write_booking(
    session: TrainingSession,
    claim: Claim,
    reason: WaitReason | None,
    *,
    details: BookingDetails,
    now: datetime,
) -> Booking:
    booking = Booking(
        session=session,
        reference=make_reference(),
        claim=claim,
        status=BookingStatus.WAITING if reason else BookingStatus.CONFIRMED,
        wait_reason=reason,
        booked_at=now,
        confirmed_at=None if reason else now,
        access_needs=details.access_needs,
        question=details.question,
        hides_name=details.hides_name,
    )
    db.session.add(booking)
    session.places_taken += booking.holds_a_place
    try:
        db.session.flush()
    except IntegrityError as race:
        if ONE_LIVE.search(str(race.orig)):
            raise rules.AlreadyBooked from race
        raise
    return booking


@dataclass
class _Standing:
    """Places and turns of one session, read once while its row is held.

    Attributes:
        live: In order of joining; kept true while places are given.
    """

    session: TrainingSession
    live: list[Booking]

    @property
    def person_ids(self) -> set[int]:
        """Who has a place or a turn."""
        return {booking.claim.person_id for booking in self.live}

    @property
    def held(self) -> list[Claim]:
        """The places that are confirmed or offered."""
        return [booking.claim for booking in self.live if booking.holds_a_place]

    @property
    def waiting(self) -> list[Booking]:
        """The turns, the first joined first."""
        return [booking for booking in self.live if booking.status == BookingStatus.WAITING]


def _read(session: TrainingSession) -> _Standing:
    return _Standing(session, list(queries.list_standing(session)))


def _fill(standing: _Standing, *, now: datetime) -> int:
    session = standing.session
    if session.status != SessionStatus.PUBLISHED or now >= session.starts_at:
        return 0
    given = []
    while booking := _next_in_turn(standing, now=now):
        _give_place(booking, now=now)
        given.append(booking)
    plan_mails(*given, now=now)
    _refresh_reasons(standing, now=now)
    return len(given)


def _next_in_turn(standing: _Standing, *, now: datetime) -> Booking | None:
    waiting = {row.claim: row for row in standing.waiting if row.person.is_active}
    if not waiting:
        return None
    session = standing.session
    offer = rules.next_offer(
        list(waiting), standing.held, session.places, time_left=session.starts_at - now
    )
    if offer.claim is None:
        return None
    chosen = waiting[offer.claim]
    for claim, reason in offer.passed_over:
        _note(waiting[claim], chosen, reason, now=now)
    return chosen


def _give_place(booking: Booking, *, now: datetime) -> None:
    booking.status = BookingStatus.CONFIRMED
    booking.wait_reason = None
    booking.confirmed_at = now
    booking.offers += 1
    booking.session.places_taken += 1
    db.session.flush()
    audit.record("booking confirmed", about=f"booking {booking.id}", by_id=None, now=now)


def _note_who_waits(standing: _Standing, booking: Booking, *, now: datetime) -> None:
    """Write down who waits although somebody who asked later got a place, and why."""
    session, held_before = standing.session, standing.held
    time_left = session.starts_at - now
    for row in standing.waiting:
        reason = rules.why_wait(row.claim, held_before, session.places, time_left=time_left)
        if reason is not None:
            _note(row, booking, reason, now=now)
    standing.live.append(booking)
    _refresh_reasons(standing, now=now)


def _note(passed: Booking, chosen: Booking, reason: WaitReason, *, now: datetime) -> None:
    db.session.add(
        PassedOver(
            session_id=passed.session_id,
            booking_id=passed.id,
            for_booking_id=chosen.id,
            reason=reason,
            at=now,
        )
    )


def _refresh_reasons(standing: _Standing, *, now: datetime) -> None:
    session, held = standing.session, standing.held
    for row in standing.waiting:
        reason = rules.why_wait(row.claim, held, session.places, time_left=session.starts_at - now)
        row.wait_reason = reason or row.wait_reason
    db.session.flush()
