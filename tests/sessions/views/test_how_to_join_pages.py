"""AN-21, AZ-2: who reads in a message how to join a session, and who only that it went."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import handling
from swa.messaging.models import OutboxMessage
from swa.people.types import Role
from swa.sessions.emails.wanted import CONFIRMED
from swa.sessions.rules.joining import HIDDEN
from swa.sessions.rules.send_plan import JOINING
from tests.sessions.doing import book, later, move
from tests.sessions.postman import send_due
from tests.support.factories import soon
from tests.support.pages import read_page

LINK, INSTRUCTIONS = "https://meet.example.org/secret-room", "The code at the door is 4711."
SENTENCE = "only those who run this session or have a place read how to join"


@pytest.fixture
def lead(make):
    return make.facilitator(name="Sam Osei")


@pytest.fixture
def session(make, lead):
    return make.session(
        starts_at=soon(days=30),
        lead_facilitator=lead,
        online_link=LINK,
        joining_instructions=INSTRUCTIONS,
    )


@pytest.fixture
def booking(make, session):
    return book(session, make.person(name="Amina Begum"), now=clock.utc_now())


@pytest.fixture
def administrator(make):
    return make.person(roles=[Role.ADMINISTRATOR], name="Ada Lovell")


def message(kind=JOINING):
    rows = select(OutboxMessage).where(OutboxMessage.kind == kind)
    return db.session.scalars(rows).one()


def read(browser, kind=JOINING):
    answer = browser.get(f"/messages/{message(kind).id}")
    assert answer.status_code == 200
    return read_page(answer).main.text


def knows(text):
    return [word for word in (LINK, "4711") if word in text]


def test_an_administrator_reads_the_message_without_how_to_join(sign_in, booking, administrator):
    text = read(sign_in(administrator))

    assert knows(text) == []
    assert SENTENCE in text
    assert text.count(HIDDEN) == 2
    assert f"/bookings/{booking.id}" in text


def test_so_does_the_message_look_that_went(sign_in, booking, administrator):
    send_due(booking.session.starts_at - timedelta(days=1))
    with transaction():
        row = message()
        row.subject, row.text = "Joining", f"Hello\n\n{LINK}\n\n{INSTRUCTIONS}\n"

    text = read(sign_in(administrator))

    assert knows(text) == []
    assert "Hello" in text


def test_a_link_from_before_a_move_and_words_of_ones_own_are_hidden_too(
    make, sign_in, booking, administrator
):
    new = later(booking.session, online_link="https://meet.example.org/another")
    move(booking.session, new, by=make.coordinator(), now=clock.utc_now())
    with transaction():
        handling.edit(message(), subject=f"At {LINK}", text=INSTRUCTIONS, now=clock.utc_now())

    page = sign_in(administrator).get(f"/messages/{message().id}").text

    assert knows(page) == []


def test_who_runs_the_session_and_who_looks_after_it_read_it(make, sign_in, booking, lead):
    for person in (lead, make.coordinator()):
        text = read(sign_in(person))

        assert knows(text) == [LINK, "4711"]
        assert SENTENCE not in text


def test_an_administrator_with_a_place_reads_it(sign_in, session, administrator):
    book(session, administrator, now=clock.utc_now())

    assert knows(read(sign_in(administrator))) == [LINK, "4711"]


def test_an_administrator_in_line_does_not(make, sign_in, administrator):
    session = make.session(
        starts_at=soon(days=30), places={"largest": 1}, online_link=LINK, joining_instructions="-"
    )
    book(session, make.person(), now=clock.utc_now())
    book(session, administrator, now=clock.utc_now())

    assert knows(read(sign_in(administrator))) == []


def test_words_that_hold_nothing_secret_are_shown_as_they_are(sign_in, booking, administrator):
    text = read(sign_in(administrator), CONFIRMED)

    assert SENTENCE not in text


def test_who_may_not_read_all_words_cannot_change_them(sign_in, booking, administrator):
    browser, row = sign_in(administrator), message().id
    words = {"subject": "Other", "text": "Other words"}

    asked = browser.get(f"/messages/{row}/edit")
    typed = browser.post(f"/messages/{row}/edit", data=words)

    assert (asked.status_code, typed.status_code) == (403, 403)
    assert LINK not in asked.text + typed.text
    assert "Change the words" not in read(browser)
    assert message().own_text == ""
