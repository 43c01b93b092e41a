"""Somebody's e-mail address changes: DC-11, IN-09, and the row of the calendar notes about it.

An attendee's address never changes under one UID: CANCEL to the old address, REQUEST with a new
UID to the new one (CAL-4, CAL-7).
"""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import select

from swa.calendars import emails
from swa.calendars.models import Invitation
from swa.calendars.queries import find_latest, find_standing
from swa.calendars.services import addresses
from swa.calendars.types import InvitationState
from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging.dispatcher import rows
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.people.models import Person
from swa.people.queries import directory
from swa.people.rules.directory import PersonDetails
from swa.people.services import people
from swa.sessions.services.mails import plan_session_mails
from tests.people.test_directory import answers, post
from tests.sessions.doing import book, call_off, cancel, later, move
from tests.sessions.postman import send_due
from tests.support.factories import soon
from tests.support.golden import assert_golden
from tests.support.icalendars import parse_one
from tests.support.series import AUTUMN, WEEK, Member, nine_on, plan

NEW = "rosa.new@example.org"
OLD = "rosa.old@example.org"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def coordinator(make):
    return make.coordinator()


@pytest.fixture
def rosa(make):
    return make.person(name="Rosa Okafor", email=OLD)


@pytest.fixture
def session(make):
    topic = make.topic(title="Core Conversations: listening first")
    return make.session(topic=topic, starts_at=datetime(2099, 3, 3, 9, 30, tzinfo=UTC))


def change(person, email, *, by):
    details = PersonDetails(
        name=person.name,
        email=email,
        job_role=person.job_role,
        kind=person.kind,
        organisation_id=person.organisation_id,
        team="",
        line_manager="",
    )
    with transaction():
        people.change_person(person, details, by=by, now=clock.utc_now())


def sent_now():
    """What goes now, by kind; each with the one event of its calendar part."""
    return {letter.kind: letter for letter in send_due(clock.utc_now() + MINUTE)}


def calendar_of(letter):
    method, data = letter.draft.calendar
    read = parse_one(data)
    return method, str(read["UID"]), str(read["ATTENDEE"]).removeprefix("mailto:")


def uids(occasion):
    rows = select(Invitation).where(Invitation.occasion == occasion).order_by(Invitation.id)
    return [row.uid for row in db.session.scalars(rows)]


def test_the_page_moves_the_entry_to_the_new_address(make, sign_in, coordinator, rosa, session):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()

    post(sign_in(coordinator), f"/people/{rosa.id}/edit", **answers(rosa, email=NEW))

    sent = sent_now()
    old, new = uids(f"booking {booking.id}")
    assert set(sent) == {emails.ENTRY_ENDED, emails.ENTRY_AGAIN}
    assert calendar_of(sent[emails.ENTRY_ENDED]) == ("CANCEL", old, OLD)
    assert calendar_of(sent[emails.ENTRY_AGAIN]) == ("REQUEST", new, NEW)
    assert parse_one(sent[emails.ENTRY_ENDED].draft.calendar[1])["SEQUENCE"] == 1
    assert parse_one(sent[emails.ENTRY_AGAIN].draft.calendar[1])["SEQUENCE"] == 0
    assert old != new
    assert db.session.get_one(Person, rosa.id).email == NEW


def test_the_words_are_those_that_somebody_approved(make, coordinator, rosa, session):
    book(session, rosa, now=clock.utc_now())
    sent_now()
    change(rosa, NEW, by=coordinator)

    sent = sent_now()

    for name, kind in (("entry_ended", emails.ENTRY_ENDED), ("entry_again", emails.ENTRY_AGAIN)):
        draft = sent[kind].draft
        assert_golden(f"emails/calendars/{name}.txt", f"Subject: {draft.subject}\n\n{draft.text}")


def test_the_old_address_is_not_told_the_new_one(make, coordinator, rosa, session):
    book(session, rosa, now=clock.utc_now())
    sent_now()
    change(rosa, NEW, by=coordinator)

    draft = sent_now()[emails.ENTRY_ENDED].draft

    assert NEW not in draft.subject + draft.text + draft.html + draft.calendar[1].decode()


