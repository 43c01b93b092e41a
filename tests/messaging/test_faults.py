"""The 15 fault classes of SMTP at each command where they can occur: RL-3, ML-2, LK-1.

Each ends in the right class, is charged to the right party, and loses nothing: once the server is
well again the message arrives, with the Message-ID it had from the beginning.
"""

import smtplib
import socket
import time
from datetime import timedelta

import pytest
from sqlalchemy import delete

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import dispatcher, queries, smtp
from swa.messaging.models import MailCircuit
from tests.messaging import outbox
from tests.messaging.servers import Script, Sink, free_port

TRANSPORT, RETRY, UNKNOWN, PERMANENT, SENT = "transport", "waiting", "unknown", "failed", "sent"


def hang(sock: socket.socket) -> None:
    """Say nothing until the other side gives up."""
    sock.settimeout(20)
    while sock.recv(1024):
        pass


def drip(sock: socket.socket) -> None:
    """Send one byte now and then, so that no single read takes too long.

    Cut off by the deadline, the fives look like a lasting refusal.
    """
    for _ in range(200):
        sock.sendall(b"5")
        time.sleep(0.1)


GARBAGE, CUT, LONG = b"hello?\r\n", b"25\r\n", b"250 " + b"x" * 9000 + b"\r\n"
AUTH = b"250-here\r\n250 AUTH PLAIN LOGIN\r\n"
SIGNED_IN = "smtp+plain://user:wrong@"
# number of the class, what the server does, what becomes of the message
CASES = [
    (2, {"banner": hang}, TRANSPORT),
    (2, {"banner": None}, TRANSPORT),
    (2, {"banner": drip}, TRANSPORT),
    (3, {"banner": b"554 go away\r\n"}, TRANSPORT),
    (3, {"banner": b"421 busy\r\n"}, TRANSPORT),
    (3, {"EHLO": b"550 no\r\n", "HELO": b"550 no\r\n"}, TRANSPORT),
    (3, {"EHLO": None}, TRANSPORT),
    (3, {"EHLO": hang}, TRANSPORT),
    (3, {"EHLO": drip}, TRANSPORT),
    (3, {"EHLO": GARBAGE, "HELO": GARBAGE}, TRANSPORT),
    (4, {"scheme": "smtp://"}, TRANSPORT),
    (5, {"scheme": SIGNED_IN}, TRANSPORT),
    (5, {"scheme": SIGNED_IN, "EHLO": AUTH, "AUTH": b"535 wrong\r\n"}, TRANSPORT),
    (5, {"scheme": SIGNED_IN, "EHLO": AUTH, "AUTH": None}, TRANSPORT),
    (5, {"MAIL": b"530 sign in first\r\n"}, TRANSPORT),
    (6, {"MAIL": b"451 later\r\n"}, TRANSPORT),
    (7, {"MAIL": b"550 who are you\r\n"}, TRANSPORT),
    (8, {"RCPT": b"450 greylisted\r\n"}, RETRY),
    (8, {"RCPT": b"451 greylisted\r\n"}, RETRY),
    (8, {"RCPT": b"452 full\r\n"}, RETRY),
    (9, {"RCPT": b"550 no such user\r\n"}, PERMANENT),
    (9, {"RCPT": b"559 no\r\n"}, PERMANENT),
    (10, {"DATA": b"451 later\r\n"}, RETRY),
    (10, {"end": b"452 disk full\r\n"}, RETRY),
    (11, {"DATA": b"554 no\r\n"}, PERMANENT),
    (11, {"end": b"552 too big\r\n"}, PERMANENT),
    (12, {"MAIL": b"421 going down\r\n"}, TRANSPORT),
    (12, {"RCPT": b"421 going down\r\n"}, RETRY),
    (12, {"DATA": b"421 going down\r\n"}, RETRY),
    (12, {"end": b"421 going down\r\n"}, RETRY),
    (13, {"MAIL": None}, RETRY),
    (13, {"MAIL": hang}, RETRY),
    (13, {"MAIL": drip}, RETRY),
    (13, {"RCPT": None}, RETRY),
    (13, {"RCPT": hang}, RETRY),
    (13, {"RCPT": drip}, RETRY),
    (13, {"DATA": None}, UNKNOWN),
    (13, {"DATA": hang}, UNKNOWN),
    (13, {"DATA": drip}, UNKNOWN),
    (13, {"end": None}, UNKNOWN),
    (13, {"end": hang}, UNKNOWN),
    (13, {"end": drip}, UNKNOWN),
    (14, {"MAIL": GARBAGE}, TRANSPORT),
    (14, {"MAIL": LONG}, RETRY),
    (14, {"RCPT": GARBAGE}, RETRY),
    (14, {"RCPT": CUT}, RETRY),
    (14, {"RCPT": LONG}, RETRY),
    (14, {"RCPT": b"252 perhaps\r\n"}, RETRY),
    (14, {"RCPT": b"500 what\r\n"}, RETRY),
    (14, {"RCPT": b"503 bad order\r\n"}, RETRY),
    (14, {"RCPT": b"549 odd\r\n"}, RETRY),
    (14, {"RCPT": b"560 odd\r\n"}, RETRY),
    (14, {"DATA": GARBAGE}, UNKNOWN),
    (14, {"DATA": CUT}, UNKNOWN),
    (14, {"DATA": LONG}, UNKNOWN),
    (14, {"DATA": b"250 odd\r\n"}, UNKNOWN),
    (14, {"DATA": b"500 what\r\n"}, UNKNOWN),
    (14, {"end": GARBAGE}, UNKNOWN),
    (14, {"end": CUT}, UNKNOWN),
    (14, {"end": LONG}, UNKNOWN),
    (14, {"end": b"252 perhaps\r\n"}, UNKNOWN),
    (14, {"end": b"500 what\r\n"}, UNKNOWN),
    (14, {"end": b"549 odd\r\n"}, UNKNOWN),
    (14, {"end": b"560 odd\r\n"}, UNKNOWN),
    (15, {"after": None}, SENT),
    (15, {"QUIT": None}, SENT),
    (15, {"QUIT": b"500 what\r\n"}, SENT),
    (15, {"QUIT": LONG}, SENT),
    (15, {"QUIT": hang}, SENT),
    (15, {"QUIT": drip}, SENT),
]


