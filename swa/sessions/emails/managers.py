"""What line managers hear after they were told a time: another time, or that it is free again.

They are told only when a rule of the send plan says so, and read nothing but times. Whoever was
told a time hears of its end, also when the rule was taken away, when they manage somebody else by
now, or when the person's account was disabled. Another time is for who is the line manager now.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from swa.messaging import rulebook
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import render_draft
from swa.messaging.rulebook import RuleBook
from swa.messaging.send_rules import Event
from swa.messaging.types import Draft, Recipient, WantedMail
from swa.sessions.emails.making import make_mail
from swa.sessions.emails.news import Key, MoveNews, find_match, find_move_news, why_not_now
from swa.sessions.emails.values import hours_of, session_values
from swa.sessions.emails.wanted import list_wanted
from swa.sessions.models import Booking
from swa.sessions.queries.mails import Written, get_booking_of, list_written
from swa.sessions.rules.send_plan import OWN
from swa.sessions.types import BookingStatus

NEW_TIME = "new time for a line manager"
TIME_OVER = "time for a line manager is over"
MANAGER_KINDS = (NEW_TIME, TIME_OVER)
TEMPLATES = {NEW_TIME: "new_time_for_manager", TIME_OVER: "time_over_for_manager"}


def list_wanted_by_managers(
    booking: Booking, rows: Sequence[Written], book: RuleBook | None = None
) -> tuple[WantedMail, ...]:
    """List what line managers ought to have who were told the time of a booking.

    Args:
        booking: With its session and the moves of that.
        rows: All messages of the booking.
        book: The rules of the send plan; those of the open transaction when left out.

    Source:
        IN-09 (everybody is told of a change), PEER-7 of the notes (times and nothing else).
    """
    return tuple(
        mail
        for manager_id, told_at in _list_told(booking, rows).items()
        for mail in _list_for(booking, manager_id, told_at, rows, book or rulebook.load())
    )


def why_not_managers(message: OutboxMessage, now: datetime) -> str | None:
    """Say why a line manager need not hear of it any more; None sends it."""
    booking = get_booking_of(message)
    rows = _list_others(message)
    mail = find_match(message, list_wanted_by_managers(booking, rows))
    if mail is None:
        return "The booking or the session has changed since"
    return why_not_now(message, mail, booking.session, now=now)


def draft_for_managers(message: OutboxMessage, recipient: Recipient) -> Draft:
    """Write a message to a line manager: whose time it is, and from when to when.

    Source:
        IN-09.
    """
    booking, rows = get_booking_of(message), _list_others(message)
    manager_id = message.person_id or 0
    told_at = _list_told(booking, rows).get(manager_id, booking.booked_at)
    news = _find_news(booking, manager_id, told_at, rows)
    was = news.told_before.was if news else booking.session.date
    return render_draft(
        f"sessions/{TEMPLATES[message.kind]}",
        **session_values(booking.session) | {"name": recipient.name},
        person_name=booking.person.name,
        before_hours=hours_of(was),
    )


def _list_told(booking: Booking, rows: Sequence[Written]) -> dict[int, datetime]:
    """Return who else was told the time of a booking, and when last, UTC."""
    told: dict[int, datetime] = {}
    for row in rows:
        is_other = row.person_id is not None and row.person_id != booking.claim.person_id
        if row.kind == OWN and is_other and row.may_have_left and row.person_id:
            told[row.person_id] = max(row.left_at, told.get(row.person_id, row.left_at))
    return told


def _list_for(
    booking: Booking,
    manager_id: int,
    told_at: datetime,
    rows: Sequence[Written],
    book: RuleBook,
) -> Iterator[WantedMail]:
    """Yield what one of them ought to have: that it is over, or else when it is now.

    Who is no longer the line manager hears that the time they know is free, and no other.
    """
    session = booking.session
    gave_back = booking.status == BookingStatus.CANCELLED
    if over_at := booking.cancelled_at if gave_back else session.cancelled_at:
        yield make_mail(session, manager_id, TIME_OVER, over_at, until=session.ends_at)
        return
    news = _find_news(booking, manager_id, told_at, rows)
    if news is None or hours_of(news.told_before.was) == hours_of(session.date):
        return
    if booking.person.line_manager_id != manager_id:
        if (NEW_TIME, news.edition) not in _tried_for(manager_id, rows):
            yield make_mail(session, manager_id, TIME_OVER, news.moved_at)
    elif booking.person.is_active and not _has_rule(booking, manager_id, rows, book):
        yield make_mail(session, manager_id, NEW_TIME, news.moved_at, edition=news.edition)


def _find_news(
    booking: Booking, manager_id: int, told_at: datetime, rows: Sequence[Written]
) -> MoveNews | None:
    tried = _tried_for(manager_id, rows)
    return find_move_news(booking.session, since=told_at, kind=NEW_TIME, tried=tried)


def _tried_for(manager_id: int, rows: Sequence[Written]) -> set[Key]:
    return {
        (row.kind, row.edition) for row in rows if row.person_id == manager_id and row.may_have_left
    }


def _has_rule(booking: Booking, manager_id: int, rows: Sequence[Written], book: RuleBook) -> bool:
    """Say whether a rule of one's own tells the line manager of this move: then it is told once."""
    tried = {(row.kind, row.edition) for row in rows if row.may_have_left}
    for mail in list_wanted(booking, tried, book, came_again=()).mails:
        if mail.kind == OWN and mail.person_id == manager_id:
            rule = book.find_by_edition(mail.edition)
            if rule is not None and rule.event is Event.MOVED:
                return True
    return False


def _list_others(message: OutboxMessage) -> Sequence[Written]:
    """Return the other messages of the same booking."""
    return [
        row for row in list_written([message.occasion])[message.occasion] if row.id != message.id
    ]
