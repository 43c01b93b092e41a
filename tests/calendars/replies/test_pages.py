"""The list of what people wrote: REPLY-9, AN-14; read by coordinators only."""

import pytest
from sqlalchemy import select

from swa.calendars.replies import polling, services
from swa.calendars.replies.models import MailboxPoll, MailTask
from swa.calendars.replies.polling import Mailbox
from swa.calendars.replies.types import Letter, ReadMail, Sender
from swa.core import clock
from swa.core.db import db, transaction
from swa.people.types import Role
from tests.calendars.replies.fake_inbox import SERVER
from tests.support.pages import read_page
from tests.support.query_counts import counted_queries

HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} **bold** https://evil.example"


@pytest.fixture
def coordinator(make):
    return make.coordinator(name="Rosa Okafor")


def write(body="Is there parking?", *, subject="A question", number=1, **sender):
    head = Sender(**({"name": "Zoë", "address": "zoe@example.org", "subject": subject} | sender))
    with transaction():
        services.receive(ReadMail(head, Letter(body)), key=f"letter {number}", now=clock.utc_now())
    task = db.session.scalars(select(MailTask).order_by(MailTask.id.desc())).first()
    db.session.rollback()
    return task


def test_a_coordinator_sees_to_a_mail_and_may_open_it_again(sign_in, coordinator):
    task = write()
    browser = sign_in(coordinator)
    assert "A question" in read_page(browser.get("/replies/")).text

    page = read_page(browser.post(f"/replies/{task.id}/done", follow_redirects=True))

    assert "Nobody is waiting for an answer" in page.text
    done = read_page(browser.get("/replies/?show=done"))
    assert "Rosa Okafor" in done.text
    browser.post(f"/replies/{task.id}/reopen")
    assert "A question" in read_page(browser.get("/replies/")).text


def test_what_was_written_is_shown_as_plain_text(sign_in, coordinator):
    """XS-1: nothing of it becomes markup or a link."""
    task = write(HOSTILE, subject=HOSTILE, name=HOSTILE)

    page = read_page(sign_in(coordinator).get(f"/replies/{task.id}"))

    assert HOSTILE in page.select_one("p.app-as-typed").text
    assert not page.select("main script")
    assert not page.select("main a[href*='evil']")


def test_the_page_says_when_there_is_more_in_the_mailbox(sign_in, coordinator):
    with transaction():
        found = Letter("", is_whole=False)
        services.receive(ReadMail(Sender(), found), key="k", now=clock.utc_now())
    task = db.session.scalars(select(MailTask)).one()

    page = read_page(sign_in(coordinator).get(f"/replies/{task.id}"))

    assert "Read it in the mailbox itself" in page.text
    assert page.select_one("h1").text == "Without a subject"


@pytest.mark.parametrize("role", [None, Role.FACILITATOR, Role.ADMINISTRATOR])
def test_nobody_else_reads_them(sign_in, make, role):
    task = write()
    browser = sign_in(make.person(roles=[role] if role else []))

    assert browser.get("/replies/").status_code == 403
    assert browser.get(f"/replies/{task.id}").status_code == 403
    assert browser.post(f"/replies/{task.id}/done").status_code == 403


def test_without_a_mailbox_the_page_says_so(sign_in, coordinator):
    page = read_page(sign_in(coordinator).get("/replies/"))

    assert "The mailbox is not read" in page.text
    assert "SWA_IMAP_URL" in page.text


def test_a_mailbox_that_is_away_is_told_with_what_its_server_said(app, sign_in, coordinator):
    before = app.extensions[polling.KEY]
    app.extensions[polling.KEY] = Mailbox(SERVER)
    with transaction():
        db.session.add(MailboxPoll(name="inbox", failures=2, last_answer="login failed"))
    try:
        page = read_page(sign_in(coordinator).get("/replies/"))
    finally:
        app.extensions[polling.KEY] = before

    assert "login failed" in page.text


def test_the_list_costs_the_same_for_one_mail_as_for_many(sign_in, coordinator):
    browser = sign_in(coordinator)
    write()
    browser.get("/replies/")
    with counted_queries() as few:
        browser.get("/replies/")
    for number in range(2, 20):
        write(number=number)
    with counted_queries() as many:
        browser.get("/replies/")

    assert len(few) == len(many)
    assert len(many) <= 9
