"""What each person chooses about optional messages, at planning and at sending: MAIL-10, ML-8,
AN-16, TR-22."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from swa.core.db import db, transaction
from swa.messaging import dispatcher, handling, kinds, rulebook, ruling
from swa.messaging.choices import choosing, standing
from swa.messaging.handling import NotWanted
from swa.messaging.models import OutboxMessage
from swa.messaging.send_rules import Audience, Event, SendRule, Side
from swa.messaging.types import MessageState
from swa.sessions.rules.send_plan import OWN, REFRESHERS, REMINDERS
from swa.sessions.types import Mark
from tests.sessions.doing import book, mark, plan_all
from tests.sessions.postman import kinds_for, outbox, send_due

START = datetime(2027, 4, 8, 13, 0, tzinfo=UTC)  # 2pm in London, a Thursday in summer time
END = START + timedelta(hours=2)
EARLY = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
REFRESHER_AT = datetime(2027, 5, 20, 8, 0, tzinfo=UTC)  # 42 days after, at 9am in London
UNSAVED_AT = END + timedelta(days=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
REFUSED = "Does not want refreshers"


@pytest.fixture
def session(make):
    return make.session(starts_at=START)


@pytest.fixture
def held(session, make):
    """The bookings of two people who were there; their refreshers wait."""
    bookings = [book(session, make.person(), now=EARLY) for _ in range(2)]
    send_due(START - MINUTE)
    mark(session, {each.id: Mark.PRESENT for each in bookings}, by=session.support_person)
    send_due(END)
    return bookings


def choose(person_id, now, **wishes):
    with transaction():
        return choosing.choose(person_id, wishes, now=now)


def refresher_of(booking):
    rows = select(OutboxMessage).where(
        OutboxMessage.kind == "refresher", OutboxMessage.person_id == booking.claim.person_id
    )
    return db.session.scalars(rows.order_by(OutboxMessage.id.desc())).first()


def plan_anew(now):
    with transaction():
        return plan_all(now)


def test_who_opts_out_loses_what_waits_and_coordinators_see_why(held, make, sign_in, session):
    mine, other = held

    choose(mine.claim.person_id, END + DAY, refreshers=False)
    plan_anew(END + 2 * DAY)
    sent = send_due(REFRESHER_AT)

    assert (refresher_of(mine).state, refresher_of(mine).reason) == ("dropped", REFUSED)
    assert [(each.kind, each.person_id) for each in sent] == [("refresher", other.claim.person_id)]
    page = sign_in(make.coordinator()).get(f"/sessions/{session.id}/messages?shown=all")
    assert REFUSED in page.text


def test_nothing_is_planned_for_who_opted_out_before(session, make):
    booking = book(session, make.person(), now=EARLY)
    choose(booking.claim.person_id, EARLY, refreshers=False)
    send_due(START - MINUTE)

    mark(session, {booking.id: Mark.PRESENT}, by=session.support_person)

    assert refresher_of(booking) is None
    assert ("after the session", 1) in outbox(f"booking {booking.id}")


def test_who_opts_in_again_gets_what_is_still_ahead_once(held):
    booking = held[0]
    choose(booking.claim.person_id, END + DAY, refreshers=False)

    choose(booking.claim.person_id, END + 2 * DAY, refreshers=True)
    plan_anew(END + 3 * DAY)
    sent = send_due(REFRESHER_AT) + send_due(REFRESHER_AT + DAY)

    assert kinds_for(booking.claim.person_id, sent) == ["refresher"]


@pytest.mark.parametrize(
    ("opts_in_at", "count"),
    [
        pytest.param(REFRESHER_AT - MINUTE, 1, id="a minute before it is due"),
        pytest.param(REFRESHER_AT, 1, id="the moment it is due"),
        pytest.param(REFRESHER_AT + MINUTE, 0, id="a minute after it was due"),
    ],
)
def test_what_was_due_meanwhile_does_not_come_afterwards(held, opts_in_at, count):
    booking = held[0]
    choose(booking.claim.person_id, END + DAY, refreshers=False)

    choose(booking.claim.person_id, opts_in_at, refreshers=True)
    plan_anew(opts_in_at + MINUTE)
    sent = send_due(REFRESHER_AT + DAY)

    assert len(kinds_for(booking.claim.person_id, sent)) == count


def test_saying_the_same_again_changes_nothing(held):
    person_id = held[0].claim.person_id

    said = [choose(person_id, END + n * MINUTE, refreshers=w)
            for n, w in enumerate((True, False, False, True, True))]  # fmt: skip

    assert said == [[], ["refreshers"], [], ["refreshers"], []]


def test_the_choice_is_asked_again_when_the_message_goes(held):
    """A row that was planned while the person chose is dropped by the worker, with the reason."""
    booking = held[0]
    choose(booking.claim.person_id, END + DAY, refreshers=False)
    with transaction():
        row = refresher_of(booking)
        row.state, row.reason = MessageState.WAITING, ""

    with time_machine.travel(REFRESHER_AT, tick=False):
        dispatcher.send_due()

    assert (refresher_of(booking).state, refresher_of(booking).reason) == ("dropped", REFUSED)


def test_a_coordinator_cannot_send_it_once_more_either(held):
    booking = held[0]
    send_due(REFRESHER_AT)
    choose(booking.claim.person_id, REFRESHER_AT + DAY, refreshers=False)

    with pytest.raises(NotWanted, match="does not want refreshers"), transaction():
        handling.send_copy(refresher_of(booking), now=REFRESHER_AT + 2 * DAY)


def test_what_is_needed_to_take_part_comes_whatever_was_chosen(session, make):
    """MAIL-10: one click must never stop a confirmation, a change or joining instructions."""
    person = make.person()
    choose(person.id, EARLY - DAY, refreshers=False, reminders=False)

    booking = book(session, person, now=EARLY)
    sent = send_due(EARLY) + send_due(START - MINUTE)
    mark(session, {booking.id: Mark.PRESENT}, by=session.support_person)
    sent += send_due(END)

    assert kinds_for(person.id, sent) == [
        *("booking confirmed", "prework", "joining instructions", "after the session")
    ]


def test_only_the_refresher_and_the_reminder_of_attendance_may_be_refused(app):
    """MAIL-10: the list of what is optional is short, and any change of it is read here."""
    rules = {rule.kind: rule.optional for rule in rulebook.load().list_all() if rule.optional}

    assert rules == {"refresher": REFRESHERS, "attendance not saved": REMINDERS}
    assert kinds.list_optional() == set()
    assert [choice.name for choice in standing.list_offered()] == [REFRESHERS, REMINDERS]


def test_who_runs_a_session_may_do_without_the_reminder_of_attendance(session, make):
    lead, support = session.lead_facilitator_id, session.support_person_id
    book(session, make.person(), now=EARLY)
    plan_anew(EARLY)
    send_due(START - MINUTE)

    choose(lead, END, reminders=False)
    plan_anew(END + MINUTE)
    sent = send_due(UNSAVED_AT)

    assert {each.person_id for each in sent if each.kind == "attendance not saved"} == {support}


def test_a_rule_of_ones_own_may_be_a_reminder(session, make):
    wants, does_not = (book(session, make.person(), now=EARLY) for _ in range(2))
    choose(does_not.claim.person_id, EARLY, reminders=False)
    rule = SendRule("", "The day before", OWN, Event.START, Audience.PARTICIPANTS, days=1,
                    side=Side.BEFORE, text="sessions/joining_instructions",
                    optional=REMINDERS)  # fmt: skip

    with transaction():
        ruling.add(rule, also_past=False, now=EARLY)
    plan_anew(EARLY)

    sent = send_due(START - MINUTE)
    assert "own message" in kinds_for(wants.claim.person_id, sent)
    assert "own message" not in kinds_for(does_not.claim.person_id, sent)
