"""Which e-mails a booking ought to have, and when: one function of how things stand.

The planner compares the result with the outbox; just before a mail goes, the same function says
whether it is still wanted. So the two can never disagree.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from swa.messaging import rulebook
from swa.messaging.rulebook import RuleBook
from swa.messaging.send_rules import HAPPENINGS, Audience, SendRule
from swa.messaging.types import WantedMail
from swa.sessions.emails.causes import find_cause
from swa.sessions.emails.making import make_by_rule, make_mail
from swa.sessions.emails.news import Key, MoveNews, find_move_news, last_moved_at
from swa.sessions.models import Booking, SessionMove
from swa.sessions.queries.mails import list_came_again
from swa.sessions.rules.send_plan import (
    AFTER,
    JOINING,
    MISSED,
    OWN,
    PREWORK,
    REFRESHER,
    scope_of,
)
from swa.sessions.types import BookingStatus, Mark

CONFIRMED = "booking confirmed"
WAITS = "on waiting list"
PLACE_GIVEN = "place given"
MOVED = "session moved"
CANCELLED = "booking cancelled"
CALLED_OFF = "session cancelled"

KINDS = (
    CONFIRMED,
    WAITS,
    PLACE_GIVEN,
    MOVED,
    CANCELLED,
    CALLED_OFF,
    PREWORK,
    JOINING,
    AFTER,
    MISSED,
    REFRESHER,
    OWN,
)
INVITES = frozenset({CONFIRMED, PLACE_GIVEN, MOVED})
TELLS_OF_A_BOOKING = INVITES | {WAITS}


def occasion_of(booking: Booking) -> str:
    """Name the booking as the outbox and the calendars know it."""
    return f"booking {booking.id}"


def known_at(booking: Booking) -> datetime:
    """Return since when booking and date are as they are, UTC; nothing of them is due before."""
    since = booking.confirmed_at or booking.booked_at
    return max(since, last_moved_at(booking.session) or since)


@dataclass(frozen=True)
class Wanted:
    """What a booking ought to have as things stand.

    Attributes:
        mails: In the order in which those due at the same time go.
        told_before: For the mail about a move: the move whose ``was`` the person knows of.
    """

    mails: tuple[WantedMail, ...]
    told_before: SessionMove | None = None


def list_wanted(
    booking: Booking,
    tried: Collection[Key],
    book: RuleBook | None = None,
    came_again: Collection[int] | None = None,
) -> Wanted:
    """List the e-mails that the booking ought to have as things stand.

    No moment depends on the present one, so planning twice changes nothing. What is late is due
    when its cause happened, so who books late misses nothing.

    Args:
        booking: With its session and the moves of that.
        tried: Kind and edition of the messages that may have reached the person; one that was
            handed over without an answer counts.
        book: The rules of the send plan; those of the open transaction when left out.
        came_again: Ids of people who were at a later session of the topic; read when left out.

    Source:
        CC-09 (prework), TR-12, TR-13 (joining instructions), MT-10 (after-mail), MT-02, DC-07,
        IN-09 (everybody is told of a change), IN-05 (never twice), TR-22, TR-34 (refresher),
        AN-16 (something happens after the session), OT-06 (every number is a setting).
    """
    if came_again is None:
        came_again = list_came_again(booking.session)
    is_new_to_it = booking.claim.person_id not in came_again
    since = booking.confirmed_at or booking.booked_at
    news = find_move_news(booking.session, since=since, kind=MOVED, tried=tried)
    by_rule = tuple(
        _list_by_rule(booking, tried, book or rulebook.load(), news, is_new_to_it=is_new_to_it)
    )
    if booking.status == BookingStatus.CANCELLED:
        return Wanted(_cancelled(booking, tried) + by_rule)
    if booking.session.is_cancelled:
        return Wanted(_called_off(booking) + by_rule)
    if booking.is_walk_in:
        return Wanted(by_rule)
    return Wanted((_standing_of(booking, news), *by_rule), news.told_before if news else None)


def _standing_of(booking: Booking, news: MoveNews | None) -> WantedMail:
    """Tell where the booking stands: as it began, or since the last move they know of."""
    session, person_id = booking.session, booking.claim.person_id
    if news:
        return make_mail(session, person_id, MOVED, news.moved_at, edition=news.edition)
    since = booking.confirmed_at or booking.booked_at
    edition = max(1, booking.offers)
    return make_mail(session, person_id, _first_kind(booking), since, edition=edition)


def _first_kind(booking: Booking) -> str:
    if booking.status != BookingStatus.CONFIRMED:
        return WAITS
    return PLACE_GIVEN if booking.offers else CONFIRMED


def _list_by_rule(
    booking: Booking,
    tried: Collection[Key],
    book: RuleBook,
    news: MoveNews | None,
    *,
    is_new_to_it: bool,
) -> Iterable[WantedMail]:
    """Yield what the rules send for this booking, to the person or to their line manager."""
    session = booking.session
    for rule in book.rules_for(scope_of(session.topic_id)):
        person_id = _addressee(rule.audience, booking)
        if person_id is None or not _has_cause(rule, booking, tried):
            continue
        if rule.kind == REFRESHER and not is_new_to_it:
            continue
        cause = find_cause(rule.event, booking, news, known_at=known_at(booking))
        if cause is None or (rule.event in HAPPENINGS and not booking.person.is_active):
            continue
        shipped, off = _edition_of(rule, booking), book.days_off
        mail = make_by_rule(rule, cause, session, person_id, days_off=off, shipped=shipped)
        if mail and mail.due_at < mail.give_up_at:
            yield mail


def _addressee(audience: Audience, booking: Booking) -> int | None:
    """Return who gets the mail of a rule about this booking; None when nobody does."""
    has_place = booking.status == BookingStatus.CONFIRMED
    if audience is Audience.LINE_MANAGERS:
        is_coming = has_place and not booking.is_walk_in
        return booking.person.line_manager_id if is_coming else None
    belongs = {
        Audience.PARTICIPANTS: has_place and not booking.is_walk_in,
        Audience.WAITING: booking.status == BookingStatus.WAITING,
        Audience.GAVE_BACK: not booking.is_live and not booking.is_walk_in,
        Audience.PRESENT: has_place and booking.mark == Mark.PRESENT,
        Audience.ABSENT: has_place and booking.mark in {Mark.ABSENT, Mark.APOLOGY},
    }
    return booking.claim.person_id if belongs.get(audience) else None


def _edition_of(rule: SendRule, booking: Booking) -> int:
    """Return the edition of a shipped message: the prework goes again after a move that says so.

    Source:
        Notes, 7.2 (a tick on the move form raises the edition).
    """
    if rule.kind != PREWORK:
        return 1
    since = booking.confirmed_at or booking.booked_at
    return 1 + sum(m.prework_again and m.moved_at > since for m in booking.session.moves)


def _has_cause(rule: SendRule, booking: Booking, tried: Collection[Key]) -> bool:
    if rule.kind == PREWORK:
        return bool(booking.session.prework.strip())
    if rule.kind == REFRESHER:
        session, topic = booking.session, booking.session.topic
        says = (topic.how_to_refer, topic.when_to_refer, session.resources)
        return any(map(str.strip, says))
    return rule.kind != MISSED or (AFTER, 1) not in tried


def _cancelled(booking: Booking, tried: Collection[Key]) -> tuple[WantedMail, ...]:
    """Tell of the end only who was told of the beginning."""
    if booking.cancelled_at is None or not any(kind in TELLS_OF_A_BOOKING for kind, _ in tried):
        return ()
    return (_end_of(booking, CANCELLED, booking.cancelled_at),)


def _called_off(booking: Booking) -> tuple[WantedMail, ...]:
    cancelled_at = booking.session.cancelled_at
    if cancelled_at is None:
        return ()
    return (_end_of(booking, CALLED_OFF, cancelled_at),)


def _end_of(booking: Booking, kind: str, at: datetime) -> WantedMail:
    until = booking.session.ends_at
    return make_mail(booking.session, booking.claim.person_id, kind, at, until=until)
