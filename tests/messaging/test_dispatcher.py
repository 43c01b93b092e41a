"""The mail worker: ML-2 (one recipient), ML-8 (asked again), LK-1 (no link), DC-07, IN-05.

Also AN-14 (answers reach the coordinator) and AN-33 (the alliance's own name).
"""

import smtplib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import flask_mail
import pytest

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import dispatcher, engine, handling, kinds, queries, services, smtp
from swa.messaging.dispatcher import rows as steps
from swa.messaging.dispatcher import statements
from swa.messaging.kinds import Kind
from swa.messaging.models import SuppressedAddress
from swa.messaging.types import MessageState, Outcome
from tests.messaging import outbox
from tests.messaging.outbox import (
    HOUR,
    INVITATION,
    OTHER,
    PLAIN,
    SECRET,
    queue,
    rows,
    states,
    wanted,
)
from tests.messaging.servers import Script, free_port


@pytest.fixture
def person(make):
    return make.person(name="Ada Lovelace")


def test_what_is_due_reaches_the_server(person, sink):
    queue("booking 1", wanted(person.id))

    count = dispatcher.send_due()

    (row,) = rows()
    (mail,) = sink.mails
    assert (count.sent, count.why_stopped) == (1, "")
    assert (row.state, row.attempts, row.answer) == ("sent", 1, "250 OK, kept")
    assert row.sent_at is not None
    assert (mail["Subject"], mail["Message-ID"]) == ("About booking 1", row.message_id)
    assert mail["Reply-To"] == "coordinator@swa.example.org"
    assert mail["From"] == "Social Welfare Alliance <training@swa.example.org>"


def test_the_envelope_is_explicit_and_has_one_recipient(make, sink):
    people = [make.person() for _ in range(5)]
    for person in people:
        queue(f"booking {person.id}", wanted(person.id))

    dispatcher.send_due()

    assert [envelope.mail_from for envelope in sink.envelopes] == ["training@swa.example.org"] * 5
    assert sorted(sink.recipients) == sorted([person.email] for person in people)
    assert all(mail["Cc"] is None and mail["Bcc"] is None for mail in sink.mails)
    assert [[str(mail["To"].addresses[0].addr_spec)] for mail in sink.mails] == sink.recipients


def test_each_message_has_an_envelope_sender_of_its_own_where_it_is_set(make, sink, use_server):
    """MAIL-11: the token is the random part of the Message-ID; From stays the mailbox."""
    use_server(sink.url, bounce_address="bounce@mail.swa.example.org")
    for person in [make.person() for _ in range(3)]:
        queue(f"booking {person.id}", wanted(person.id))

    dispatcher.send_due()

    tokens = [row.message_id[1:33] for row in rows()]
    senders = [envelope.mail_from for envelope in sink.envelopes]
    assert senders == [f"bounce+{token}@mail.swa.example.org" for token in tokens]
    assert len(set(senders)) == 3
    assert {str(mail["From"].addresses[0].addr_spec) for mail in sink.mails} == {
        "training@swa.example.org"
    }


def test_a_second_pass_sends_nothing(person, sink):
    queue("booking 1", wanted(person.id))

    dispatcher.send_due()
    count = dispatcher.send_due()

    assert (count.total, len(sink.mails)) == (0, 1)


@pytest.mark.parametrize(("seconds", "sent"), [(-1, 1), (0, 1), (60, 0)])
def test_nothing_goes_before_it_is_due(person, sink, seconds, sent):
    queue("booking 1", wanted(person.id, due_at=clock.utc_now() + timedelta(seconds=seconds)))

    dispatcher.send_due()

    assert len(sink.mails) == sent


def test_a_web_server_whose_clock_is_ahead_does_not_hold_up_its_mail(person, sink):
    queue("booking 1", wanted(person.id, due_at=clock.utc_now() + timedelta(seconds=1.5)))

    count = dispatcher.send_due()

    assert (count.sent, count.why_stopped, len(sink.mails)) == (1, "", 1)


