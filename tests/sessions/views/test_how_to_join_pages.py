"""AN-21, AZ-2: who reads in a message how to join a session, and who only that it went."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import handling
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.people.types import Role
from swa.sessions.emails import managers, wanted, wanted_to_run
from swa.sessions.emails.questions import QUESTION
from swa.sessions.emails.wanted import CONFIRMED
from swa.sessions.rules.send_plan import JOINING, PREWORK
from swa.web.messages import may_say_how_to_join
from tests.sessions.doing import book
from tests.sessions.postman import send_due
from tests.support.factories import soon
from tests.support.pages import read_page
from tests.support.rows import make_message

LINK, INSTRUCTIONS = "https://meet.example.org/secret-room", "The code at the door is 4711."
SENTENCE = "shown only to those who run this session or have a place"


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


def went(session, text):
    """Send the joining instructions, then say what stood in them."""
    send_due(session.starts_at - timedelta(days=1))
    with transaction():
        row = message()
        row.subject, row.text = "How to join", text


def test_an_administrator_reads_of_the_message_all_but_its_words(sign_in, booking, administrator):
    text = read(sign_in(administrator))

    assert knows(text) == []
    assert SENTENCE in text
    for known in (f"How to join: {booking.session.title}", "Amina Begum", "How far"):
        assert known in text


@pytest.mark.parametrize(
    "words",
    [
        "Passcode: 0815",
        "zoommtg://zoom.us/join?confno=1&pwd=0815",
        "teams.example.org/l/meetup-join/1?pwd=0815",
        "https://meet.example.org/0815",
    ],
)
def test_what_went_before_the_instructions_were_changed_stays_hidden(
    sign_in, booking, administrator, words
):
    went(booking.session, f"Hello\n\n{words}\n\nSee you")
    with transaction():
        booking.session.joining_instructions = "Passcode: 4711"

    page = sign_in(administrator).get(f"/messages/{message().id}").text

    assert SENTENCE in page
    assert "0815" not in page
    assert "How to join" in page


@pytest.mark.parametrize("kind", [JOINING, CONFIRMED])
def test_words_and_subject_typed_for_one_message_are_hidden(
    make, sign_in, booking, administrator, kind
):
    row = message(kind)
    with transaction():
        handling.edit(row, subject="Code 0815", text="The code is 0815", now=clock.utc_now())

    page = sign_in(administrator).get(f"/messages/{row.id}").text

    assert SENTENCE in page
    assert "0815" not in page
    assert "0815" in sign_in(make.coordinator()).get(f"/messages/{row.id}").text


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


def test_a_typed_subject_is_not_in_the_list_of_what_went_wrong(sign_in, booking, administrator):
    with transaction():
        row = message()
        row.state, row.subject, row.edited_at = MessageState.FAILED, "Code 0815", clock.utc_now()

    page = sign_in(administrator).get("/messages/").text

    assert "0815" not in page
    assert f"/messages/{row.id}" in page


@pytest.mark.parametrize(("kind", "is_open"), [(QUESTION, True), (PREWORK, False)])
def test_words_that_can_never_say_how_to_join_are_shown(
    sign_in, make, session, administrator, kind, is_open
):
    row = make_message(make)
    with transaction():
        row.kind, row.belongs_to = kind, f"session {session.id}"
        row.frozen_at, row.subject, row.text = clock.utc_now(), "Well?", "Only four so far"

    text = read(sign_in(administrator), kind)

    assert "Well?" in text
    assert ("Only four so far" in text, SENTENCE in text) == (is_open, not is_open)


def test_which_messages_about_sessions_never_say_it(app):
    about_sessions = {*wanted.KINDS, *wanted_to_run.STAFF_KINDS, *managers.MANAGER_KINDS, QUESTION}

    never = {name for name in about_sessions if not may_say_how_to_join(name)}

    assert never == {*managers.MANAGER_KINDS, QUESTION}


def test_who_may_not_read_all_words_cannot_change_them(sign_in, booking, administrator):
    browser, row = sign_in(administrator), message().id
    words = {"subject": "Other", "text": "Other words"}

    asked = browser.get(f"/messages/{row}/edit")
    typed = browser.post(f"/messages/{row}/edit", data=words)

    assert (asked.status_code, typed.status_code) == (403, 403)
    assert LINK not in asked.text + typed.text
    assert "Change the words" not in read(browser)
    assert message().own_text == ""