def test_who_runs_a_session_gets_it_into_the_new_calendar_too(make, coordinator, session):
    lead = db.session.get_one(Person, session.lead_facilitator_id)
    book(session, make.person(), now=clock.utc_now())
    with transaction():
        plan_session_mails(session, now=clock.utc_now())
    sent_now()
    old_address = lead.email

    change(lead, NEW, by=coordinator)

    sent = sent_now()
    old, new = uids(f"session {session.id} run by {lead.id}")
    assert set(sent) == {emails.ENTRY_ENDED, "session to run"}
    assert calendar_of(sent[emails.ENTRY_ENDED]) == ("CANCEL", old, old_address)
    assert calendar_of(sent["session to run"]) == ("REQUEST", new, NEW)


def test_what_never_left_just_goes_to_the_new_address(make, coordinator, rosa, session):
    booking = book(session, rosa, now=clock.utc_now())
    (uid,) = uids(f"booking {booking.id}")

    change(rosa, NEW, by=coordinator)

    sent = sent_now()
    assert emails.ENTRY_ENDED not in sent
    assert emails.ENTRY_AGAIN not in sent
    assert calendar_of(sent["booking confirmed"]) == ("REQUEST", uid, NEW)


def test_words_that_wait_for_another_try_are_made_again(make, coordinator, rosa, session):
    booking = book(session, rosa, now=clock.utc_now())
    with transaction():
        (row,) = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "booking confirmed")
        )
        row.attempts, row.frozen_at, row.calendar = 1, clock.utc_now(), b"for the old address"
        find_standing(f"booking {booking.id}").first_message_id = row.message_id

    change(rosa, NEW, by=coordinator)

    assert (row.frozen_at, row.calendar) == (None, None)


def test_a_try_without_an_answer_is_made_again_for_the_new_address(
    make, coordinator, rosa, session
):
    book(session, rosa, now=clock.utc_now())
    first = take_and_write(MessageState.UNKNOWN)
    change(rosa, NEW, by=coordinator)

    again = take_and_write(MessageState.SENT)

    assert (first.address, again.address) == (OLD, NEW)
    assert first.message_id == again.message_id
    attendees = [attendee_in(parcel.raw) for parcel in (first, again)]
    assert attendees == [f"mailto:{OLD}", f"mailto:{NEW}"]


def test_words_for_the_same_address_are_kept_between_two_tries(make, rosa, session):
    book(session, rosa, now=clock.utc_now())

    first, again = take_and_write(MessageState.UNKNOWN), take_and_write(MessageState.SENT)

    assert fixed(first.raw) == fixed(again.raw)


def take_and_write(ends_as):
    """Do what a worker does with the first message that is due, without a server."""
    now = clock.utc_now() + MINUTE
    claim = rows.claim_next(now)
    parcel = rows.prepare(claim, now)
    with transaction():
        (row,) = db.session.scalars(select(OutboxMessage).where(OutboxMessage.id == claim.row_id))
        row.state, row.next_try_at = ends_as, now - MINUTE
    return parcel


def attendee_in(raw):
    (part,) = [
        part
        for part in message_from_bytes(raw).walk()
        if part.get_content_type() == "text/calendar"
    ]
    return str(parse_one(part.get_payload(decode=True))["ATTENDEE"])


def fixed(raw):
    """The bytes without the boundaries, which are random each time."""
    return re.sub(rb"=+\d+==", b"", raw)


def test_what_is_over_stays_where_it_was(make, coordinator, rosa):
    past = make.session(starts_at=soon(hours=1))
    booking = book(past, rosa, now=clock.utc_now())
    sent_now()
    with transaction():
        past.starts_at, past.ends_at = soon(days=-2), soon(days=-1)
        standing = find_standing(f"booking {booking.id}")
        standing.event = type(standing.event)("x", "", "", "", soon(days=-2), soon(days=-1))

    change(rosa, NEW, by=coordinator)

    assert len(uids(f"booking {booking.id}")) == 1
    assert not set(sent_now()) & {emails.ENTRY_ENDED, emails.ENTRY_AGAIN}