def test_waiting_for_what_comes_due_holds_no_transaction_and_ends(person, sink, monkeypatch):
    pauses = []

    def look_instead_of_waiting(seconds):
        pauses.append(seconds)
        assert not db.session().in_transaction()

    queue("booking 1", wanted(person.id, due_at=clock.utc_now() + timedelta(seconds=1)))
    monkeypatch.setattr(engine, "pause", look_instead_of_waiting)
    monkeypatch.setattr(dispatcher, "PATIENCE_SECONDS", 0.9)
    dispatcher.send_due()
    assert pauses == [], "what is due later than its patience is left to the tick"

    monkeypatch.setattr(dispatcher, "PATIENCE_SECONDS", 1.1)
    dispatcher.send_due()

    assert 0 < pauses[0] <= 1
    assert states() == ["sent"]


def test_nothing_is_waited_for_beyond_the_limit(make, sink, monkeypatch):
    soon = clock.utc_now() + timedelta(seconds=1)
    queue("booking 1", wanted(make.person().id))
    queue("booking 2", wanted(make.person().id, due_at=soon))
    monkeypatch.setattr(engine, "pause", lambda _seconds: pytest.fail("it waited"))

    assert dispatcher.send_due(limit=1).total == 1


@pytest.mark.parametrize(("seconds", "state"), [(-1, "missed"), (60, "sent")])
def test_nothing_goes_after_its_last_useful_moment(person, sink, seconds, state):
    now = clock.utc_now()
    queue(
        "booking 1",
        wanted(person.id, due_at=now - HOUR, give_up_at=now + timedelta(seconds=seconds)),
    )

    dispatcher.send_due()

    assert states() == [state]


def test_a_worker_that_slept_for_days_sends_what_is_still_useful_once(person, sink):
    now = clock.utc_now()
    queue("past session", wanted(person.id, due_at=now - 72 * HOUR, give_up_at=now - HOUR))
    queue("coming session", wanted(person.id, due_at=now - 72 * HOUR, give_up_at=now + HOUR))

    dispatcher.send_due()
    dispatcher.send_due()

    assert [mail["Subject"] for mail in sink.mails] == ["About coming session"]
    assert states() == ["missed", "sent"]


def test_what_is_not_wanted_any_more_is_dropped_with_its_reason(person, sink):
    queue("booking 1", wanted(person.id))
    outbox.unwanted[PLAIN] = "The booking was cancelled"

    count = dispatcher.send_due()

    assert [(row.state, row.reason) for row in rows()] == [("dropped", "The booking was cancelled")]
    assert (sink.mails, count.outcomes) == ([], {Outcome.DROPPED: 1})


def test_it_is_asked_again_before_every_try(person, use_server):
    queue("booking 1", wanted(person.id))
    with Script(RCPT=b"450 later\r\n") as server:
        use_server(server.url)
        dispatcher.send_due()
        outbox.unwanted[PLAIN] = "They left"
        outbox.make_due()
        dispatcher.send_due()

    assert states() == ["dropped"]


def test_somebody_who_was_disabled_gets_nothing(person, sink):
    queue("booking 1", wanted(person.id))
    with transaction():
        person.is_active = False

    dispatcher.send_due()

    assert [(row.state, row.reason) for row in rows()] == [
        ("dropped", "This person gets no mail any more")
    ]
    assert sink.mails == []


def test_the_address_is_the_one_of_the_moment_of_sending(person, sink):
    queue("booking 1", wanted(person.id))
    with transaction():
        person.email = "new@council.example.org"

    dispatcher.send_due()

    assert sink.recipients == [["new@council.example.org"]]


def test_a_suppressed_address_gets_nothing_whatever_its_case(person, sink):
    with transaction():
        person.email = "ada@council.example.org"
        db.session.add(SuppressedAddress(address="ada@council.example.org", since=clock.utc_now()))
    queue("booking 1", wanted(person.id))

    dispatcher.send_due()

    assert states() == ["suppressed"]
    assert sink.mails == []
    assert queries.is_suppressed("Ada@Council.example.org")
    db.session.rollback()


def test_the_words_are_made_once_and_stay_for_every_try(person, use_server):
    queue("booking 1", wanted(person.id))
    with Script(RCPT=b"450 later\r\n") as server:
        use_server(server.url)
        dispatcher.send_due()
    with transaction():
        person.name = "Ada King"
    outbox.make_due()
    with Script() as well:
        use_server(well.url)
        dispatcher.send_due()

    assert len(outbox.drafted) == 1
    assert b"Dear Ada Lovelace" in well.taken[0]


