"""The loop that reads the mailbox: REPLY-1, REPLY-9 and REPLY-10."""

import socket
import ssl
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from swa.calendars.replies import imap, polling, queries, sandbox, services
from swa.calendars.replies.imap import ImapServer, find_problem, read_imap_url
from swa.calendars.replies.models import MailboxPoll, MailTask, ReceivedMail
from swa.calendars.replies.polling import Mailbox, poll
from swa.calendars.replies.reading import MOST_BYTES, read_mail
from swa.calendars.replies.sandbox import ReaderBroken
from swa.calendars.replies.sandbox import read_mail as read_in_sandbox
from swa.calendars.replies.types import Letter, MailKind, Unreadable
from swa.core.db import db, transaction
from swa.messaging import engine
from tests.calendars.replies import corpus
from tests.calendars.replies.corpus import mail
from tests.calendars.replies.fake_inbox import SERVER, FakeInbox
from tests.support.mail_sink import free_port

PERSON = mail(corpus.PERSON)
STRANGE = mail(corpus.OUTLOOK, partstat="ACCEPTED", sequence="0")
FOLDERS = {"processed": "Processed", "unknown": "Unknown"}


@pytest.fixture
def inbox(app):
    inbox, before = FakeInbox(), app.extensions[polling.KEY]
    app.extensions[polling.KEY] = Mailbox(SERVER, open=inbox.open, read=read_mail)
    yield inbox
    app.extensions[polling.KEY] = before


def count(model):
    number = db.session.scalars(select(func.count()).select_from(model)).one()
    db.session.rollback()
    return number


def state():
    row = db.session.scalars(select(MailboxPoll).execution_options(populate_existing=True)).one()
    db.session.rollback()
    return row


CONNECTING_SECONDS = imap.READ_SECONDS
NOW = datetime(2027, 3, 12, 10, tzinfo=UTC)


def test_what_was_understood_is_moved_to_processed_the_rest_to_unknown(inbox):
    """REPLY-1: nothing is deleted."""
    inbox.add(PERSON, STRANGE, mail(corpus.OUT_OF_OFFICE))

    assert poll() == 3

    assert inbox.mails == {}
    assert inbox.folders == {
        "Processed": [PERSON, mail(corpus.OUT_OF_OFFICE)],
        "Unknown": [STRANGE],
    }
    assert count(MailTask) == 1
    assert state().read_at is not None


def test_whoever_dies_before_moving_finds_the_mail_again_and_only_moves_it(inbox):
    """REPLY-1."""
    inbox.add(PERSON)
    inbox.dies_at = "move"
    assert poll() == 0
    assert count(MailTask) == 1

    inbox.dies_at = ""
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
        assert poll() == 1

    assert count(MailTask) == count(ReceivedMail) == 1
    assert inbox.folders == {"Processed": [PERSON]}


def test_two_mails_with_one_message_id_count_once_and_both_are_moved(inbox):
    """REPLY-1."""
    inbox.add(PERSON, PERSON)

    assert poll() == 2

    assert count(MailTask) == 1
    assert inbox.moved == 2


def test_mails_without_a_message_id_are_told_apart_by_their_bytes(inbox):
    inbox.add(*(f"From: a@example.org\nSubject: {n}\n\nHello".encode() for n in (1, 2, 2)))

    poll()

    assert count(MailTask) == 2


@pytest.mark.parametrize("step", ["open", "list", "fetch", "move"])
def test_a_server_that_fails_is_left_alone_for_a_while(inbox, step):
    """REPLY-1: the loop ends quietly, whatever the server does."""
    inbox.add(PERSON)
    inbox.dies_at = step

    with time_machine.travel(NOW, tick=False):
        assert poll() == 0
        row = state()
        assert row.failures == 1
        assert row.closed_until == NOW + timedelta(seconds=30)
        assert step in row.last_answer
        assert poll() == 0
        assert inbox.visits == 1, "nobody asks while it is left alone"
    inbox.dies_at = ""
    with time_machine.travel(NOW + timedelta(seconds=31), tick=False):
        assert poll() == 1
        assert state().failures == 0


