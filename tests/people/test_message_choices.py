"""The page where people choose optional messages (issue 3, personal choice; MAIL-10)."""

import pytest
from sqlalchemy import select

from swa.core.db import db
from swa.messaging.choices.models import MailChoice
from swa.people.models import AuditEvent
from tests.support.pages import read_page

PATH = "/account/message-choices"


def ticked(page):
    return [box["value"] for box in page.select("input[name=wanted][checked]")]


def chosen():
    db.session.rollback()
    rows = db.session.scalars(select(MailChoice).order_by(MailChoice.choice)).all()
    return {row.choice: row.is_wanted for row in rows}


def lines():
    return [
        (line.about, line.fields)
        for line in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    ]


def test_everything_is_wanted_until_somebody_says_otherwise(make, sign_in):
    browser = sign_in(make.person())

    page = read_page(browser.get(PATH))

    assert ticked(page) == ["refreshers", "reminders"]
    assert browser.get("/account").text.count(PATH) == 1


def test_the_page_says_what_cannot_be_switched_off_and_why(make, sign_in):
    page = read_page(sign_in(make.person()).get(PATH))

    assert "Prework and joining instructions, because you cannot take part" in page.main.text
    assert "so that nobody travels to a session that has moved" in page.main.text


def test_a_choice_is_kept_shown_and_noted_without_anything_else(make, sign_in):
    person, other = make.person(), make.person()
    browser = sign_in(person)

    response = browser.post(PATH, data={"wanted": ["reminders"]}, follow_redirects=True)
    again = browser.post(PATH, data={"wanted": ["reminders"]})

    assert "Your choice of messages is saved" in response.text
    assert again.location == "/account"
    assert chosen() == {"refreshers": False}
    assert ticked(read_page(browser.get(PATH))) == ["reminders"]
    assert ticked(read_page(sign_in(other).get(PATH))) == ["refreshers", "reminders"]
    assert lines() == [(f"person {person.id}", "refreshers")]


def test_nothing_ticked_switches_everything_optional_off(make, sign_in):
    browser = sign_in(make.person())

    browser.post(PATH, data={})
    browser.post(PATH, data={"wanted": ["refreshers", "reminders"]})

    assert chosen() == {"refreshers": True, "reminders": True}


@pytest.mark.parametrize("name", ["booking confirmed", "joining instructions", "x" * 100])
def test_nobody_chooses_what_is_not_offered(make, sign_in, name):
    response = sign_in(make.person()).post(PATH, data={"wanted": ["refreshers", name]})

    assert response.status_code == 422
    assert chosen() == {}
