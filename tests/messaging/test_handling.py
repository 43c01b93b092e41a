"""What a person does with one message, and what never goes late: PLAN-8, PLAN-9 of the notes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import dispatcher, handling, kinds, services
from swa.messaging.models import UNDECIDED, OutboxMessage
from swa.messaging.types import READ_AGAIN, MessageState
from swa.people.models import AuditEvent
from tests.messaging import outbox
from tests.messaging.outbox import HOUR, INVITATION, OTHER, PLAIN, SECRET, plan, rows, wanted

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def person(make):
    return make.person(name="Ada Lovelace")


@pytest.fixture
def now():
    return clock.utc_now()


def planned(person, *, due_in=HOUR, kind=PLAIN, **changes):
    now = clock.utc_now()
    plan("booking 1", wanted(person.id, kind=kind, due_at=now + due_in, **changes))
    return the_message()


def the_message():
    return db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).first()


def do(act, message, **arguments):
    with transaction():
        act(message, now=clock.utc_now(), **arguments)
    return message


def audit_lines():
    lines = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(line.what, line.about) for line in lines]


def set_state(state, **columns):
    def change(row):
        row.state = state
        for name, value in columns.items():
            setattr(row, name, value)

    outbox.change(change)


def test_a_held_message_goes_only_when_it_is_released(person, sink, now):
    message = do(handling.hold, planned(person, due_in=timedelta(0)))
    dispatcher.send_due()
    before = len(sink.mails)

    do(handling.release, message)
    dispatcher.send_due()

    assert (before, len(sink.mails)) == (0, 1)
    assert audit_lines() == [
        ("message held", f"message {message.id}"),
        ("message released", f"message {message.id}"),
    ]


def test_planning_again_leaves_a_held_message_held_but_moves_it(person, now):
    message = do(handling.hold, planned(person))

    plan("booking 1", wanted(person.id, due_at=now + DAY))

    assert (message.state, message.due_at) == (MessageState.HELD, now + DAY)


def test_two_days_count_from_the_release(person, now):
    message = do(handling.hold, planned(person, due_in=-3 * DAY, give_up_at=now + 9 * DAY))

    do(handling.release, message)

    assert message.ready_at >= now


@pytest.mark.parametrize(
    "state", [MessageState.WAITING, MessageState.SENT, MessageState.SKIPPED, MessageState.DROPPED]
)
def test_only_what_is_held_is_released(person, state):
    message = planned(person)
    set_state(state)

    with pytest.raises(handling.NotHeld):
        do(handling.release, message)


def test_what_is_of_no_use_any_more_is_not_released(person, now):
    message = do(handling.hold, planned(person))
    outbox.change(lambda row: setattr(row, "give_up_at", now))

    with pytest.raises(handling.TooLateToSend):
        do(handling.release, message)


def test_what_is_skipped_never_goes_however_often_it_is_planned(person, sink):
    """The key stays taken: a skipped message is not written anew."""
    message = do(handling.skip, planned(person, due_in=timedelta(0)), reason=" Wrong week ")

    for _ in range(2):
        plan("booking 1", wanted(person.id))
        dispatcher.send_due()

    assert [(row.state, row.reason) for row in rows()] == [(MessageState.SKIPPED, "Wrong week")]
    assert sink.mails == []
    assert audit_lines() == [("message skipped", f"message {message.id}")]


@pytest.mark.parametrize(
    ("state", "is_possible"),
    [
        (MessageState.WAITING, True),
        (MessageState.HELD, True),
        (MessageState.MISSED, True),
        (MessageState.FAILED, True),
        (MessageState.SUPPRESSED, True),
        (MessageState.CLAIMED, False),
        (MessageState.SENDING, False),
        (MessageState.UNKNOWN, False),
        (MessageState.SENT, False),
        (MessageState.DROPPED, False),
    ],
)
def test_what_is_on_its_way_is_not_skipped(person, state, is_possible):
    message = planned(person)
    set_state(state)

    if is_possible:
        do(handling.skip, message, reason="")
    else:
        with pytest.raises(handling.OnItsWay):
            do(handling.skip, message, reason="")


def test_a_message_can_go_before_its_time(person, sink, now):
    message = planned(person, due_in=3 * DAY, give_up_at=now + 9 * DAY)

    do(handling.send_now, message)
    plan("booking 1", wanted(person.id, due_at=now + 3 * DAY, give_up_at=now + 9 * DAY))
    dispatcher.send_due()

    assert len(sink.mails) == 1, "planning again does not take it back"
    assert audit_lines() == [("message sent now", f"message {message.id}")]


@pytest.mark.parametrize("act", [handling.hold, handling.send_now])
def test_what_has_gone_can_be_neither_held_nor_sent_now(person, act):
    message = planned(person)
    set_state(MessageState.SENT)

    with pytest.raises(handling.OnItsWay):
        do(act, message)


def test_edited_words_go_to_this_person_and_the_calendar_stays(person, sink):
    message = planned(person, due_in=timedelta(0), kind=INVITATION)

    do(handling.edit, message, subject="Bring a pen", text="Dear Ada,\n\n- one *pen*\n- paper")
    dispatcher.send_due()

    (mail,) = sink.mails
    assert mail["Subject"] == "Bring a pen"
    assert (
        mail.get_body(("plain",)).get_content().split() == "Dear Ada, - one *pen* - paper".split()
    )
    assert "one *pen*</li>" in mail.get_body(("html",)).get_content()
    assert "METHOD:REQUEST" in mail.get_body(("calendar",)).get_content()
    assert mail["To"].addresses[0].addr_spec == person.email
    assert audit_lines() == [("message edited", f"message {message.id}")]


def test_hostile_words_stay_words(person, sink):
    message = planned(person, due_in=timedelta(0))
    words = "<script>alert(1)</script> [x](javascript:alert(1))"

    do(handling.edit, message, subject="A\r\nBcc: eve@evil.example", text=words)
    dispatcher.send_due()

    (mail,) = sink.mails
    html = mail.get_body(("html",)).get_content()
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert mail["Bcc"] is None
    assert mail["Subject"] == "A Bcc: eve@evil.example"


def test_the_usual_words_come_back(person, sink):
    message = planned(person, due_in=timedelta(0))
    do(handling.edit, message, subject="Mine", text="Mine")

    do(handling.use_usual_words, message)
    dispatcher.send_due()

    assert sink.mails[0]["Subject"] == "About booking 1"


def test_edited_words_are_read_again_when_the_date_changes(person, now):
    message = planned(person)
    do(handling.edit, message, subject="On Monday", text="See you on Monday")

    plan("booking 1", wanted(person.id, due_at=now + DAY))

    assert (message.state, message.reason) == (MessageState.HELD, READ_AGAIN)
    assert message.own_text == "See you on Monday"


def test_the_words_of_a_private_message_are_not_edited(person):
    message = planned(person, kind=SECRET)

    with pytest.raises(handling.NotToBeEdited):
        do(handling.edit, message, subject="x", text="x")


def test_what_was_sent_can_be_sent_once_more(person, sink):
    message = planned(person, due_in=timedelta(0))
    dispatcher.send_due()

    do(handling.send_copy, message)
    dispatcher.send_due()

    first, second = sink.mails
    assert first["Message-ID"] != second["Message-ID"]
    assert [(row.state, row.copy) for row in rows()] == [("sent", 0), ("sent", 1)]


def test_a_copy_waits_beside_what_else_is_planned(person, sink, now):
    message = planned(person, due_in=timedelta(0))
    dispatcher.send_due()
    do(handling.send_copy, message)

    plan("booking 1", wanted(person.id), wanted(person.id, kind=OTHER, due_at=now + DAY))

    assert [(row.kind, row.copy, row.state) for row in rows()] == [
        (PLAIN, 0, "sent"),
        (PLAIN, 1, "waiting"),
        (OTHER, 0, "waiting"),
    ]
    with pytest.raises(handling.StillWaits):
        do(handling.send_copy, message)


def test_what_is_not_wanted_any_more_is_not_sent_once_more(person, sink):
    message = planned(person, due_in=timedelta(0))
    dispatcher.send_due()
    outbox.unwanted[PLAIN] = "The booking was cancelled"

    with pytest.raises(handling.NotWanted, match="the booking was cancelled"):
        do(handling.send_copy, message)

    assert len(rows()) == 1


def test_what_was_not_sent_cannot_be_sent_once_more(person):
    with pytest.raises(handling.NotSent):
        do(handling.send_copy, planned(person))


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        (MessageState.WAITING, {"hold", "skip", "send-now", "edit"}),
        (MessageState.HELD, {"release", "skip", "send-now", "edit"}),
        (MessageState.SENT, {"send-copy"}),
        (MessageState.MISSED, {"skip", "send-again"}),
        (MessageState.FAILED, {"skip", "send-again"}),
        (MessageState.SKIPPED, set()),
        (MessageState.DROPPED, set()),
        (MessageState.UNKNOWN, set()),
    ],
)
def test_a_page_offers_what_is_possible(person, state, actions, now):
    message = planned(person)
    set_state(state)

    assert handling.list_actions(message, now=now) == actions


@pytest.mark.parametrize(
    ("useful_late", "late", "actions"),
    [
        pytest.param(False, -MINUTE, {"send-copy"}, id="just in time"),
        pytest.param(False, timedelta(0), set(), id="its last useful moment is over"),
        pytest.param(True, timedelta(0), {"send-copy"}, id="of use for longer"),
    ],
)
def test_a_sent_message_is_offered_once_more_while_it_is_of_use(
    person, monkeypatch, useful_late, late, actions
):
    message = planned(person)
    set_state(MessageState.SENT)
    kind = replace(kinds.get(message.kind), is_useful_late=useful_late)
    monkeypatch.setitem(kinds._kinds, message.kind, kind)

    assert handling.list_actions(message, now=message.give_up_at + late) == actions


# Two days: the words


def wait_for(message, late):
    outbox.change(lambda row: setattr(row, "ready_at", clock.utc_now() - late))


@pytest.mark.parametrize(
    ("late", "state"),
    [
        pytest.param(2 * DAY - timedelta(minutes=1), "sent", id="just under two days"),
        pytest.param(2 * DAY, "missed", id="two days"),
    ],
)
def test_what_could_not_go_for_two_days_is_missed_and_never_sent_late(person, sink, late, state):
    message = planned(person, due_in=-late, give_up_at=clock.utc_now() + 9 * DAY)
    wait_for(message, late)

    dispatcher.send_due()

    assert message.state == state
    assert len(sink.mails) == (state == "sent")


def test_a_person_sends_what_was_missed(person, sink):
    message = planned(person, give_up_at=clock.utc_now() + 9 * DAY)
    wait_for(message, 2 * DAY)
    dispatcher.send_due()

    do(handling.send_again, message)
    dispatcher.send_due()

    assert (message.state, len(sink.mails)) == ("sent", 1)


def test_what_was_planned_late_has_its_two_days_from_then_on(person, sink, now):
    message = planned(person, due_in=-30 * DAY, give_up_at=now + 9 * DAY)

    dispatcher.send_due()

    assert message.state == "sent"


def test_a_held_message_waits_for_longer_than_two_days(person, sink, now):
    message = do(handling.hold, planned(person, give_up_at=now + 9 * DAY))
    wait_for(message, 3 * DAY)

    dispatcher.send_due()

    assert message.state == "held"


# PLAN-8: a worker that slept, two at once, a clock that goes back


def test_a_worker_that_slept_three_days_sends_what_is_of_use_once(person, sink, now):
    """PLAN-8 and RL-9: nothing for what is over, and nothing late without a person's word."""
    for name, slept, useful in (
        ("booking 1", 3 * DAY, DAY),
        ("booking 2", DAY, DAY),
        ("booking 3", HOUR, -MINUTE),
    ):
        plan(name, wanted(person.id, due_at=now - slept, give_up_at=now + useful))
    outbox.change(lambda row: setattr(row, "ready_at", row.due_at))

    dispatcher.send_due()
    dispatcher.send_due()

    assert [(row.occasion, row.state) for row in rows()] == [
        ("booking 1", "missed"),
        ("booking 2", "sent"),
        ("booking 3", "missed"),
    ]
    assert len(sink.mails) == 1