def test_every_try_has_the_same_message_id_and_date(person, use_server, monkeypatch):
    queue("booking 1", wanted(person.id))
    tries = []
    for fault in (None, None, b"250 kept\r\n"):
        with Script(end=lambda sock: tries.append(1) or sock.sendall(b"")) as server:
            server.faults = {} if fault else {"end": None}
            sent = []
            monkeypatch.setattr(
                smtp.FinishedMessage,
                "as_bytes",
                lambda self, kept=sent: kept.append(self.raw) or self.raw,
            )
            use_server(server.url)
            dispatcher.send_due()
            tries += sent
        outbox.make_due()

    assert len(tries) == 3
    assert tries[0] == tries[1] == tries[2]


def test_no_row_holds_a_usable_link_and_the_mail_does(person, sink):
    queue("link-77", wanted(person.id, kind=SECRET))

    dispatcher.send_due()

    (mail,) = sink.mails
    link = "https://swa.example.org/link/link-77"
    assert link in mail.get_body(("plain",)).get_content()
    assert link in mail.get_body(("html",)).get_content()
    (row,) = rows()
    assert all("/link/" not in str(getattr(row, c.key)) for c in row.__table__.columns)


def test_the_words_of_a_private_message_are_deleted_once_it_is_sent(person, sink):
    queue("link-77", wanted(person.id, kind=SECRET))
    queue("booking 1", wanted(person.id))

    dispatcher.send_due()

    private, plain = rows()
    assert (private.state, private.subject, private.text, private.html) == ("sent", "", "", "")
    assert plain.text != ""


def test_a_failed_try_keeps_no_usable_link(person, use_server):
    queue("link-77", wanted(person.id, kind=SECRET))
    with Script(end=None) as server:
        use_server(server.url)
        dispatcher.send_due()

    assert rows()[0].text == "Open LINK-MARKER now\n"


def test_an_invitation_carries_its_calendar_and_no_reply_to(person, sink):
    queue("booking 1", wanted(person.id, kind=INVITATION))

    dispatcher.send_due()

    (mail,) = sink.mails
    parts = [part.get_content_type() for part in mail.walk()]
    assert parts == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"),
        "application/ics",
    ]
    assert mail["Reply-To"] is None


def test_a_message_that_is_refused_for_hours_holds_up_no_plain_one(person, use_server):
    with Script(RCPT=b"450 later\r\n") as server:
        use_server(server.url)
        queue("booking 1", wanted(person.id, kind=INVITATION))
        dispatcher.send_due()
    queue("booking 1", wanted(person.id))

    with Script() as well:
        use_server(well.url)
        dispatcher.send_due()

    assert [(row.kind, row.state) for row in rows()] == [(INVITATION, "waiting"), (PLAIN, "sent")]


def test_a_plain_message_waits_while_an_earlier_one_was_never_tried(person, sink):
    queue("booking 1", wanted(person.id))
    queue("booking 1", wanted(person.id, kind=OTHER))
    outbox.change(
        lambda row: setattr(row, "next_try_at", row.next_try_at + HOUR * (row.kind == PLAIN))
    )

    assert not statements.has_due(clock.utc_now(), [PLAIN, OTHER])


def test_messages_of_one_invitation_leave_in_order(make, use_server):
    person, other = make.person(), make.person()
    with Script(RCPT=b"450 later\r\n") as server:
        use_server(server.url)
        queue("booking 1", wanted(person.id, kind=INVITATION, edition=1))
        dispatcher.send_due()
    queue("booking 1", wanted(person.id, kind=INVITATION, edition=2))
    queue("booking 1", wanted(other.id, kind=INVITATION, edition=2))
    with Script() as well:
        use_server(well.url)
        dispatcher.send_due()
        assert [(row.person_id, row.edition) for row in rows() if row.state == "sent"] == [
            (other.id, 2)
        ]

        outbox.make_due()
        dispatcher.send_due()

    assert states() == ["sent", "sent", "sent"]
    first, second, _ = rows()
    assert first.sent_at < second.sent_at


def test_a_message_that_is_due_later_holds_up_nobody(person, sink):
    queue("booking 1", wanted(person.id, kind=OTHER, due_at=clock.utc_now() + HOUR))
    queue("booking 1", wanted(person.id))

    dispatcher.send_due()

    assert states() == ["waiting", "sent"]


