"""What features ask of mail: CC-09 (nobody misses what is late), IN-05 (safe to repeat), LK-1."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import handling, lists, queries, services
from swa.messaging.models import OutboxMessage, SuppressedAddress
from swa.messaging.types import MessageState
from tests.messaging import outbox
from tests.messaging.outbox import HOUR, OTHER, PLAIN, SECRET, plan, queue, rows, states, wanted


@pytest.fixture
def person(make):
    return make.person()


def test_what_is_wanted_is_written(person):
    now = clock.utc_now()

    plan("booking 1", wanted(person.id, due_at=now + HOUR, give_up_at=now + 2 * HOUR))

    (row,) = rows()
    assert (row.kind, row.occasion, row.edition, row.person_id) == (
        PLAIN,
        "booking 1",
        1,
        person.id,
    )
    assert (row.state, row.attempts) == (MessageState.WAITING, 0)
    assert row.due_at == row.next_try_at == now + HOUR
    assert row.give_up_at == now + 2 * HOUR
    assert row.message_id.endswith("@swa.example.org>")


def test_planning_twice_changes_nothing(person):
    mail = wanted(person.id)

    plan("booking 1", mail)
    before = [(row.id, row.message_id, row.due_at) for row in rows()]
    plan("booking 1", mail)
    plan("booking 1", wanted(person.id))  # due "now" once more, a moment later

    assert [(row.id, row.message_id, row.due_at) for row in rows()] == before


def test_what_is_not_wanted_any_more_is_dropped(person):
    plan("booking 1", wanted(person.id), wanted(person.id, kind=OTHER))

    plan("booking 1", wanted(person.id, kind=OTHER))

    assert states() == [MessageState.DROPPED, MessageState.WAITING]


def test_a_dropped_message_can_be_wanted_again(person):
    plan("booking 1", wanted(person.id))
    plan("booking 1")
    plan("booking 1", wanted(person.id))

    assert states() == [MessageState.DROPPED, MessageState.WAITING]


@pytest.mark.parametrize(
    "state",
    [
        MessageState.SENT,
        MessageState.FAILED,
        MessageState.MISSED,
        MessageState.SUPPRESSED,
        MessageState.UNKNOWN,
        MessageState.CLAIMED,
        MessageState.SENDING,
    ],
)
def test_what_was_tried_stays_and_does_not_go_twice(person, state):
    plan("booking 1", wanted(person.id))
    outbox.change(lambda row: setattr(row, "state", state))

    plan("booking 1")
    plan("booking 1", wanted(person.id))

    assert states() == [state]


def test_kinds_that_the_caller_does_not_look_after_are_left_alone(person):
    plan("booking 1", wanted(person.id, kind=OTHER))

    plan("booking 1", kinds=(PLAIN,))

    assert states() == [MessageState.WAITING]


def test_other_occasions_are_left_alone(person):
    plan("booking 1", wanted(person.id))

    plan("booking 11")

    assert states() == [MessageState.WAITING]


def test_a_new_edition_takes_the_place_of_one_that_was_never_tried(person):
    plan("booking 1", wanted(person.id, edition=1))

    plan("booking 1", wanted(person.id, edition=2))

    assert [(row.edition, row.state) for row in rows()] == [(1, "superseded"), (2, "waiting")]


def test_a_new_edition_goes_beside_one_that_was_sent(person):
    plan("booking 1", wanted(person.id, edition=1))
    outbox.change(lambda row: setattr(row, "state", MessageState.SENT))

    plan("booking 1", wanted(person.id, edition=2))

    assert [(row.edition, row.state) for row in rows()] == [(1, "sent"), (2, "waiting")]


def test_somebody_else_gets_their_own_message_of_the_same_fact(make, person):
    plan("session 1", wanted(person.id))

    plan("session 1", wanted(make.person().id))

    assert states() == [MessageState.DROPPED, MessageState.WAITING]


def test_a_later_date_moves_an_unsent_message_and_forgets_its_words(person):
    now = clock.utc_now()
    plan("booking 1", wanted(person.id, due_at=now + HOUR))
    outbox.change(lambda row: (setattr(row, "text", "old"), setattr(row, "frozen_at", now)))

    plan("booking 1", wanted(person.id, due_at=now + 3 * HOUR, give_up_at=now + 4 * HOUR))

    (row,) = rows()
    assert row.due_at == row.next_try_at == now + 3 * HOUR
    assert row.give_up_at == now + 4 * HOUR
    assert (row.text, row.frozen_at) == ("", None)


def test_what_is_due_already_keeps_its_pause(person):
    now = clock.utc_now()
    plan("booking 1", wanted(person.id, due_at=now - HOUR))
    outbox.change(lambda row: setattr(row, "next_try_at", now + HOUR))

    plan("booking 1", wanted(person.id, due_at=now))

    assert rows()[0].next_try_at == now + HOUR


def test_a_held_message_is_moved_and_stays_held(person):
    now = clock.utc_now()
    plan("booking 1", wanted(person.id, due_at=now + HOUR))
    outbox.change(lambda row: setattr(row, "state", MessageState.HELD))

    plan("booking 1", wanted(person.id, due_at=now + 2 * HOUR))

    assert [(row.state, row.due_at) for row in rows()] == [("held", now + 2 * HOUR)]


def test_a_rolled_back_fact_leaves_no_message(person):
    class UndoneError(Exception):
        pass

    def fact_that_is_undone():
        with transaction():
            services.plan("booking 1", [wanted(person.id)], kinds=[PLAIN], now=clock.utc_now())
            raise UndoneError

    with pytest.raises(UndoneError):
        fact_that_is_undone()

    assert rows() == []


def test_a_kind_that_nobody_registered_is_refused(person):
    with pytest.raises(KeyError, match="unheard of"):
        queue("booking 1", wanted(person.id, kind="unheard of"))

    assert rows() == []


def test_a_queued_message_is_written_once(person):
    queue("booking 1", wanted(person.id))
    queue("booking 1", wanted(person.id))
    queue("booking 1", wanted(person.id, edition=2))

    assert [row.edition for row in rows()] == [1, 2]


def test_the_same_message_planned_by_many_at_once_is_written_once(app, person):
    many, person_id = 8, person.id
    db.session.rollback()
    at_once = threading.Barrier(many, timeout=10)

    def plan_it(_number):
        at_once.wait()
        with app.app_context():
            queue("booking 1", wanted(person_id))

    with ThreadPoolExecutor(many) as threads:
        list(threads.map(plan_it, range(many)))

    assert states() == [MessageState.WAITING]


def queue_to_address(address, *, edition=1, suppressed=False):
    now = clock.utc_now()
    with transaction():
        services.queue_to_address(
            SECRET,
            "link 1",
            address,
            edition=edition,
            due_at=now,
            give_up_at=now + HOUR,
            now=now,
            suppressed=suppressed,
        )


def test_mail_to_an_address_is_written_once_for_each_address_and_edition(app):
    queue_to_address("a@example.org")
    queue_to_address("a@example.org")
    queue_to_address("b@example.org")
    queue_to_address("a@example.org", edition=2)

    found = [(row.address, row.edition, row.person_id, row.private) for row in rows()]
    assert found == [
        ("a@example.org", 1, None, True),
        ("b@example.org", 1, None, True),
        ("a@example.org", 2, None, True),
    ]


def test_mail_to_nobody_is_written_but_neither_sent_nor_shown(app):
    queue_to_address("stranger@example.org", suppressed=True)

    assert states() == [MessageState.SUPPRESSED]
    assert queries.count_by_state() == {}
    assert db.session.scalars(queries.select_troubled()).all() == []
    assert db.session.scalars(lists.select_mailbox(None)).all() == []
    db.session.rollback()


def test_dropping_takes_back_what_is_unsent(person):
    plan("booking 1", wanted(person.id), wanted(person.id, kind=OTHER))

    with transaction():
        services.drop("booking 1", kinds=[PLAIN], reason="They left", now=clock.utc_now())

    assert [(row.state, row.reason) for row in rows()] == [
        ("dropped", "They left"),
        ("waiting", ""),
    ]


def test_dropping_without_kinds_takes_back_all(person):
    plan("booking 1", wanted(person.id), wanted(person.id, kind=OTHER))
    plan("booking 2", wanted(person.id))

    with transaction():
        services.drop("booking 1", reason="They left", now=clock.utc_now())

    assert states() == ["dropped", "dropped", "waiting"]


@pytest.mark.parametrize(("attempts", "left"), [(0, False), (1, True)])
def test_a_message_has_left_once_it_was_tried(person, attempts, left):
    plan("booking 1", wanted(person.id))
    outbox.change(lambda row: setattr(row, "attempts", attempts))

    assert queries.has_left("booking 1", [PLAIN]) is left
    assert queries.has_left("booking 1", [OTHER]) is False
    assert queries.has_left("booking 2", [PLAIN]) is False
    db.session.rollback()


def send_again(message_id, now):
    with transaction():
        handling.send_again(queries.get_message(message_id), now=now)


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.SUPPRESSED])
def test_sending_again_gives_all_tries_and_lifts_the_refusal(person, state, monkeypatch):
    monkeypatch.setattr(services, "_recorders", [])
    now = clock.utc_now()
    plan("booking 1", wanted(person.id))
    outbox.change(lambda row: (setattr(row, "state", state), setattr(row, "attempts", 11)))
    with transaction():
        db.session.add(SuppressedAddress(address=person.email, since=now))
    before = rows()[0].message_id

    send_again(rows()[0].id, now)

    (row,) = rows()
    assert (row.state, row.attempts, row.message_id) == (MessageState.WAITING, 0, before)
    assert queries.is_suppressed(person.email) is False
    db.session.rollback()


def test_sending_again_is_written_down(person, monkeypatch):
    lines = []
    monkeypatch.setattr(services, "_recorders", [lambda *line: lines.append(line)])
    now = clock.utc_now()
    plan("booking 1", wanted(person.id))
    outbox.change(lambda row: setattr(row, "state", MessageState.FAILED))
    message_id = rows()[0].id

    send_again(message_id, now)

    assert lines == [("message sent again", f"message {message_id}", now)]


@pytest.mark.parametrize(
    "state", [MessageState.SENT, MessageState.WAITING, MessageState.DROPPED, MessageState.SKIPPED]
)
def test_only_what_failed_is_sent_again(person, state):
    plan("booking 1", wanted(person.id))
    outbox.change(lambda row: setattr(row, "state", state))

    with pytest.raises(handling.NotUndelivered):
        send_again(rows()[0].id, clock.utc_now())


def test_what_is_too_late_is_not_sent_again(person):
    plan("booking 1", wanted(person.id))
    outbox.change(lambda row: setattr(row, "state", MessageState.FAILED))
    last = rows()[0].give_up_at

    with pytest.raises(handling.TooLateToSend):
        send_again(rows()[0].id, last)
    assert handling.can_send_again(rows()[0], last) is False
    assert handling.can_send_again(rows()[0], last - timedelta(seconds=1)) is True


def test_message_ids_are_on_our_domain_and_differ(app):
    made = {services.new_message_id() for _ in range(1000)}

    assert len(made) == 1000
    assert all(one.startswith("<") and one.endswith("@swa.example.org>") for one in made)


def test_the_words_of_a_message_are_no_part_of_its_row_before_it_is_due(person):
    plan("booking 1", wanted(person.id))

    (row,) = rows()

    assert (row.subject, row.text, row.html, row.calendar) == ("", "", "", None)
    assert isinstance(row, OutboxMessage)


def test_what_somebody_else_has_just_sent_again_is_not_sent_a_third_time(person):
    plan("booking 1", wanted(person.id))
    outbox.change(lambda row: setattr(row, "state", MessageState.FAILED))
    table = OutboxMessage.__table__

    with pytest.raises(handling.NotUndelivered), transaction():
        message = queries.get_message(rows()[0].id)
        assert message.state is MessageState.FAILED
        db.session.execute(update(table).values(state=MessageState.SENDING))
        handling.send_again(message, now=clock.utc_now())