def test_two_workers_at_once_send_each_message_once(app, person, sink, now):
    """PLAN-8."""
    for number in range(20):
        plan(f"booking {number}", wanted(person.id))

    def work():
        with app.app_context():
            dispatcher.send_due()

    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(work) for _ in range(2)]:
            done.result(timeout=60)

    assert len(sink.mails) == 20
    assert {row.state for row in rows()} == {"sent"}


def test_a_clock_that_goes_back_ten_minutes_sends_nothing_twice(person, sink, now):
    """PLAN-8."""
    plan("booking 1", wanted(person.id))
    dispatcher.send_due()

    with time_machine.travel(now - timedelta(minutes=10), tick=False):
        plan("booking 1", wanted(person.id, due_at=now))
        dispatcher.send_due()
    dispatcher.send_due()

    assert len(sink.mails) == 1


def test_the_words_of_old_messages_are_deleted_and_the_rows_stay(person, sink, now):
    """Retention: who got what and when is kept, so that nothing goes twice."""
    plan("booking 1", wanted(person.id, kind=INVITATION))
    dispatcher.send_due()

    with transaction():
        services.clear_words(sent_before=now - DAY)
    kept = rows()[0].text
    with transaction():
        services.clear_words(sent_before=now + DAY)
    plan("booking 1", wanted(person.id, kind=INVITATION))

    (row,) = rows()
    assert kept == "Come\n"
    assert (row.text, row.html, row.calendar) == ("", "", None)
    assert (row.subject, row.state, row.message_id[-1]) == ("Invitation: a talk", "sent", ">")