def test_the_pause_doubles_up_to_fifteen_minutes(inbox):
    inbox.dies_at, moment = "open", NOW
    pauses = []
    for _ in range(7):
        with time_machine.travel(moment, tick=False):
            poll()
        pauses.append((state().closed_until - moment).total_seconds())
        moment = state().closed_until
    assert pauses == [30, 60, 120, 240, 480, 900, 900]


def test_an_error_of_our_own_never_leaves_the_loop_and_costs_one_mail(inbox, monkeypatch):
    """REPLY-9."""
    inbox.add(PERSON, mail(corpus.OUT_OF_OFFICE))
    real = services._act

    def break_on_letters(found, row, now):
        if isinstance(found.finding, Letter):
            raise ZeroDivisionError
        return real(found, row, now)

    monkeypatch.setattr(services, "_act", break_on_letters)

    assert poll() == 2

    assert inbox.folders == {"Unknown": [PERSON], "Processed": [mail(corpus.OUT_OF_OFFICE)]}
    kinds = db.session.scalars(select(ReceivedMail.kind).order_by(ReceivedMail.id)).all()
    assert kinds == [MailKind.UNREADABLE, MailKind.AUTOMATIC]


def test_a_busy_database_leaves_the_mail_where_it_is(inbox, monkeypatch):
    inbox.add(PERSON)

    def busy(*_arguments, **_words):
        statement = "insert"
        raise OperationalError(statement, {}, Exception("busy"))

    with monkeypatch.context() as patch:
        patch.setattr(services, "receive", busy)
        assert poll() == 0
    assert list(inbox.mails.values()) == [PERSON]

    assert poll() == 1


def test_a_reader_that_does_not_start_gives_no_mail_up(app, inbox):
    inbox.add(PERSON)

    def broken(_raw):
        message = "no such module"
        raise ReaderBroken(message)

    app.extensions[polling.KEY] = Mailbox(SERVER, open=inbox.open, read=broken)

    assert poll() == 0
    assert list(inbox.mails.values()) == [PERSON]
    assert "error of our own" in state().last_answer


def test_a_mail_that_somebody_took_away_meanwhile_is_passed_over(inbox):
    inbox.add(b"")

    assert poll() == 0
    assert state().failures == 0


def test_only_one_reads_at_a_time(app, inbox, monkeypatch):
    """REPLY-1: the database decides who."""
    inbox.add(PERSON)
    inside, go_on = threading.Event(), threading.Event()
    real = inbox.list_new

    def wait(most):
        inside.set()
        go_on.wait(10)
        return real(most)

    monkeypatch.setattr(inbox, "list_new", wait)

    def read_in_a_thread():
        with app.app_context():
            poll()
            db.session.remove()

    first = threading.Thread(target=read_in_a_thread)
    first.start()
    assert inside.wait(10)

    assert poll() == 0

    go_on.set()
    first.join(10)
    assert inbox.visits == 1
    assert count(MailTask) == 1


def test_the_turn_of_one_who_died_ends_by_itself(inbox):
    inbox.add(PERSON)
    with time_machine.travel(NOW, tick=False):
        assert polling._claim(NOW) is not None
        assert poll() == 0
    with time_machine.travel(NOW + polling.CLAIM, tick=False):
        assert poll() == 1


def test_a_turn_that_took_too_long_changes_nothing_of_the_next_one(inbox):
    slow = polling._claim(NOW)
    later = NOW + polling.CLAIM
    assert polling._claim(later) is not None

    polling._release(slow, now=later, problem="too slow")

    assert state().claimed_until == later + polling.CLAIM
    assert state().failures == 0


def test_without_a_mailbox_nothing_is_read(app):
    assert polling.current_mailbox().server is None
    assert poll() == 0
    assert count(MailboxPoll) == 0


def test_old_mails_are_cleared_away_on_the_hour(inbox, monkeypatch):
    cleared = []

    def note(*, now):
        cleared.append(now)

    monkeypatch.setattr(services, "clear_old", note)

    for minutes in (0, 1):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            poll()

    assert cleared == [NOW]


