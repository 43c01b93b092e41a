"""The link that stops optional messages: MAIL-10 (RFC 8058), MAIL-14, LK-1 to LK-4, LK-6, LK-8."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import dispatcher, handling, kinds
from swa.messaging.choices import standing
from swa.messaging.choices.models import MailChoice, StopLink
from swa.messaging.choices.types import Choice
from swa.messaging.kinds import Kind
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import render_draft
from swa.people.models import AuditEvent
from tests.messaging.outbox import queue, rows, wanted, why_not
from tests.support.fingerprint import whole_database
from tests.support.pages import read_page

EXTRA, NOTE = "extra note", "plain note"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
UNKNOWN = "/stop-messages/" + "A" * 43


@pytest.fixture
def person(make):
    return make.person(name="Ada Lovelace")


@pytest.fixture(autouse=True)
def optional_kind():
    """A kind that people may refuse, and one that they may not, with the usual foot."""

    def draft(message, recipient):
        return render_draft("people/request_received")

    standing.register(Choice("extras", "Extras", "What is not needed"))
    kinds.register(Kind(EXTRA, draft, why_not, optional="extras"))
    kinds.register(Kind(NOTE, draft, why_not))
    yield
    for name in (EXTRA, NOTE):
        del kinds._kinds[name]
    del standing._choices["extras"]


def send(person, kind, occasion="booking 1"):
    queue(occasion, wanted(person.id, kind=kind))
    dispatcher.send_due()


def link_in(mail):
    return re.fullmatch(r"<(.+)>", mail["List-Unsubscribe"])[1]


@pytest.fixture
def mail(person, sink):
    send(person, EXTRA)
    return sink.mails[0]


@pytest.fixture
def path(mail):
    """The path of the link in a message that was sent."""
    return urlsplit(link_in(mail)).path


def choices():
    db.session.rollback()
    return [(c.person_id, c.choice, c.is_wanted) for c in db.session.scalars(select(MailChoice))]


def test_an_optional_message_can_be_stopped_from_the_mail_program_and_by_its_foot(mail):
    link = link_in(mail)

    assert link.startswith("http://localhost/stop-messages/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in ("plain", "html"):
        assert link in mail.get_body((part,)).get_content()


def test_no_other_message_carries_such_a_link(person, sink):
    """MAIL-10: one click must never stop what people rely on."""
    send(person, NOTE)

    (mail,) = sink.mails
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (None, None)
    assert "stop-messages" not in str(mail)


def test_the_link_is_in_no_row_and_is_the_same_in_every_message_of_its_sort(person, sink, mail):
    token = link_in(mail).rpartition("/")[2]
    send(person, EXTRA, "booking 2")

    assert link_in(sink.mails[1]) == link_in(mail)
    assert len(token) == 43
    (kept,) = db.session.scalars(select(StopLink)).all()
    assert token not in (kept.nonce, kept.token_hash)
    assert all(token not in row.text + row.html for row in rows())


def test_words_that_somebody_wrote_keep_the_link(person, sink):
    queue("booking 1", wanted(person.id, kind=EXTRA, due_at=clock.utc_now() + timedelta(hours=1)))
    with transaction():
        (row,) = db.session.scalars(select(OutboxMessage)).all()
        handling.edit(row, subject="Dear Ada", text="Look at this", now=clock.utc_now())
        handling.send_now(row, now=clock.utc_now())

    dispatcher.send_due()

    (mail,) = sink.mails
    assert f"To stop messages like this: {link_in(mail)}" in mail.get_body(("plain",)).get_content()


def test_opening_the_link_changes_nothing_and_shows_one_button(app, path):
    before = whole_database()

    for method in ("get", "head", "options"):
        for _ in range(20):
            getattr(app.test_client(), method)(path)
    page = read_page(app.test_client().get(path))

    assert whole_database() == before
    assert len(page.select("main button")) == 1
    assert page.select_one("main form")["action"] == f"{path}/stop"


def test_a_mail_program_stops_them_without_browser_form_token_or_sign_in(app, person, path):
    response = app.test_client().post(path, data=ONE_CLICK, with_token=False)

    assert response.status_code == 200
    assert choices() == [(person.id, "extras", False)]
    assert [line.about for line in db.session.scalars(select(AuditEvent))] == [
        f"person {person.id}"
    ]


def test_the_button_stops_them_but_only_with_its_form_token(app, person, path):
    refused = app.test_client().post(f"{path}/stop", with_token=False)
    before = choices()

    done = app.test_client().post(f"{path}/stop")

    assert (refused.status_code, before) == (400, [])
    assert "These messages stop" in read_page(done).text
    assert choices() == [(person.id, "extras", False)]


@pytest.mark.parametrize("data", [{}, {"List-Unsubscribe": "yes"}, {"other": "One-Click"}])
def test_anything_else_posted_there_changes_nothing(app, path, data):
    before = whole_database()

    response = app.test_client().post(path, data=data, with_token=False)

    assert whole_database() == before
    assert "Stop these messages" in read_page(response).text


def test_stopped_messages_that_wait_are_dropped_and_doing_it_twice_is_fine(app, person, path):
    later = clock.utc_now() + timedelta(hours=1)
    queue("booking 2", wanted(person.id, kind=EXTRA, due_at=later))
    queue("booking 2", wanted(person.id, kind=NOTE, due_at=later))

    for _ in range(2):
        app.test_client().post(path, data=ONE_CLICK, with_token=False)

    states = {row.kind: (row.state, row.reason) for row in rows("booking 2")}
    assert states == {EXTRA: ("dropped", "Does not want extras"), NOTE: ("waiting", "")}


SAME = re.compile(r"""nonce-?[="']*[\w-]+|name="csrf_token"[^>]+>|/stop-messages/[\w-]{43}""")


