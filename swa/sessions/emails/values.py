"""What the texts of messages about sessions say: the values of ``placeholders``, from the facts.

A value that needs the database is a function, which is called only for a text that names it.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from swa.core.dates import duration, long_date, time_range, when
from swa.messaging.rendering import authored, page_url
from swa.messaging.texts.types import Value
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries.bookings import (
    list_confirmed,
    list_held,
    list_organisations_coming,
    waiting_position,
)
from swa.sessions.rules.go_ahead import why_decide
from swa.sessions.rules.places import caps_lift_at, most_per_organisation
from swa.sessions.types import Doubt, Mark, NewDate, WaitReason

Known = dict[str, Any]
# Whoever knows these comes in.
HOW_TO_JOIN = ("joining_link", "joining_instructions")


def session_values(session: TrainingSession) -> Known:
    """Return what every message about a session may name."""
    return {
        "session_title": session.title,
        "session_start": when(session.starts_at),
        "session_day": long_date(session.starts_at),
        "session_hours": hours_of(session.date),
        "session_length": duration(session.duration_minutes),
        "session_place": session.date.place,
        "joining_link": authored(session.online_link) if session.is_online else "",
        "joining_instructions": authored(session.joining_instructions),
        "expectations": authored(session.expectations),
        "sessions_link": page_url("sessions.list_sessions"),
        "online": session.is_online,
        "in_person": not session.is_online,
        "cancel_reason": authored(session.cancel_reason),
        "session_cancelled": session.is_cancelled,
    }


def material_values(session: TrainingSession) -> Known:
    """Return what the session and its topic give people before and afterwards.

    Source:
        MT-10, TR-27 (the limits of advice are repeated for regulated topics).
    """
    topic = session.topic
    return {
        "prework": authored(session.prework),
        "prework_length": duration(session.prework_minutes),
        "resources": authored(session.resources),
        "how_to_refer": authored(topic.how_to_refer),
        "when_to_refer": authored(topic.when_to_refer),
        "limits_of_advice": authored(topic.limits_of_advice) if topic.is_regulated else "",
    }


def booking_values(booking: Booking, *, name: str, has_calendar: bool = False) -> Known:
    """Return what a message to somebody with a booking may name.

    How to join is empty for who has no place, and once the session is called off, whatever text
    a rule of one's own or an edited text brings them.

    Args:
        booking: With its session.
        name: Of who gets the message.
        has_calendar: The message brings or changes a calendar entry.
    """
    session, number = booking.session, booking.id
    comes = booking.holds_a_place and not session.is_cancelled
    return {
        "name": name,
        "has_calendar": has_calendar,
        **session_values(session),
        **({} if comes else dict.fromkeys(HOW_TO_JOIN, "")),
        **material_values(session),
        "booking_reference": booking.reference,
        "booking_link": page_url("sessions.booking", booking_id=number),
        "cancel_link": page_url("sessions.booking_cancel", booking_id=number),
        "had_a_place": booking.confirmed_at is not None,
        "runs_it": booking.claim.person_id in session.crew_ids,
        "waiting": not booking.holds_a_place,
        "told_us_before": booking.mark == Mark.APOLOGY,
    }


def turn_values(booking: Booking) -> Known:
    """Return why somebody waits, and how far they are in line.

    Source:
        CF-27.
    """
    session, reason = booking.session, booking.wait_reason
    position = cache(lambda: waiting_position(booking))
    capped = {WaitReason.TEAM_CAP, WaitReason.ORGANISATION_CAP}
    return {
        "next_in_line": lambda: position() == 1,
        "turn": lambda: str(position()) if position() > 1 else "",
        "places": session.places.largest,
        "most_per_team": session.places.most_per_team,
        "most_per_organisation": most_per_organisation(session.places),
        "open_to_all_from": when(caps_lift_at(session.starts_at, session.places)),
        "full": reason not in capped,
        "only_one_place": session.places.largest == 1,
        "team_has_its_places": reason == WaitReason.TEAM_CAP,
        "organisation_has_its_places": reason == WaitReason.ORGANISATION_CAP,
    }


def move_values(session: TrainingSession, was: NewDate | None) -> Known:
    """Return what changed from what somebody knew to how the session stands.

    Args:
        session: As it stands.
        was: What they were told before; None when nobody knows.

    Source:
        IN-09.
    """
    now = session.date
    same_time = was is not None and (was.starts_at, was.ends_at) == (now.starts_at, now.ends_at)
    return {
        "new_date": not same_time,
        "new_place": same_time and was is not None and was.place != now.place,
        "before_hours": hours_of(was) if was else "",
        "before_place": was.place if was else "",
    }


def run_values(session: TrainingSession, *, name: str, has_calendar: bool = False) -> Known:
    """Return what a message to somebody who runs the session may name.

    Args:
        session: With those who run it.
        name: Of who gets the message.
        has_calendar: The message brings or changes a calendar entry.

    Source:
        TR-12, TR-13.
    """
    number = session.id
    return {
        "name": name,
        "has_calendar": has_calendar,
        **session_values(session),
        "desk_link": page_url("sessions.desk", session_id=number),
        "attendance_link": page_url("sessions.attendance", session_id=number),
        "people_coming": lambda: _count(len(list_held(session)), "person", "people"),
        "organisations_coming": lambda: _count(
            len(list_organisations_coming(session)), "organisation", "organisations"
        ),
        **{
            role: lambda role=role: _name_of(getattr(session, role))
            for role in ("lead_facilitator", "co_facilitator", "support_person")
        },
    }


def go_ahead_values(session: TrainingSession, *, name: str, asked_before: bool) -> Known:
    """Return what the question to staff may name, with the numbers as they are.

    Source:
        CF-28, IN-12.
    """
    confirmed = [booking.claim for booking in list_confirmed(session)]
    doubts: Collection[Doubt] = why_decide(confirmed, session.places)
    people = _count(len(confirmed), "person has", "people have")
    return {
        "name": name,
        **session_values(session),
        "people_with_a_place": people,
        "smallest": session.places.smallest,
        "too_few_people": Doubt.BELOW in doubts,
        "only_organisation": lambda: (
            list_organisations_coming(session)[0].name if Doubt.ONE_ORGANISATION in doubts else ""
        ),
        "asked_before": asked_before,
        "go_ahead_link": page_url("sessions.go_ahead", session_id=session.id),
    }


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """Say day, start and end: Thursday 1 April 2027, 2pm to 4pm (UK time).

    Source:
        MAIL-9 of the notes: whose clock it is stands in every message, also for a room.
    """
    return f"{long_date(starts_at)}, {time_range(starts_at, ends_at)} (UK time)"


def hours_of(date: NewDate) -> str:
    """Say day, start and end of a session."""
    return hours(date.starts_at, date.ends_at)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _name_of(person: Any) -> Value:
    return person.name if person else ""