def name_of(case):
    number, faults, _ = case
    told = [
        f"{where} {getattr(fault, '__name__', 'drop' if fault is None else str(fault)[:14])}"
        for where, fault in faults.items()
    ]
    return f"class {number}: {', '.join(told)}"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Wait less long than in earnest; only the lengths differ."""
    monkeypatch.setattr(smtp, "READ_SECONDS", 0.4)
    monkeypatch.setattr(smtp, "OPENING_SECONDS", 0.8)
    monkeypatch.setattr(smtp, "MESSAGE_SECONDS", 0.8)
    monkeypatch.setattr(smtp, "CLOSING_SECONDS", 0.4)


def let_it_rest():
    """Let every pause and rest be over, as time would."""
    outbox.make_due()
    with transaction():
        db.session.execute(delete(MailCircuit))


def find_failures():
    circuit = queries.find_circuit("smtp")
    failures = circuit.failures if circuit else 0
    db.session.rollback()
    return failures


@pytest.mark.parametrize(("number", "faults", "end"), CASES, ids=map(name_of, CASES))
def test_a_fault_ends_in_its_class_and_loses_nothing(make, use_server, number, faults, end):
    """PLAN-10: classes 2 to 15, at each command, silence and dripping included."""
    person = make.person()
    outbox.queue("booking 1", outbox.wanted(person.id))
    message_id = outbox.rows()[0].message_id
    with Script(**faults) as server:
        use_server(server.url)
        dispatcher.send_due(limit=1)

    row = outbox.rows("booking 1")[0]
    assert row.state == ("waiting" if end == TRANSPORT else end)
    assert row.attempts == (0 if end == TRANSPORT else 1), "who is charged with the try"
    assert find_failures() == (1 if end == TRANSPORT else 0)

    let_it_rest()
    with Sink() as well:
        use_server(well.url)
        dispatcher.send_due()
    theirs = [m for m in well.mails if m["To"].addresses[0].addr_spec == person.email]
    assert [m["Message-ID"] for m in theirs] == ([] if end in {PERMANENT, SENT} else [message_id])


def test_class_1_nobody_listens(make, use_server):
    """PLAN-10."""
    outbox.queue("booking 1", outbox.wanted(make.person().id))
    use_server(f"smtp+plain://127.0.0.1:{free_port()}")

    count = dispatcher.send_due()

    assert outbox.rows()[0].attempts == 0
    assert find_failures() == 1
    assert "ConnectionRefusedError" in count.why_stopped


def test_class_1_no_such_name(make, use_server):
    """PLAN-10."""
    outbox.queue("booking 1", outbox.wanted(make.person().id))
    use_server("smtps://mail.invalid:465")

    dispatcher.send_due()

    assert outbox.rows()[0].attempts == 0
    assert find_failures() == 1


def test_the_coordinator_is_told_of_a_refusal_in_the_same_pass(make, use_server):
    person = make.person()
    outbox.queue("booking 1", outbox.wanted(person.id))

    bad = person.email
    with Script() as server:
        server.faults["RCPT"] = lambda sock: sock.sendall(
            b"550 no such user\r\n" if bad in server.log[-1] else b"250 fine\r\n"
        )
        use_server(server.url)
        dispatcher.send_due()

    assert len(server.taken) == 1
    assert b"To: coordinator@swa.example.org" in server.taken[0]
    assert b"550 no such user" in server.taken[0]


def test_a_refused_address_gets_nothing_more(make, use_server):
    person = make.person()
    outbox.queue("booking 1", outbox.wanted(person.id))
    with Script(RCPT=b"550 no such user\r\n") as server:
        use_server(server.url)
        dispatcher.send_due(limit=1)
    outbox.queue("booking 2", outbox.wanted(person.id))

    with Sink() as well:
        use_server(well.url)
        dispatcher.send_due()

    assert outbox.states("booking 2") == ["suppressed"]
    assert [person.email] not in well.recipients


def test_a_refused_text_does_not_condemn_the_address(make, use_server):
    person = make.person()
    outbox.queue("booking 1", outbox.wanted(person.id))
    with Script(end=b"554 spam\r\n") as server:
        use_server(server.url)
        dispatcher.send_due(limit=1)

    assert queries.is_suppressed(person.email) is False
    db.session.rollback()


def test_an_hour_of_greylisting_is_outlasted(make, use_server, monkeypatch):
    """PLAN-10."""
    outbox.queue("booking 1", outbox.wanted(make.person().id))
    begin = clock.utc_now()
    now = begin
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    with Script() as server:
        server.faults["RCPT"] = lambda sock: sock.sendall(
            b"450 greylisted\r\n" if now < begin + timedelta(hours=1) else b"250 fine\r\n"
        )
        use_server(server.url)
        while outbox.states() != ["sent"]:
            dispatcher.send_due()
            now += timedelta(minutes=1)

    assert now - begin < timedelta(hours=2)
    assert len(server.taken) == 1


def test_after_its_tries_a_message_waits_for_a_person(make, use_server):
    outbox.queue("booking 1", outbox.wanted(make.person().id))
    with Script(RCPT=b"450 later\r\n") as server:
        use_server(server.url)
        for _ in range(12):
            dispatcher.send_due(limit=1)
            outbox.make_due()

    row = outbox.rows("booking 1")[0]
    assert (row.state, row.attempts) == ("failed", 11)
    assert row.reason == "Given up after 11 tries"
    assert row.answer == "450 later"


def test_a_message_that_may_have_arrived_stays_doubtful(make, use_server):
    outbox.queue("booking 1", outbox.wanted(make.person().id))
    with Script(end=None) as server:
        use_server(server.url)
        dispatcher.send_due()
    assert outbox.states() == ["unknown"]

    outbox.make_due()
    with Script(RCPT=b"450 later\r\n") as server:
        use_server(server.url)
        dispatcher.send_due()

    assert outbox.states() == ["unknown"]


def test_one_bad_address_stops_nobody(make, use_server):
    people = [make.person() for _ in range(8)]
    for number, person in enumerate(people):
        outbox.queue(f"booking {number}", outbox.wanted(person.id))
    bad = people[4].email
    with Script() as server:
        server.faults["RCPT"] = lambda sock: sock.sendall(
            b"550 no such user\r\n" if bad in server.log[-1] else b"250 fine\r\n"
        )
        use_server(server.url)
        count = dispatcher.send_due()

    assert count.sent == 8  # seven of them and the notice to the coordinator
    assert [row.state for row in outbox.rows()][:8] == ["sent"] * 4 + ["failed"] + ["sent"] * 3


@pytest.mark.parametrize(
    ("error", "finding"),
    [
        (smtplib.SMTPDataError(550, b"no"), "permanent"),
        (smtplib.SMTPDataError(559, b"no"), "permanent"),
        (smtplib.SMTPDataError(549, b"no"), "unknown"),
        (smtplib.SMTPDataError(560, b"no"), "unknown"),
        (smtplib.SMTPDataError(500, b"no"), "unknown"),
        (smtplib.SMTPDataError(400, b"no"), "retry"),
        (smtplib.SMTPDataError(499, b"no"), "retry"),
        (smtplib.SMTPDataError(399, b"no"), "unknown"),
        (smtplib.SMTPRecipientsRefused({"a@b": (500, b"no")}), "retry"),
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"no")}), "permanent"),
        (smtplib.SMTPServerDisconnected("gone"), "unknown"),
        (smtplib.SMTPResponseException(500, b"Line too long."), "unknown"),
        (smtplib.SMTPSenderRefused(550, b"no", "a@b"), "transport"),
        (smtplib.SMTPConnectError(554, b"no"), "transport"),
        (smtplib.SMTPHeloError(550, b"no"), "transport"),
        (smtplib.SMTPAuthenticationError(535, b"no"), "transport"),
        (smtplib.SMTPNotSupportedError("no STARTTLS"), "transport"),
        (TimeoutError(), "transport"),
        (OSError(), "transport"),
    ],
)
def test_only_550_to_559_are_final(error, finding):
    assert smtp.verdict(error) == finding