def test_later_changes_go_to_the_new_entry(make, coordinator, rosa, session):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()
    change(rosa, NEW, by=coordinator)
    sent_now()
    _, new = uids(f"booking {booking.id}")

    move(session, later(session, by=timedelta(days=1)), by=coordinator, now=clock.utc_now())
    moved = sent_now()
    cancel(booking, now=clock.utc_now())
    gone = sent_now()

    assert calendar_of(moved["session moved"]) == ("REQUEST", new, NEW)
    assert calendar_of(gone["booking cancelled"]) == ("CANCEL", new, NEW)


def test_an_entry_that_another_mail_has_brought_is_not_sent_twice(make, coordinator, rosa, session):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()
    change(rosa, NEW, by=coordinator)
    with transaction():
        find_standing(f"booking {booking.id}").first_message_id = "<another@example.org>"

    assert set(sent_now()) == {emails.ENTRY_ENDED}


def test_there_and_back_leaves_one_entry_at_the_old_address(make, coordinator, rosa, session):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()
    change(rosa, NEW, by=coordinator)
    sent_now()
    change(rosa, OLD, by=coordinator)

    sent = sent_now()

    first, second, third = uids(f"booking {booking.id}")
    assert calendar_of(sent[emails.ENTRY_ENDED]) == ("CANCEL", second, NEW)
    assert calendar_of(sent[emails.ENTRY_AGAIN]) == ("REQUEST", third, OLD)
    assert len({first, second, third}) == 3


def test_two_changes_before_the_mail_went_bring_one_entry(make, coordinator, rosa, session):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()
    change(rosa, "between@example.org", by=coordinator)
    change(rosa, NEW, by=coordinator)

    sent = sent_now()

    old, new = uids(f"booking {booking.id}")
    assert calendar_of(sent[emails.ENTRY_ENDED]) == ("CANCEL", old, OLD)
    assert calendar_of(sent[emails.ENTRY_AGAIN]) == ("REQUEST", new, NEW)


def test_a_cancelled_place_is_not_brought_to_the_new_address(make, coordinator, rosa, session):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()
    change(rosa, NEW, by=coordinator)
    cancel(booking, now=clock.utc_now())

    assert emails.ENTRY_AGAIN not in sent_now()


def refuse(kind):
    """Let the server refuse the address for good before the words were made."""
    with transaction():
        row = db.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == kind, OutboxMessage.state == MessageState.WAITING)
        ).one()  # fmt: skip
        row.state = MessageState.SUPPRESSED


def test_a_corrected_address_gets_the_entry_that_the_wrong_one_never_had(
    make, coordinator, rosa, session
):
    booking = book(session, rosa, now=clock.utc_now())
    (uid,) = uids(f"booking {booking.id}")
    refuse("booking confirmed")
    change(rosa, "rosa.wrong@example.org", by=coordinator)
    refuse(emails.ENTRY_AGAIN)

    change(rosa, NEW, by=coordinator)

    sent = sent_now()
    assert emails.ENTRY_ENDED not in sent
    assert calendar_of(sent[emails.ENTRY_AGAIN]) == ("REQUEST", uid, NEW)


def test_a_corrected_address_of_who_runs_it_gets_the_entry_too(make, coordinator, session):
    lead = db.session.get_one(Person, session.lead_facilitator_id)
    with transaction():
        plan_session_mails(session, now=clock.utc_now())
        for row in db.session.scalars(select(OutboxMessage)):
            row.state = MessageState.SUPPRESSED

    change(lead, NEW, by=coordinator)

    (uid,) = uids(f"session {session.id} run by {lead.id}")
    assert calendar_of(sent_now()[emails.ENTRY_AGAIN]) == ("REQUEST", uid, NEW)


def test_a_cancel_that_waits_still_takes_the_entry_from_the_old_address(
    make, coordinator, rosa, session
):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()
    cancel(booking, now=clock.utc_now())

    change(rosa, NEW, by=coordinator)

    sent = sent_now()
    (uid,) = uids(f"booking {booking.id}")
    assert calendar_of(sent[emails.ENTRY_ENDED]) == ("CANCEL", uid, OLD)
    assert sent["booking cancelled"].draft.calendar is None, "the new address never had it"


def test_a_cancel_that_went_is_not_sent_again(make, coordinator, rosa, session):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()
    cancel(booking, now=clock.utc_now())
    sent_now()

    change(rosa, NEW, by=coordinator)

    assert sent_now() == {}