def test_a_failed_message_holds_up_nobody(person, sink):
    queue("booking 1", wanted(person.id))
    outbox.change(lambda row: setattr(row, "state", MessageState.FAILED))
    queue("booking 1", wanted(person.id, edition=2))

    dispatcher.send_due()

    assert states() == ["failed", "sent"]


def test_a_kind_that_this_program_does_not_know_is_left_for_a_newer_one(person, sink):
    queue("booking 1", wanted(person.id))
    outbox.change(lambda row: setattr(row, "kind", "from the future"))
    queue("booking 2", wanted(person.id))

    dispatcher.send_due()

    assert states() == ["waiting", "sent"]


def test_words_that_cannot_be_made_fail_one_message_and_tell_the_coordinator(person, sink):
    def mistaken(_message, _recipient):
        msg = "no such name"
        raise LookupError(msg)

    kinds.register(Kind("mistaken", mistaken, outbox.why_not))
    queue("booking 1", wanted(person.id, kind="mistaken"))
    queue("booking 2", wanted(person.id))

    dispatcher.send_due()

    assert states("booking 1") == ["failed"]
    assert "LookupError: no such name" in rows("booking 1")[0].reason
    assert states("booking 2") == ["sent"]
    assert ["coordinator@swa.example.org"] in sink.recipients


def test_an_unusable_address_fails_one_message(make, sink):
    queue("booking 1", wanted(make.person(email="a@b.org, c@d.org").id))

    dispatcher.send_due()

    assert states("booking 1") == ["failed"]
    assert [r for r in sink.recipients if r != ["coordinator@swa.example.org"]] == []


def test_no_notice_is_written_about_a_notice(person, use_server):
    queue("booking 1", wanted(person.id))
    with Script(end=b"554 no\r\n") as server:
        use_server(server.url)
        dispatcher.send_due()

    assert states() == ["failed", "failed"]


def test_the_notice_about_a_private_message_says_nothing_of_it(person, use_server):
    queue("link-77", wanted(person.id, kind=SECRET))
    with Script() as server:
        server.faults["end"] = lambda sock: sock.sendall(
            b"250 kept\r\n"
            if any("coordinator" in line for line in server.log[-2:])
            else b"554 no\r\n"
        )
        use_server(server.url)
        dispatcher.send_due()

    (notice,) = [body for body in server.taken if b"\r\nTo: coordinator" in body]
    assert b"private message" in notice
    assert b"Sign in" not in notice


def test_two_workers_at_once_send_each_message_once(app, make, sink):
    for _ in range(20):
        queue("booking 1", wanted(make.person().id))
    at_once = threading.Barrier(4, timeout=10)

    def work(_number):
        at_once.wait()
        with app.app_context():
            return dispatcher.send_due().sent

    db.session.rollback()
    with ThreadPoolExecutor(4) as threads:
        sent = list(threads.map(work, range(4)))

    assert sum(sent) == 20
    assert len({mail["Message-ID"] for mail in sink.mails}) == len(sink.mails) == 20


def test_no_transaction_is_open_while_the_network_is_at_work(make, use_server):
    open_then = []

    def look(sock):
        open_then.append(session.in_transaction())
        sock.sendall(b"250 kept\r\n")

    def look_at_banner(sock):
        open_then.append(session.in_transaction())
        sock.sendall(b"220 ready\r\n")

    for _ in range(2):
        queue("booking 1", wanted(make.person().id))
    session = db.session()
    with Script(banner=look_at_banner, end=look, RCPT=look) as server:
        use_server(server.url)
        dispatcher.send_due()

    assert open_then == [False] * 5


def test_a_connection_is_used_for_many_messages_and_renewed_after_fifty(
    make, use_server, monkeypatch
):
    monkeypatch.setattr(dispatcher, "MESSAGES_PER_CONNECTION", 3)
    for _ in range(7):
        queue("booking 1", wanted(make.person().id))
    with Script() as server:
        use_server(server.url)
        dispatcher.send_due()

    assert (len(server.taken), server.links) == (7, 3)


def test_a_limit_ends_the_pass(make, sink):
    for _ in range(3):
        queue("booking 1", wanted(make.person().id))
    seen = []

    count = dispatcher.send_due(limit=2, on_each=seen.append)

    assert (count.total, seen) == (2, [Outcome.SENT, Outcome.SENT])
    assert sorted(states()) == ["sent", "sent", "waiting"]


