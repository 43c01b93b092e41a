"""Addresses that no mail goes to: REPLY-11, PLAN-13, ML-8."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import dispatcher, handling, queries
from swa.messaging.lists import list_missed
from swa.messaging.suppression import services
from swa.messaging.suppression.queries import find_refusal
from swa.messaging.types import MessageState
from swa.people.models import AuditEvent
from tests.messaging.outbox import HOUR, PLAIN, SECRET, change, queue, rows, states, wanted
from tests.support.rows import make_stopped_address

ADA = "ada@council.example.org"


@pytest.fixture
def person(make):
    return make.person(email=ADA)


def stop(address=ADA, *, person_id=None, reason="She asked us to"):
    with transaction():
        services.stop(address, reason=reason, person_id=person_id, now=clock.utc_now())


def lift(*, person_id=None):
    with transaction():
        services.lift(find_refusal(ADA), person_id=person_id, now=clock.utc_now())


def lines():
    found = select(AuditEvent).order_by(AuditEvent.id)
    return [(line.what, line.about) for line in db.session.scalars(found)]


def test_nothing_goes_to_an_address_that_somebody_stopped(person, sink):
    stop("Ada@Council.example.org")
    queue("booking 1", wanted(person.id))

    dispatcher.send_due()

    (row,) = rows()
    assert (row.state, row.reason) == (
        MessageState.SUPPRESSED,
        "No mail goes to this address any more",
    )
    assert sink.mails == []


def test_what_goes_to_others_still_goes(make, person, sink):
    stop()
    queue("booking 1", wanted(make.person().id))

    dispatcher.send_due()

    assert len(sink.mails) == 1


@pytest.mark.parametrize("address", ["coordinator@swa.example.org", "Training@SWA.example.org"])
def test_the_addresses_of_the_service_itself_cannot_be_stopped(app, address):
    with pytest.raises(services.OurOwnAddress):
        stop(address)


def test_an_address_is_stopped_once(person):
    stop()

    with pytest.raises(services.StoppedAlready):
        stop("ADA@council.example.org")


def test_a_refusal_of_a_stopped_address_changes_nothing(person):
    stop(reason="She left")

    with transaction():
        services.note_refusal(ADA, answer="550 no", now=clock.utc_now())

    assert (find_refusal(ADA).reason, find_refusal(ADA).is_by_hand) == ("She left", True)


def test_stopping_and_lifting_are_written_down_without_the_address(person):
    stop(person_id=person.id)
    lift(person_id=person.id)
    stop()
    number = find_refusal(ADA).id
    lift()

    assert lines() == [
        ("mail to an address stopped", f"person {person.id}"),
        ("mail to an address allowed again", f"person {person.id}"),
        ("mail to an address stopped", f"stopped address {number}"),
        ("mail to an address allowed again", f"stopped address {number}"),
    ]


def test_what_did_not_go_waits_for_a_person_and_what_is_planned_goes(person, sink):
    """Lifting sends nothing by itself."""
    now = clock.utc_now()
    stop()
    queue("booking 1", wanted(person.id))
    queue("booking 2", wanted(person.id, due_at=now + HOUR))
    dispatcher.send_due()

    lift()
    dispatcher.send_due()
    assert [row.state for row in rows()] == [MessageState.SUPPRESSED, MessageState.WAITING]

    change(lambda row: setattr(row, "next_try_at", now))
    dispatcher.send_due()
    assert states() == [MessageState.SUPPRESSED, MessageState.SENT]


def test_a_corrected_address_gets_mail_and_the_old_one_stays_stopped(person, sink):
    stop()
    with transaction():
        person.email = "ada.king@council.example.org"
    queue("booking 1", wanted(person.id))

    dispatcher.send_due()

    assert states() == [MessageState.SENT]
    assert queries.is_suppressed(ADA)
    db.session.rollback()


def send_missed(person, now=None):
    with transaction():
        return handling.send_missed(person.id, now=now or clock.utc_now())


def test_what_is_still_of_use_is_sent_again_and_nothing_else(make, person, sink):
    now = clock.utc_now()
    other = make.person()
    for name, mail in (
        ("useful", wanted(person.id, give_up_at=now + 2 * HOUR)),
        ("later", wanted(person.id, give_up_at=now + 2 * HOUR)),
        ("too late", wanted(person.id, give_up_at=now + HOUR / 2)),
        ("private", wanted(person.id, kind=SECRET)),
        ("of another", wanted(other.id)),
    ):
        queue(name, mail)
    change(
        lambda row: (setattr(row, "state", MessageState.SUPPRESSED), setattr(row, "attempts", 1))
    )

    assert send_missed(person, now + HOUR) == 2

    waiting = [row.occasion for row in rows() if row.state is MessageState.WAITING]
    assert waiting == ["useful", "later"]


def test_nothing_is_sent_again_while_the_address_is_stopped(person):
    queue("booking 1", wanted(person.id))
    change(lambda row: setattr(row, "state", MessageState.FAILED))
    stop()

    with pytest.raises(handling.StillStopped):
        send_missed(person)

    assert states() == [MessageState.FAILED]


def test_nobody_is_sent_anything_again_who_is_not_listed(app):
    with pytest.raises(handling.StillStopped), transaction():
        handling.send_missed(999_999, now=clock.utc_now())


def fail(person):
    queue("booking 1", wanted(person.id))
    change(lambda row: setattr(row, "state", MessageState.FAILED))
    return rows()[0].id


def send_again(message_id):
    with transaction():
        handling.send_again(queries.get_message(message_id), now=clock.utc_now())


def test_sending_one_message_again_lifts_what_the_mail_server_said(make, person):
    message_id = fail(person)
    make_stopped_address(make, ADA)

    send_again(message_id)

    assert find_refusal(ADA) is None
    assert ("mail to an address allowed again", f"person {person.id}") in lines()


def test_sending_one_message_again_does_not_undo_what_a_person_decided(person):
    message_id = fail(person)
    stop()

    with pytest.raises(services.StoppedByHand):
        send_again(message_id)

    assert find_refusal(ADA) is not None
    assert states() == [MessageState.FAILED]


def test_the_list_of_what_was_missed_is_in_the_order_it_was_due(person):
    now = clock.utc_now()
    for name, hours in (("b", 2), ("a", 1), ("c", 3)):
        queue(name, wanted(person.id, kind=PLAIN, due_at=now - timedelta(hours=hours)))
    change(lambda row: setattr(row, "state", MessageState.FAILED))

    assert [row.occasion for row in list_missed(person.id)] == ["c", "b", "a"]
    db.session.rollback()
