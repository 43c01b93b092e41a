"""The whole way round with real servers: app, SMTP, Maildir, IMAP (dovecot), a calendar program
that answers, SMTP, IMAP, poller, app (REPLY-1 to REPLY-6, REPLY-8, REPLY-9, REPLY-11; MAIL-14).
"""

import base64
import imaplib
import smtplib
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from swa.calendars.queries import find_latest
from swa.calendars.replies import imap, polling
from swa.calendars.replies.models import MailTask
from swa.calendars.replies.polling import Mailbox
from swa.calendars.replies.queries import find_poll
from swa.calendars.types import Answer
from swa.core import clock
from swa.core.db import db
from swa.messaging import dispatcher, queries, setup, smtp
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.sessions.types import BookingStatus
from tests.calendars.replies import corpus
from tests.sessions.doing import book
from tests.support.dovecot import PASSWORD, post_office
from tests.support.factories import soon

pytestmark = pytest.mark.heavy
BOX = "training@swa.example.org"
AMINA = "amina.begum@example.org"
FOLDERS = {"processed": "Processed", "unknown": "Unknown"}


@pytest.fixture(scope="module")
def office():
    """One pair of servers for all of these tests."""
    with post_office({"bounce@swa.example.org": BOX}) as office:
        yield office


@pytest.fixture
def installed(app, office):
    """The app sends through the one server and reads its mailbox from the other."""
    before = {key: app.extensions[key] for key in (setup.KEY, "mail", polling.KEY)}
    config = dict(app.config)
    url = f"smtp+plain://127.0.0.1:{office.smtp_port}"
    facts = {"smtp_url": url, "bounce_address": "bounce@swa.example.org"}
    app.extensions[setup.KEY] = replace(before[setup.KEY], **facts)
    smtp.install(app, url)
    server = imap.read_imap_url(office.imap_url(BOX), **FOLDERS)
    app.extensions[polling.KEY] = Mailbox(server)
    yield office
    app.extensions.update(before)
    app.config.clear()
    app.config.update(config)
    app.testing = True


class CalendarProgram:
    """Somebody's calendar: reads their mailbox by IMAP, and answers by SMTP."""

    def __init__(self, office, address):
        self.office, self.address = office, address

    def newest(self) -> EmailMessage:
        with imaplib.IMAP4("127.0.0.1", self.office.imap_port, timeout=20) as link:
            link.login(self.address, PASSWORD)
            link.select("INBOX")
            _, numbers = link.search(None, "ALL")
            _, answer = link.fetch(numbers[0].split()[-1].decode(), "(RFC822)")
        return message_from_bytes(answer[0][1], policy=policy.default)

    def send(self, raw: bytes, to: str = BOX) -> None:
        with smtplib.SMTP("127.0.0.1", self.office.smtp_port, timeout=20) as link:
            link.sendmail(self.address, [to], raw)

    def answer(self, template: str, partstat: str) -> None:
        """Answer the newest invitation to its ORGANIZER, as the program of the template does."""
        said = self.read_invitation()
        assert said["ORGANIZER"].endswith(BOX)
        self.send(
            corpus.mail(
                template, uid=said["UID"], partstat=partstat, sequence=said["SEQUENCE"]
            ).replace(b"-1@", f"-{clock.utc_now().timestamp()}@".encode())
        )

    def read_invitation(self) -> dict[str, str]:
        for part in self.newest().walk():
            if part.get_content_type() == "text/calendar":
                text = part.get_payload(decode=True).decode().replace("\r\n ", "")
                pairs = (line.partition(":") for line in text.split("\r\n"))
                return {name.partition(";")[0]: value for name, _, value in pairs}
        message = "no calendar part"
        raise AssertionError(message)


@pytest.fixture
def invited(make, installed):
    """A booking whose invitation has gone out for real, and the person's calendar program."""
    person = make.person(name="Amina Begum", email=AMINA)
    session = make.session(starts_at=soon(days=20))
    booking = book(session, person, now=clock.utc_now())
    dispatcher.send_due()
    return booking, CalendarProgram(installed, AMINA)


def refreshed(booking):
    db.session.expire_all()
    return booking, find_latest(f"booking {booking.id}")


def test_an_acceptance_goes_all_the_way_round(invited, office):
    """REPLY-1, REPLY-2, REPLY-4."""
    booking, program = invited
    program.answer(corpus.OUTLOOK, "ACCEPTED")

    assert polling.poll() == 1

    booking, invitation = refreshed(booking)
    assert invitation.answer is Answer.ACCEPTED
    assert invitation.reply_address == "r.okafor@mail.council.example.org"
    assert office.read(BOX) == [], "the inbox is empty"
    assert len(office.read(BOX, "Processed")) >= 1, "nothing is deleted"