def test_a_worker_that_is_stopped_ends_after_the_message_in_hand(make, sink, monkeypatch):
    for _ in range(3):
        queue("booking 1", wanted(make.person().id))
    monkeypatch.setattr(engine, "is_stopping", lambda: len(sink.mails) >= 1)

    dispatcher.send_due()

    assert len(sink.mails) == 1


def test_without_a_server_messages_wait_in_production(app, person, monkeypatch):
    queue("booking 1", wanted(person.id))
    monkeypatch.setattr(app, "testing", False)

    count = dispatcher.send_due()

    assert (states(), count.total) == (["waiting"], 0)
    assert count.why_stopped == "there is no mail server: set SWA_SMTP_URL"


def test_without_a_server_the_demonstration_counts_them_as_sent(
    app, person, use_server, monkeypatch
):
    use_server("", is_demo=True)
    queue("booking 1", wanted(person.id))
    monkeypatch.setattr(app, "testing", False)

    dispatcher.send_due()

    assert states() == ["sent"]


def test_the_demonstration_keeps_the_words_of_private_messages(person, use_server):
    use_server("", is_demo=True)
    queue("link-77", wanted(person.id, kind=SECRET))

    dispatcher.send_due()

    assert rows()[0].text == "Open LINK-MARKER now\n"


def test_messages_are_recorded_by_flask_mail(app, person):
    queue("booking 1", wanted(person.id))
    mail = flask_mail.Mail()
    mail.state = app.extensions["mail"]

    with mail.record_messages() as recorded:
        dispatcher.send_due()

    (message,) = recorded
    assert (message.subject, message.send_to) == ("About booking 1", {person.email})
    assert message.msgId == rows()[0].message_id
    assert b"Dear Ada" in message.as_bytes()


def find_circuit():
    circuit = queries.find_circuit("smtp")
    db.session.rollback()
    return circuit


def test_a_server_that_is_away_is_left_alone_longer_each_time(person, use_server, monkeypatch):
    queue("booking 1", wanted(person.id))
    use_server(f"smtp+plain://127.0.0.1:{free_port()}")
    now = clock.utc_now()
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    rests = []
    for _ in range(4):
        dispatcher.send_due()
        rests.append((find_circuit().closed_until - now).total_seconds())
        now = find_circuit().closed_until

    assert rests == [30, 60, 120, 240]
    assert [(row.state, row.attempts) for row in rows()] == [("waiting", 0)]


def test_while_the_server_rests_nobody_knocks(person, use_server):
    queue("booking 1", wanted(person.id))
    use_server(f"smtp+plain://127.0.0.1:{free_port()}")
    dispatcher.send_due()
    with Script() as server:
        use_server(server.url)
        count = dispatcher.send_due()

    assert (server.links, count.total) == (0, 0)
    assert "left alone for a while" in count.why_stopped


def test_after_the_rest_one_worker_tries_and_the_others_wait(person, use_server, monkeypatch):
    queue("booking 1", wanted(person.id))
    use_server(f"smtp+plain://127.0.0.1:{free_port()}")
    dispatcher.send_due()
    later = find_circuit().closed_until
    monkeypatch.setattr(clock, "utc_now", lambda: later)

    assert dispatcher.circuit.why_rest(later) == ""
    assert "left alone" in dispatcher.circuit.why_rest(later)


def test_a_server_that_answers_again_is_trusted_again(person, use_server, monkeypatch):
    queue("booking 1", wanted(person.id))
    use_server(f"smtp+plain://127.0.0.1:{free_port()}")
    dispatcher.send_due()
    later = find_circuit().closed_until
    monkeypatch.setattr(clock, "utc_now", lambda: later)
    with Script() as server:
        use_server(server.url)
        dispatcher.send_due()

    assert states() == ["sent"]
    assert (find_circuit().failures, find_circuit().closed_until) == (0, None)


def test_a_server_that_refuses_us_after_the_greeting_rests_longer_each_time(
    person, use_server, monkeypatch
):
    queue("booking 1", wanted(person.id))
    now = clock.utc_now()
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    with Script(MAIL=b"550 who are you\r\n") as server:
        use_server(server.url)
        for _ in range(3):
            dispatcher.send_due()
            now = find_circuit().closed_until

    assert find_circuit().failures == 3
    assert rows()[0].attempts == 0


