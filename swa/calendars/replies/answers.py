"""Reads what a calendar program answers: REPLY and COUNTER of RFC 5546."""

from swa.calendars.replies.content import BrokenCalendar, Event, Line, read_object
from swa.calendars.replies.moments import read_duration, read_moment
from swa.calendars.replies.plain import tidy
from swa.calendars.replies.types import Answers, CalendarAnswer, NewTime, Unreadable
from swa.calendars.types import Answer

ANSWERS = {
    "ACCEPTED": Answer.ACCEPTED,
    "TENTATIVE": Answer.TENTATIVE,
    "DECLINED": Answer.DECLINED,
}
LONGEST_UID = 255
LONGEST_COMMENT = 1_000
LONGEST_ADDRESS = 254
HIGHEST_SEQUENCE = 1_000_000


class CannotTell(ValueError):  # noqa: N818 - reads as the finding "cannot tell"
    """The text is well formed, but what it says is not clear."""


def read_itip(text: str) -> Answers | NewTime | Unreadable | None:
    """Return what a calendar part says; None when it is neither REPLY nor COUNTER.

    ORGANIZER is not asked for, since Exchange and Outlook.com leave it out, and the address that
    answers need not be the one that was invited (REPLY-4).

    Source:
        REPLY-3, REPLY-4, REPLY-8, REPLY-9.
    """
    try:
        said = read_object(text)
        if said.method == "REPLY":
            return _read_reply(said.events)
        return _read_counter(said.events[0]) if said.method == "COUNTER" else None
    except (BrokenCalendar, CannotTell) as why:
        return Unreadable(str(why))
    except ValueError:
        return Unreadable("a date or number that is none")


def _read_reply(events: list[Event]) -> Answers:
    answers = tuple(_read_answer(event) for event in events)
    if len({answer.uid for answer in answers}) != 1:
        msg = "answers to several invitations"
        raise CannotTell(msg)
    return Answers(answers)


def _read_answer(event: Event) -> CalendarAnswer:
    attendee = _one_attendee(event)
    partstat = attendee.parameters.get("PARTSTAT", "").upper()
    if partstat not in ANSWERS:
        msg = "an answer that is neither yes, maybe nor no"
        raise CannotTell(msg)
    week, stamp = event.first("RECURRENCE-ID"), event.first("DTSTAMP")
    return CalendarAnswer(
        uid=_uid(event),
        answer=ANSWERS[partstat],
        original_start=read_moment(week.value, week.parameters) if week else None,
        sequence=_sequence(event),
        stamp=read_moment(stamp.value, stamp.parameters) if stamp else None,
        attendee=_address(attendee),
        comment=_comment(event),
    )


def _read_counter(event: Event) -> NewTime:
    week, start = event.first("RECURRENCE-ID"), event.first("DTSTART")
    if start is None:
        msg = "a new time without a start"
        raise CannotTell(msg)
    starts_at = read_moment(start.value, start.parameters)
    end, length = event.first("DTEND"), event.first("DURATION")
    ends_at = read_moment(end.value, end.parameters) if end else None
    if length and not end:
        ends_at = starts_at + read_duration(length.value)
    if ends_at is not None and ends_at <= starts_at:
        msg = "a new time that ends before it starts"
        raise CannotTell(msg)
    return NewTime(
        uid=_uid(event),
        starts_at=starts_at,
        ends_at=ends_at,
        original_start=read_moment(week.value, week.parameters) if week else None,
        sequence=_sequence(event),
        attendee=_address(_one_attendee(event)),
        comment=_comment(event),
    )


def _one_attendee(event: Event) -> Line:
    attendees = event.all("ATTENDEE")
    if len(attendees) != 1:
        msg = "not exactly one who answers"
        raise CannotTell(msg)
    return attendees[0]


def _uid(event: Event) -> str:
    line = event.first("UID")
    uid = line.value.strip() if line else ""
    if not uid or len(uid) > LONGEST_UID or not uid.isprintable():
        msg = "no UID"
        raise CannotTell(msg)
    return uid


def _sequence(event: Event) -> int:
    line = event.first("SEQUENCE")
    number = int(line.value.strip()[:20]) if line else 0
    if not 0 <= number <= HIGHEST_SEQUENCE:
        msg = "a SEQUENCE out of range"
        raise CannotTell(msg)
    return number


def _address(attendee: Line) -> str:
    address = attendee.value.strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    return "".join(sign for sign in address if sign.isprintable()).lower()[:LONGEST_ADDRESS]


def _comment(event: Event) -> str:
    line = event.first("COMMENT")
    return tidy(line.text[:LONGEST_COMMENT]) if line else ""
