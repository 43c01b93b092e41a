"""The whole way of a link: asked for, queued, sent over SMTP, used (LK-1, LK-7, ML-2, ML-3)."""

import logging

from sqlalchemy import select

from swa.core.db import db
from swa.messaging.dispatcher import send_due
from swa.messaging.models import OutboxMessage
from swa.people.models import SignInLink
from tests.messaging.conftest import sink, use_server  # noqa: F401 - pytest finds them by name
from tests.support.account_mails import code_in, path_in

THE_TEST_SERVER = "mail.log"


def ask(browser, address):
    browser.post("/sign-in", data={"email": address})
    db.session.rollback()
    send_due()


def plain_part(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_the_mail_that_arrives_signs_in_by_its_link(make, client, sink):  # noqa: F811
    person = make.person()

    ask(client, person.email)

    (mail,) = sink.mails
    html = mail.get_body(("html",)).get_content()
    path = path_in(plain_part(mail))
    assert sink.recipients == [[person.email]]
    assert f"http://localhost{path}" in html
    assert code_in(plain_part(mail)) in html
    assert client.post(path).status_code == 302
    assert client.get("/account").status_code == 200


def test_the_mail_that_arrives_signs_in_by_its_code(make, client, sink):  # noqa: F811
    ask(client, make.person().email)

    code = code_in(plain_part(sink.mails[0]))

    response = client.post("/sign-in/check-email", data={"code": code})
    assert response.status_code == 302


def test_nothing_is_sent_to_an_address_that_nobody_has(client, sink):  # noqa: F811
    ask(client, "stranger@example.org")

    assert sink.mails == []


def test_neither_log_nor_outbox_holds_the_link_after_sending(make, client, sink, caplog):  # noqa: F811
    caplog.set_level(logging.DEBUG)

    ask(client, make.person().email)

    text = plain_part(sink.mails[0])
    token, code = path_in(text).rpartition("/")[2], code_in(text)
    rows = "\n".join(
        str(list(row))
        for table in (OutboxMessage.__table__, SignInLink.__table__)
        for row in db.session.execute(select(table))
    )
    client.get(path_in(text))
    client.post(path_in(text))
    said = "\n".join(
        record.getMessage() for record in caplog.records if record.name != THE_TEST_SERVER
    )
    for secret in (token, code, code.replace(" ", "")):
        assert secret not in rows
        assert secret not in said
