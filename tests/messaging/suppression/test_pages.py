"""The pages of stopped addresses, and of what their owners missed (REPLY-11, PLAN-13, AZ-12)."""

import pytest

from swa.core import clock
from swa.core.db import db
from swa.messaging.suppression.queries import find_refusal
from swa.messaging.types import MessageState
from swa.people.types import Role
from tests.messaging.outbox import change, queue, rows, wanted
from tests.support.pages import read_page
from tests.support.rows import make_stopped_address

ADA = "ada@council.example.org"
LIST, STOP = "/messages/addresses/", "/messages/addresses/stop"


@pytest.fixture
def person(make):
    return make.person(name="Ada Lovelace", email=ADA)


@pytest.fixture
def browser(make, sign_in):
    return sign_in(make.coordinator())


def test_the_list_says_since_when_why_and_whose(make, person, browser):
    make_stopped_address(make, ADA, reason="550 5.1.1 <x>: User unknown")
    make_stopped_address(make, "gone@example.org", reason="She left", is_by_hand=True)

    page = read_page(browser.get(LIST))

    cards = [card.get_text(" ", strip=True) for card in page.select(".app-card")]
    assert "Nobody has this address now" in cards[0]
    assert "Somebody here stopped it: She left" in cards[0]
    assert "There is no such mailbox at their organisation" in cards[1]
    assert "550 5.1.1 <x>: User unknown" in cards[1]
    assert page.select_one(f'.app-card a[href="/people/{person.id}"]').text == "Ada Lovelace"


def test_an_empty_list_says_so(browser):
    assert "Mail goes to every address" in read_page(browser.get(LIST)).text


def test_the_number_of_queries_does_not_grow_with_the_addresses(make, browser, count_queries):
    def look():
        with count_queries() as counted:
            browser.get(LIST)
        return counted.number

    make_stopped_address(make, make.person().email)
    one = look()
    for _ in range(9):
        make_stopped_address(make, make.person().email)

    assert look() == one


def test_mail_is_stopped_by_hand_with_a_reason(person, browser):
    form = read_page(browser.get(f"{STOP}?person={person.id}"))
    assert form.select_one("[name=address]")["value"] == ADA

    answer = browser.post(STOP, data={"address": "Ada@council.example.org", "reason": "She left"})

    assert answer.status_code == 302
    refusal = find_refusal(ADA)
    assert (refusal.reason, refusal.is_by_hand) == ("She left", True)
    page = read_page(browser.get(f"/people/{person.id}"))
    assert "Email stopped" in page.text
    assert "Somebody here stopped it: She left" in page.text
    assert page.select_one(f'a[href="/messages/addresses/{refusal.id}/lift"]')


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"reason": "x"}, "Enter the email address"),
        ({"address": ADA}, "Enter why no mail shall go there"),
        ({"address": "ada", "reason": "x"}, "Enter an email address in the correct format"),
        ({"address": "a@b c.org", "reason": "x"}, "Enter an email address in the correct format"),
        ({"address": ADA, "reason": "x" * 201}, "Reason must be 200 characters or fewer"),
        (
            {"address": "coordinator@swa.example.org", "reason": "x"},
            "The service itself needs this address",
        ),
    ],
)
def test_what_is_wrong_is_said(browser, answers, sentence):
    response = browser.post(STOP, data=answers)

    assert response.status_code == 422
    assert sentence in read_page(response).select_one(".govuk-error-summary").text


def test_a_coordinator_cannot_shut_out_who_holds_a_role(make, browser):
    """AZ-12: mail carries the links to sign in."""
    administrator = make.person(roles=[Role.ADMINISTRATOR])

    response = browser.post(STOP, data={"address": administrator.email, "reason": "x"})

    assert response.status_code == 422
    assert "Ask an administrator" in read_page(response).text
    assert find_refusal(administrator.email) is None


def test_an_administrator_may_stop_others_but_not_themself(make, sign_in):
    me, other = make.person(roles=[Role.ADMINISTRATOR]), make.coordinator()
    browser = sign_in(me)

    own = browser.post(STOP, data={"address": me.email, "reason": "x"})
    others = browser.post(STOP, data={"address": other.email, "reason": "x"})

    assert (own.status_code, others.status_code) == (422, 302)
    assert "This is your own address" in read_page(own).text


@pytest.mark.parametrize("person", ["", "x", "-1", "0", "999999999", "9999999999", "²"])
def test_a_link_that_names_nobody_leaves_the_field_empty(browser, person):
    page = read_page(browser.get(STOP, query_string={"person": person}))

    assert not page.select_one("[name=address]").get("value")


def missed_message(person):
    queue("booking 1", wanted(person.id))
    change(
        lambda row: (setattr(row, "state", MessageState.SUPPRESSED), setattr(row, "attempts", 1))
    )


def test_lifting_says_what_happens_and_leads_to_what_was_missed(make, person, browser):
    missed_message(person)
    address = make_stopped_address(make, ADA)
    path = f"/messages/addresses/{address.id}/lift"

    page = read_page(browser.get(path))
    assert "1 message did not arrive and is still of use. Nothing goes by itself" in page.text
    assert find_refusal(ADA) is not None, "looking changes nothing"
    answer = browser.post(path)

    assert answer.headers["Location"] == f"/messages/missed/{person.id}"
    assert find_refusal(ADA) is None
    assert browser.post(path).status_code == 404, "it is off the list already"


def test_lifting_an_address_of_nobody_leads_back_to_the_list(make, browser):
    address = make_stopped_address(make, "gone@example.org")

    answer = browser.post(f"/messages/addresses/{address.id}/lift")

    assert answer.headers["Location"] == LIST


def test_what_was_missed_is_sent_by_one_button(person, browser):
    missed_message(person)
    path = f"/messages/missed/{person.id}"
    assert (
        "See 1 message that did not arrive" in read_page(browser.get(f"/people/{person.id}")).text
    )

    page = read_page(browser.get(path))
    assert "They go to ada@council.example.org" in page.text
    assert "Send 1 message now" in page.text
    browser.post(path)

    assert rows()[0].state is MessageState.WAITING
    assert "Nothing waits for anybody to send it" in read_page(browser.get(path)).text


def test_a_stopped_address_is_lifted_before_anything_is_sent(make, person, browser):
    missed_message(person)
    make_stopped_address(make, ADA)
    path = f"/messages/missed/{person.id}"

    page = read_page(browser.get(path))
    assert "Let mail go there again" in page.text
    assert not page.select("main form")
    response = browser.post(path)

    assert response.status_code == 422
    assert "Let it go there again first" in read_page(response).text
    assert rows()[0].state is MessageState.SUPPRESSED


def test_what_is_too_late_is_shown_without_a_button(person, browser):
    missed_message(person)
    change(lambda row: setattr(row, "give_up_at", clock.utc_now()))

    page = read_page(browser.get(f"/messages/missed/{person.id}"))

    assert "1 message too late" in page.text
    assert not page.select("main form")


def test_whom_nobody_knows_missed_nothing(browser):
    assert browser.get("/messages/missed/999999").status_code == 404
    db.session.rollback()