def test_a_decline_asks_by_mail_and_the_answer_frees_the_place(invited, client):
    """REPLY-6, MAIL-14: the link works without any calendar program."""
    booking, program = invited
    program.answer(corpus.OUTLOOK, "DECLINED")

    assert polling.poll() == 1
    booking, _ = refreshed(booking)
    assert booking.status is BookingStatus.CONFIRMED

    dispatcher.send_due()
    asked = program.newest()
    assert asked["To"].addresses[0].addr_spec == AMINA
    assert asked["Subject"].startswith("Shall we give your place back?")
    text = asked.get_body(("plain",)).get_content()
    (link,) = [line.strip() for line in text.splitlines() if "/places/link/" in line]
    path = link.removeprefix("http://localhost")
    assert client.get(path).status_code == 200
    assert client.post(path, data={"decision": "give back"}).status_code == 302
    assert refreshed(booking)[0].status is BookingStatus.CANCELLED

    dispatcher.send_due()
    assert program.read_invitation()["STATUS"] == "CANCELLED"


def test_the_same_answer_twice_changes_nothing(invited, office):
    """REPLY-1: the server delivers it once more after it was moved."""
    booking, program = invited
    program.answer(corpus.OUTLOOK, "TENTATIVE")
    (mail,) = office.list_raw(BOX)
    polling.poll()
    first = refreshed(booking)[1].replied_at

    office.deliver(BOX, mail)
    assert polling.poll() == 1

    invitation = refreshed(booking)[1]
    assert (invitation.answer, invitation.replied_at) == (Answer.TENTATIVE, first)


def test_a_bounce_comes_back_to_the_envelope_sender(invited, installed):
    """REPLY-11: found by the Message-ID that the report carries, whatever came with it."""
    _booking, program = invited
    sent = program.newest()
    report = corpus.mail(
        corpus.HARD_BOUNCE,
        to=BOX,
        address=AMINA,
        action="failed",
        status="5.1.1",
        returned="message/rfc822",
        message_id=sent["Message-ID"],
    )
    program.send(report, to="bounce+0123456789abcdef@swa.example.org")

    assert polling.poll() == 1

    db.session.expire_all()
    wanted = select(OutboxMessage).where(OutboxMessage.message_id == sent["Message-ID"])
    row = db.session.scalars(wanted).one()
    assert row.state is MessageState.FAILED
    assert queries.is_suppressed(AMINA)


def test_a_bounce_that_quotes_nothing_is_found_by_its_address(invited, installed):
    """MAIL-11, REPLY-11: each message has an envelope sender of its own."""
    _booking, program = invited
    sent = program.newest()
    sender = sent["Return-Path"].strip("<>")
    assert sender.startswith("bounce+")
    assert sent["From"].addresses[0].addr_spec == BOX

    program.send(corpus.mail(corpus.BARE_BOUNCE, to=sender, address=AMINA), to=sender)

    assert polling.poll() == 1
    db.session.expire_all()
    wanted = select(OutboxMessage).where(OutboxMessage.message_id == sent["Message-ID"])
    assert db.session.scalars(wanted).one().state is MessageState.FAILED
    assert queries.is_suppressed(AMINA)


def test_other_mail_is_told_apart(invited, office):
    """REPLY-8, REPLY-9: out of office, a new time, a person, something broken."""
    _booking, program = invited
    uid = program.read_invitation()["UID"]
    text = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:broken"
    encoded = base64.encodebytes(text.encode())
    for raw in (
        corpus.mail(corpus.OUT_OF_OFFICE),
        corpus.mail(corpus.COUNTER, uid=uid),
        corpus.mail(corpus.PERSON),
        corpus.mail(corpus.THUNDERBIRD).replace(b"{base64}", encoded),
    ):
        program.send(raw)
    unknown = len(office.read(BOX, "Unknown"))

    assert polling.poll() == 4

    subjects = [mail["Subject"] for mail in office.read(BOX, "Unknown")[unknown:]]
    assert subjects == ["Invitation Reply (Accepted): Core Conversations"]
    assert [task.subject for task in db.session.scalars(select(MailTask))] == [
        "Re: Invitation: café"
    ]


def test_a_mail_that_is_too_large_is_never_fetched_whole(installed, office):
    """REPLY-9."""
    large = corpus.mail(corpus.PERSON, uid="large").replace(b"person-10", b"person-large")
    office.deliver(BOX, large + b"x" * 3_000_000)
    server = polling.current_mailbox().server

    with imap.open_inbox(server) as inbox:
        (uid,) = inbox.list_new(10)
        assert len(inbox.fetch(uid)) == imap.MOST_BYTES + 1
        assert inbox.list_new(10) == [uid], "looking does not mark it as seen"

    assert polling.poll() == 1
    task = db.session.scalars(select(MailTask)).one()
    assert not task.is_whole


def test_a_wrong_password_is_told_and_the_server_left_alone(app, installed, office):
    server = polling.current_mailbox().server
    app.extensions[polling.KEY] = Mailbox(replace(server, password="wrong"))

    assert polling.poll() == 0

    assert "LoginError" in find_poll().last_answer
    assert imap.find_problem(server) is None


def test_a_visit_that_takes_too_long_is_cut(installed):
    """REPLY-1: a deadline, since a server that drips would never time out."""
    server = polling.current_mailbox().server
    began = clock.utc_now()

    with (
        pytest.raises(imap.MailboxAway),
        imap.open_inbox(server, seconds=0.3) as inbox,
    ):
        while clock.utc_now() - began < timedelta(seconds=20):
            inbox.list_new(1)

    assert clock.utc_now() - began < timedelta(seconds=10)
