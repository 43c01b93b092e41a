"""MAIL-9 of the notes and AN-14: what messages say of times, and of what could not be delivered."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.dates import when
from swa.core.db import db, transaction
from swa.messaging import emails
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState, Recipient
from swa.sessions.emails.values import session_values
from swa.sessions.types import Mode
from tests.sessions.doing import book
from tests.support.factories import soon
from tests.support.golden import GOLDEN
from tests.support.rows import make_message

COORDINATOR = Recipient("", "coordinator@example.org", is_active=True)
CALENDAR_MAILS = sorted(
    path
    for folder in ("sessions", "calendars")
    for path in (GOLDEN / "emails" / folder).glob("*.txt")
    if folder == "calendars" or "BEGIN:VCALENDAR" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("mode", list(Mode))
def test_whose_clock_it_is_stands_also_where_people_meet_in_a_room(make, mode):
    """MAIL-9."""
    session = make.session(mode=mode, venue="Town Hall", online_link="https://meet.example.org/1")

    assert str(session_values(session)["session_hours"]).endswith("(UK time)")


@pytest.mark.parametrize("path", CALENDAR_MAILS, ids=lambda path: path.stem)
def test_each_message_with_a_calendar_part_says_whose_clock_it_is(path):
    """MAIL-9."""
    assert "(UK time)" in path.read_text(encoding="utf-8").partition("BEGIN:VCALENDAR")[0]


def test_there_are_such_messages():
    assert len(CALENDAR_MAILS) > 10


def notice_of(message):
    notice = SimpleNamespace(occasion=emails.occasion_of(message))
    return emails.draft_not_delivered(notice, COORDINATOR)


def fail(message, **columns):
    with transaction():
        message.state, message.reason = MessageState.FAILED, "Their mail server refused it"
        for name, value in columns.items():
            setattr(message, name, value)
    return message


def test_the_coordinator_reads_which_session_when_and_whose(make):
    session = make.session(topic=make.topic(title="Listening first"), starts_at=soon(days=30))
    amina = make.person(name="Amina Begum")
    booking = book(session, amina, now=clock.utc_now())
    rows = select(OutboxMessage).where(OutboxMessage.occasion == f"booking {booking.id}")
    row = db.session.scalars(rows.order_by(OutboxMessage.id)).first()

    text = notice_of(fail(row)).text

    assert f"What it was about: Listening first, {when(session.starts_at)}, to Amina Begum" in text
    assert f"booking {booking.id}" not in text


def test_of_a_private_message_the_coordinator_reads_nothing_but_that_it_failed(make):
    row = fail(make_message(make), private=True)

    text = notice_of(row).text

    assert "A private message could not be delivered" in text
    assert "What it was about" not in text


def test_what_is_about_no_session_says_whom_it_was_for(make):
    row = fail(make_message(make), belongs_to="")

    assert "What it was about: to " in notice_of(row).text