@pytest.mark.parametrize("act", ["open", "one click", "button"])
def test_a_link_that_is_none_of_ours_looks_the_same(app, path, act):
    def answer(where):
        browser = app.test_client()
        if act == "open":
            return browser.get(where)
        if act == "button":
            return browser.post(f"{where}/stop")
        return browser.post(where, data=ONE_CLICK, with_token=False)

    ours, other = answer(path), answer(UNKNOWN)

    assert (ours.status_code, other.status_code) == (200, 200)
    assert SAME.sub("", ours.text) == SAME.sub("", other.text)
    for header in ("Referrer-Policy", "Cache-Control"):
        assert ours.headers[header] == other.headers[header]
    assert ours.headers["Referrer-Policy"] == "no-referrer"


def test_guessing_is_slowed_down_and_locks_nobody_out(app, person, path):
    with time_machine.travel(clock.utc_now(), tick=False):
        answers = [app.test_client().post(f"{UNKNOWN}/stop").status_code for _ in range(32)]
        mine = app.test_client().post(path, data=ONE_CLICK, with_token=False)

    assert answers == [200] * 30 + [429] * 2
    assert mine.status_code == 200
    assert choices() == [(person.id, "extras", False)]


def test_a_link_stops_its_own_sort_for_its_own_person_only(app, make, sink, person, path):
    other = make.person()
    send(other, EXTRA, "booking 2")

    app.test_client().post(path, data=ONE_CLICK, with_token=False)

    assert choices() == [(person.id, "extras", False)]
    assert sink.recipients == [[person.email], [other.email]]


def test_the_link_opens_nothing_else(app, path):
    """LK-4: a token of another purpose is no key."""
    token = path.rpartition("/")[2]

    for page in ("/sign-in/link/", "/register/link/"):
        assert app.test_client().get(page + token).status_code == 404
        assert app.test_client().post(page + token).status_code in {403, 404}


def test_a_link_made_with_another_key_still_works_and_new_messages_get_a_new_one(
    app, person, sink, path, monkeypatch
):
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key of the same installation")
    send(person, EXTRA, "booking 2")

    app.test_client().post(path, data=ONE_CLICK, with_token=False)

    assert urlsplit(link_in(sink.mails[1])).path != path
    assert choices() == [(person.id, "extras", False)]