def test_who_no_longer_runs_it_is_told_at_the_old_address(make, coordinator, session):
    lead = db.session.get_one(Person, session.lead_facilitator_id)
    with transaction():
        plan_session_mails(session, now=clock.utc_now())
    sent_now()
    old_address = lead.email
    call_off(session, by=coordinator, now=clock.utc_now())

    change(lead, NEW, by=coordinator)

    letters = send_due(clock.utc_now() + MINUTE)
    sent = {x.kind: x for x in letters if x.person_id in {None, lead.id}}
    (uid,) = uids(f"session {session.id} run by {lead.id}")
    assert calendar_of(sent[emails.ENTRY_ENDED]) == ("CANCEL", uid, old_address)
    assert sent["session to run cancelled"].draft.calendar is None


def test_another_name_alone_moves_nothing(make, coordinator, rosa, session):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()
    rosa_again = db.session.get_one(Person, rosa.id)
    with transaction():
        details = PersonDetails(
            name="Rosa Okafor-Lind",
            email=OLD,
            job_role="",
            kind=rosa_again.kind,
            organisation_id=rosa_again.organisation_id,
            team="",
            line_manager="",
        )
        people.change_person(rosa_again, details, by=coordinator, now=clock.utc_now())

    assert len(uids(f"booking {booking.id}")) == 1
    assert sent_now() == {}


def test_a_series_moves_with_its_exceptions_from_the_first_week_to_come(rosa):
    member = Member(rosa.id, plan(AUTUMN))
    member.move(AUTUMN + 5 * WEEK, nine_on(AUTUMN + 5 * WEEK + timedelta(days=1)))
    member.mail()
    member.cancel(AUTUMN + 6 * WEEK)
    member.mail()
    before, week_three = member.invitation, datetime(2026, 10, 6, tzinfo=UTC)
    with transaction():
        before.first_message_id = "<first@example.org>"

    with transaction():
        after = addresses.move_entry(
            before, was=OLD, organiser=("New name", "new@swa.example.org"), now=week_three
        )
        addresses.tell_new_address(after, now=week_three)

    assert before.state is InvitationState.WITHDRAWN
    assert find_latest("member 17") == after
    assert after.organiser == "new@swa.example.org"
    assert after.series.rhythm.first_day == AUTUMN + 2 * WEEK
    assert after.series.moved == before.series.moved
    assert after.series.left_out == before.series.left_out
    assert after.changed_weeks[0].revision == after.revision == 1
    sent = {one.kind: one for one in send_due(week_three)}
    assert "8 meetings" not in sent[emails.ENTRY_AGAIN].draft.text
    assert "7 meetings in all" in sent[emails.ENTRY_AGAIN].draft.text
    assert sent[emails.ENTRY_ENDED].draft.calendar[0] == "CANCEL"


def test_the_session_may_move_at_the_same_moment(app, make, coordinator, rosa, session):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()
    ids = {"rosa": rosa.id, "boss": coordinator.id, "session": session.id}
    at_once = threading.Barrier(2, timeout=10)

    def change_address():
        with app.app_context():
            at_once.wait()
            person, boss = (db.session.get_one(Person, ids[who]) for who in ("rosa", "boss"))
            change(person, NEW, by=boss)

    def move_session():
        with app.app_context():
            at_once.wait()
            boss = db.session.get_one(Person, ids["boss"])
            row = db.session.get_one(type(session), ids["session"])
            move(row, later(row, by=timedelta(days=1)), by=boss, now=clock.utc_now())

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(change_address), threads.submit(move_session)]:
            done.result()

    db.session.rollback()
    standing = find_standing(f"booking {booking.id}")
    assert standing.event.starts_at == datetime(2099, 3, 4, 9, 30, tzinfo=UTC)
    letters = send_due(clock.utc_now() + MINUTE)
    mine = [one for one in letters if one.person_id == ids["rosa"] and one.draft.calendar]
    assert {calendar_of(one) for one in mine} == {("REQUEST", standing.uid, NEW)}
    assert directory.get_person(ids["rosa"], coordinator).email == NEW