def test_it_is_read_each_minute(app):
    assert engine._works[polling.WORK] is poll


def test_a_deadline_ends_before_the_claim():
    longest = imap.DEADLINE_SECONDS + sandbox.MOST_SECONDS + CONNECTING_SECONDS

    assert timedelta(seconds=longest) <= polling.CLAIM


# --- the process that reads


def another(name: str) -> tuple[str, str]:
    """The command that runs a reader of these tests instead of the real one."""
    return (sys.executable, str(Path(__file__).with_name(f"{name}.py")))


def test_reading_happens_in_a_process_of_its_own():
    """REPLY-10."""
    assert read_in_sandbox(PERSON) == read_mail(PERSON)
    large = PERSON + b"x" * MOST_BYTES
    assert read_in_sandbox(large) == read_mail(large)


def test_reading_that_takes_too_long_is_ended():
    """REPLY-10."""
    found = read_in_sandbox(b"x", seconds=1, command=another("reader_that_hangs"))

    assert found.finding == Unreadable("it took too long to read")


def test_reading_that_takes_too_much_memory_is_ended():
    """REPLY-10."""
    found = read_in_sandbox(b"x", command=another("reader_that_grows"))

    assert found.finding == Unreadable("reading it used too much time or memory")


def test_a_reader_that_is_missing_is_told_apart_from_a_bad_mail():
    with pytest.raises(ReaderBroken, match="no_such_reader"):
        read_in_sandbox(b"x", command=(*another("no_such_reader"),))


# --- the address of the mailbox


def test_the_address_of_the_mailbox_is_read():
    found = read_imap_url("imaps://box%40swa:p%2Fw@mail.example.org/INBOX", **FOLDERS)

    assert found == ImapServer(
        "mail.example.org", 993, is_secure=True, username="box@swa", password="p/w"
    )
    assert "p/w" not in repr(found)
    assert read_imap_url("imap://a:b@127.0.0.1:10143", **FOLDERS).port == 10143


@pytest.mark.parametrize(
    "url",
    [
        "imap://a:b@mail.example.org/INBOX",
        "https://a:b@mail.example.org",
        "imaps://mail.example.org",
        "imaps://a:b@",
        "imaps://a:b@mail.example.org/Processed",
    ],
)
def test_an_address_that_cannot_be_used_names_the_setting(url):
    with pytest.raises(ValueError, match="SWA_IMAP"):
        read_imap_url(url, **FOLDERS)


@pytest.mark.parametrize("sign", ["#", "/", "?"])
def test_a_password_that_breaks_the_address_is_not_repeated(sign):
    with pytest.raises(ValueError, match="%23, %2F and %3F") as told:
        read_imap_url(f"imaps://box:Se{sign}cret@mail.example.org/INBOX", **FOLDERS)

    assert "Se" not in str(told.value).replace("SWA", "")


def test_a_server_that_is_away_is_told_in_words():
    server = read_imap_url(f"imap://a:b@127.0.0.1:{free_port()}", **FOLDERS)

    assert "ConnectionRefusedError" in (find_problem(server) or "")


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    """The password never goes to a server that is not who it says."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    heard: list[bytes] = []

    def serve(listening):
        with (
            suppress(OSError),
            context.wrap_socket(listening.accept()[0], server_side=True) as link,
        ):
            heard.append(link.recv(100))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=[listening])
        thread.start()
        port = listening.getsockname()[1]
        problem = find_problem(read_imap_url(f"imaps://a:b@127.0.0.1:{port}", **FOLDERS))
        thread.join(20)

    assert "CERTIFICATE_VERIFY_FAILED" in (problem or "")
    assert heard == []


def test_a_mail_is_noted_and_acted_upon_in_one_transaction(inbox):
    inbox.add(PERSON)
    poll()

    with transaction():
        received = queries.find_received(polling._key(read_mail(PERSON).sender, PERSON))
        assert received is not None
        assert received.kind is MailKind.PERSON
        assert received.message_id == "<person-10@example.org>"
