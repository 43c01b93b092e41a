"""The words of the mails about accounts, as read and approved (LK-1, ML-3, ML-8 of the notes)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import kinds
from swa.messaging.models import OutboxMessage
from swa.people import emails
from swa.people.models import JoinRequest
from swa.people.services import sign_in as services
from swa.people.types import RequestState
from tests.support.account_mails import draft_of, list_messages, text_of
from tests.support.golden import assert_golden
from tests.support.rows import make_message

ADA = "ada@newham.example.org"


@pytest.fixture
def message_about(make):
    """Write a message of a kind about a request to join that was decided."""

    def write(kind):
        request = make.keep(
            JoinRequest(
                name="Cy *Dent*",
                email="cy@corner.example.org",
                organisation_name="Advice on the Corner",
                state=RequestState.DECLINED,
                asked_at=clock.utc_now(),
                decision_reason="We are full until May.\n\nWrite to us then: https://swa.example.org",
            )
        )
        message = make_message(make)
        with transaction():
            message.kind, message.occasion = kind, f"join request {request.id}"
        return message

    return write


@pytest.mark.parametrize(
    "kind",
    [
        emails.REQUEST_RECEIVED,
        emails.REQUEST_ACCEPTED,
        emails.REQUEST_DECLINED,
        emails.ALREADY_REGISTERED,
        emails.NEW_BROWSER,
    ],
)
def test_the_words_are_as_approved(message_about, kind):
    message = message_about(kind)
    with transaction():
        recipient = kinds.Recipient("Ada Bell", ADA, is_active=True)
        draft = kinds.get(kind).draft(message, recipient)

    name = f"emails/people/{kind.replace(' ', '_')}"
    assert_golden(f"{name}.txt", f"Subject: {draft.subject}\n\n{draft.text}")
    assert_golden(f"{name}.html", draft.html)


def test_the_mail_to_an_address_that_nobody_confirmed_repeats_nothing_that_was_typed(message_about):
    message = message_about(emails.REQUEST_RECEIVED)
    with transaction():
        recipient = kinds.Recipient("", ADA, is_active=True)
        draft = kinds.get(message.kind).draft(message, recipient)

    for part in (draft.subject, draft.text, draft.html):
        assert "Dent" not in part
        assert "Advice on the Corner" not in part


def ask_to_sign_in(make, client):
    make.person(email=ADA)
    client.post("/sign-in", data={"email": ADA})


def ask_to_register(make, client):
    make.organisation(domain="newham.example.org")
    client.post("/register", data={"email": ADA})
    client.post("/register/details", data={"name": "Ada", "job_role": "Adviser", "kind": "paid"})


both_links = pytest.mark.parametrize(
    ("ask", "kind"),
    [(ask_to_sign_in, emails.SIGN_IN_LINK), (ask_to_register, emails.REGISTRATION_LINK)],
    ids=["sign in", "register"],
)


@both_links
def test_the_outbox_keeps_markers_where_the_mail_has_the_link_and_the_code(make, client, ask, kind):
    ask(make, client)
    (message,) = list_messages(kind)

    draft = draft_of(message)

    name = f"emails/people/{kind.replace(' ', '_')}"
    assert_golden(f"{name}.txt", f"Subject: {draft.subject}\n\n{draft.text}")
    assert_golden(f"{name}.html", draft.html)
    for part in (draft.text, draft.html):
        filled = emails.fill_in_link(part, message)
        assert emails.TOKEN_MARK in part
        assert emails.CODE_MARK in part
        assert emails.TOKEN_MARK not in filled
        assert emails.CODE_MARK not in filled


@both_links
def test_a_mail_that_is_sent_again_carries_the_same_link(make, client, ask, kind):
    ask(make, client)
    (message,) = list_messages(kind)

    assert text_of(message) == text_of(message)
    assert message.give_up_at - message.created_at == timedelta(minutes=10)


def why_not(message, *, now=None):
    with transaction():
        return kinds.get(message.kind).why_not(message, now or clock.utc_now())


@both_links
def test_a_link_is_not_mailed_once_it_is_replaced_or_too_old(make, client, ask, kind):
    ask(make, client)
    (message,) = list_messages(kind)
    assert why_not(message) is None
    assert why_not(message, now=message.give_up_at)

    client.post("/sign-in", data={"email": "somebody.else@example.org"})

    assert why_not(message)


def test_a_link_is_not_mailed_to_who_was_disabled(make, client):
    person = make.person(email=ADA)
    client.post("/sign-in", data={"email": ADA})
    with transaction():
        person.is_active = False

    assert why_not(list_messages(emails.SIGN_IN_LINK)[0])


def test_a_suppressed_link_cannot_be_sent_by_hand(make, client):
    client.post("/sign-in", data={"email": "stranger@example.org"})

    assert why_not(list_messages(emails.SIGN_IN_LINK)[0])


def test_a_forged_host_changes_no_link(make, client):
    make.person(email=ADA)
    client.post("/sign-in", data={"email": ADA}, headers={"X-Forwarded-Host": "evil.example"})
    browser = services.Browser("x" * 43)
    with transaction():
        services.ask_for_link(ADA, browser, now=clock.utc_now())

    for message in db.session.scalars(select(OutboxMessage)).all():
        links = [word for word in text_of(message).split() if "://" in word]
        assert links
        assert all(
            link.startswith("http://localhost/") or link == "http://localhost/" for link in links
        )