FINAL = [state for state in MessageState if state.value not in UNDECIDED]


@pytest.mark.parametrize("state", MessageState)
def test_old_words_are_deleted_whatever_became_of_the_message(person, sink, now, state):
    """Retention: what came back, was skipped, missed or dropped says as much as what arrived."""
    message = planned(person, due_in=timedelta(0), kind=INVITATION)
    dispatcher.send_due()
    own = {"own_subject": "Mine", "own_text": "My words", "edited_at": now}
    set_state(state, sent_at=now if state is MessageState.SENT else None, **own)

    kept, cleared = [], []
    for found, moment in ((kept, message.due_at - DAY), (cleared, now + DAY)):
        with transaction():
            services.clear_words(sent_before=moment)
        found.extend((row.subject, row.text, row.own_text) for row in rows())

    assert kept == [("Invitation: a talk", "Come\n", "My words")]
    assert cleared == ([("", "", "")] if state in FINAL else kept)


def test_what_is_sent_again_after_its_words_were_deleted_has_the_usual_words(
    person, sink, monkeypatch, now
):
    monkeypatch.setitem(kinds._kinds, PLAIN, replace(kinds.get(PLAIN), is_useful_late=True))
    message = planned(person, due_in=timedelta(0))
    dispatcher.send_due()
    set_state(MessageState.FAILED, own_subject="Mine", own_text="My words", edited_at=now)
    with transaction():
        services.clear_words(sent_before=now + DAY)

    do(handling.send_again, message)
    dispatcher.send_due()

    first, second = sink.mails
    assert (second["Subject"], second["Message-ID"]) == (first["Subject"], first["Message-ID"])
    assert rows()[0].text.startswith("Dear Ada Lovelace")