def test_a_lease_that_ran_out_before_sending_frees_the_row(person):
    queue("booking 1", wanted(person.id))
    now = clock.utc_now()
    claim = steps.claim_next(now)
    assert steps.claim_next(now) is None

    steps.take_stock(now + steps.LEASE - timedelta(seconds=1))
    assert states() == ["claimed"]
    steps.take_stock(now + steps.LEASE)

    assert states() == ["waiting"]
    with pytest.raises(steps.LeaseLost):
        steps.begin_sending(claim, now)


def test_a_lease_that_ran_out_while_sending_leaves_the_row_in_doubt(person):
    queue("booking 1", wanted(person.id))
    now = clock.utc_now()
    claim = steps.claim_next(now)
    steps.begin_sending(claim, now)

    steps.take_stock(now + steps.LEASE)

    assert states() == ["unknown"]


def test_a_slow_worker_that_did_succeed_still_marks_its_row(person):
    queue("booking 1", wanted(person.id))
    now = clock.utc_now()
    claim = steps.claim_next(now)
    steps.begin_sending(claim, now)
    steps.take_stock(now + steps.LEASE)

    steps.mark_sent(claim, "250 kept", now=now, keep_words=True)

    assert states() == ["sent"]


def test_a_slow_worker_does_not_touch_what_another_holds(person):
    queue("booking 1", wanted(person.id))
    now = clock.utc_now()
    slow = steps.claim_next(now)
    later = now + steps.LEASE
    steps.take_stock(later)
    assert steps.claim_next(later) is not None

    steps.mark_sent(slow, "250 kept", now=later, keep_words=True)
    outcome = steps.record_failed_try(
        slow, smtplib.SMTPDataError(451, b"later"), begun=True, now=later
    )

    assert (states(), outcome) == (["claimed"], Outcome.LOST)
    assert steps.prepare(slow, later) is Outcome.LOST


def test_a_worker_that_lost_its_row_hands_nothing_over(person, use_server, monkeypatch):
    queue("booking 1", wanted(person.id))
    prepare = steps.prepare

    def prepare_slowly(claim, now):
        parcel = prepare(claim, now)
        steps.take_stock(now + steps.LEASE)
        return parcel

    monkeypatch.setattr(steps, "prepare", prepare_slowly)
    with Script() as server:
        use_server(server.url)
        count = dispatcher.send_due(limit=1)

    assert (server.taken, count.outcomes) == ([], {Outcome.LOST: 1})
    assert "DATA" not in server.log


def test_a_crash_loop_ends(person):
    queue("booking 1", wanted(person.id))
    now = clock.utc_now()
    tries = 0
    while steps.claim_next(now):
        tries += 1
        assert tries < 50
        now += steps.LEASE
        steps.take_stock(now)

    assert tries == 11
    assert states("booking 1") == ["failed"]


def test_who_reads_and_writes_while_drafting_is_in_the_same_transaction(person, sink):
    def draft_and_write(message, recipient):
        message.reason = "kept by the draft"
        return outbox.draft_note(message, recipient)

    kinds.register(Kind("writes", draft_and_write, outbox.why_not))
    queue("booking 1", wanted(person.id, kind="writes"))

    dispatcher.send_due()

    assert states() == ["sent"]


def test_send_again_keeps_the_words_and_the_message_id(person, use_server, monkeypatch):
    monkeypatch.setattr(services, "_recorders", [])
    queue("booking 1", wanted(person.id))
    with Script(RCPT=b"550 no such user\r\n") as server:
        use_server(server.url)
        dispatcher.send_due(limit=1)
    with transaction():
        handling.send_again(queries.get_message(rows("booking 1")[0].id), now=clock.utc_now())
    with Script() as well:
        use_server(well.url)
        dispatcher.send_due()

    assert states("booking 1") == ["sent"]
    assert rows("booking 1")[0].message_id.encode() in b"".join(well.taken)


def test_workers_that_fail_first_at_the_same_moment_share_one_rest(app):
    now = clock.utc_now()
    barrier = threading.Barrier(8, timeout=30)

    def fail(_number):
        with app.app_context():
            barrier.wait()
            dispatcher.circuit.record_failure("421 Too busy", now=now)
            db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(fail, range(8)))

    assert (find_circuit().failures, find_circuit().last_answer) == (8, "421 Too busy")
