"""GOV.UK Notify as the second way out for plain notices, against a little one of our own over HTTP.

Its signed requests, each class of fault, the same promise as by SMTP (nothing lost; asked by our
reference before a notice goes again), and whether a notice arrived (REPLY-11, PLAN-13).
"""

from datetime import timedelta

import pytest
import time_machine

from swa.core import clock
from swa.messaging import dispatcher, emails, kinds, notify, queries
from swa.messaging.bounces import arrivals
from swa.messaging.choices import standing
from swa.messaging.choices.types import Choice
from swa.messaging.dispatcher import by_notify, channels
from swa.messaging.kinds import Kind
from swa.messaging.notify import Means, read_settings
from tests.messaging.outbox import (
    INVITATION,
    PLAIN,
    SECRET,
    draft_note,
    make_due,
    queue,
    rows,
    wanted,
    why_not,
)
from tests.messaging.servers import free_port
from tests.support.notify_api import (
    API_KEY,
    TEMPLATE,
    dripping,
    dropping,
    notify_api,
    refusing,
    saying,
    silent,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def person(make):
    return make.person(name="Ada Lovelace", email="ada@council.example.org")


@pytest.fixture
def api(sink, use_server):
    """A Notify and a mail server at once, as in an installation that has both."""
    with notify_api() as server:
        use_notify(use_server, sink, server)
        yield server


def use_notify(use_server, sink, server, **facts):
    ordinary = {"notify_api_key": API_KEY, "notify_template_id": TEMPLATE}
    use_server(sink.url, **({"notify_url": server.url} | ordinary | facts))


def send(person, occasion="booking 1", kind=PLAIN):
    queue(occasion, wanted(person.id, kind=kind))
    dispatcher.send_due()


def the_row():
    (row,) = [row for row in rows() if row.kind != emails.NOT_DELIVERED]
    return row


def again():
    """Let the pause be over, and send what is due."""
    make_due()
    dispatcher.send_due()


def test_a_plain_notice_goes_by_notify_with_our_reference(person, api, sink):
    send(person)

    (notice,), row = api.notices, the_row()
    assert sink.mails == []
    assert notice["email_address"] == "ada@council.example.org"
    assert notice["given_subject"] == "About booking 1"
    assert notice["given_body"] == "Dear Ada Lovelace, this is edition 1.\n"
    assert notice["reference"] == row.message_id.strip("<>")
    assert (row.state, row.attempts, row.notify_id) == ("sent", 1, notice["id"])
    assert row.answer == "GOV.UK Notify took it"


@pytest.mark.parametrize("kind", [INVITATION, SECRET, emails.TEST, emails.NOT_DELIVERED])
def test_invitations_and_secrets_never_go_by_notify(api, kind):
    assert kind not in channels.by_notify()


def test_each_message_takes_its_own_way(person, api, sink):
    """MAIL-10: what people may refuse needs headers that only our own mails have."""
    standing.register(Choice("extras", "Extras", "What is not needed"))
    kinds.register(Kind("extra note", draft_note, why_not, optional="extras"))
    for number, kind in enumerate((PLAIN, INVITATION, SECRET, "extra note")):
        queue(f"booking {number}", wanted(person.id, kind=kind))

    dispatcher.send_due()

    del kinds._kinds["extra note"], standing._choices["extras"]
    assert len(sink.mails) == 3
    assert [notice["given_subject"] for notice in api.notices] == ["About booking 0"]
    assert {row.state for row in rows()} == {"sent"}


def test_the_refresher_and_the_invitations_of_the_product_go_by_smtp(api):
    ours = set(channels.by_notify())

    assert {"prework", "joining instructions", "after the session"} <= ours
    assert ours.isdisjoint(
        {"refresher", "attendance not saved", "booking confirmed", "sign-in link", "session moved"}
    )


def test_without_the_settings_everything_goes_by_smtp(person, sink):
    send(person)

    assert len(sink.mails) == 1
    assert channels.by_notify() == []


def test_notices_go_also_where_there_is_no_mail_server(person, api, use_server, sink, app):
    use_server("", notify_url=api.url, notify_api_key=API_KEY, notify_template_id=TEMPLATE)
    queue("booking 1", wanted(person.id))
    app.testing = False  # else what no server takes would be kept for the demonstration

    dispatcher.send_due()

    app.testing = True
    assert len(api.notices) == 1


# Faults: runtime.md 2


@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        pytest.param(403, "AuthError", "Invalid token: API key not found", id="key refused"),
        pytest.param(403, "AuthError", "Error: Your system clock must be accurate", id="clock"),
        pytest.param(429, "RateLimitError", "Exceeded rate limit", id="too fast"),
        pytest.param(429, "TooManyRequestsError", "Exceeded send limits (50)", id="day is full"),
        pytest.param(404, "NotFound", "no such page", id="wrong address"),
        pytest.param(400, "BadRequestError", "Template not found", id="no template"),
        pytest.param(
            400,
            "BadRequestError",
            "Can't send to this recipient using a team-only API key",
            id="a key for the team",
        ),
        pytest.param(400, "BadRequestError", "service is in trial mode", id="trial"),
    ],
)
def test_what_is_wrong_with_us_charges_no_notice_and_lets_notify_rest(
    person, api, status, error, message
):
    api.faults = [refusing(status, error, message)]

    send(person)
    dispatcher.send_due()

    row, circuit = the_row(), queries.find_circuit(by_notify.CHANNEL)
    assert (row.state, row.attempts, api.notices) == ("waiting", 0, [])
    assert message in circuit.last_answer
    assert len(api.requests) == 1, "the second pass left Notify alone"
    with time_machine.travel(clock.utc_now() + MINUTE, tick=True):
        dispatcher.send_due()
    assert len(api.notices) == 1
    assert queries.find_circuit(by_notify.CHANNEL).failures == 0


def test_while_notify_rests_the_mail_server_goes_on(person, api, sink):
    api.faults = [refusing(403, "AuthError", "Invalid token")]
    send(person)

    send(person, "booking 2", SECRET)

    assert len(sink.mails) == 1


def test_while_notify_rests_an_invitation_of_the_same_booking_does_not_wait_for_a_notice(
    person, api, sink
):
    """A notice that was due first and cannot go holds up no changed invitation."""
    api.faults = [refusing(403, "AuthError", "Invalid token")]
    send(person)

    send(person, kind=INVITATION)

    assert [(row.kind, row.state, row.attempts) for row in rows("booking 1")] == [
        (PLAIN, "waiting", 0),
        (INVITATION, "sent", 1),
    ]
    assert [mail["Subject"] for mail in sink.mails] == ["Invitation: a talk"]


def test_the_page_says_when_notify_rests(person, api, make, sign_in):
    api.faults = [refusing(403, "AuthError", "Invalid token: API key not found")]
    send(person)

    page = sign_in(make.coordinator()).get("/messages/").text

    assert "GOV.UK Notify does not take notices at the moment" in page
    assert "API key not found" in page
    assert "The mail server does not take messages" not in page


def test_a_notice_that_is_refused_for_good_fails_alone_and_the_coordinator_is_told(
    person, api, sink
):
    fault = refusing(400, "ValidationError", "email_address Not a valid email address")
    api.faults = [fault]
    queue("booking 1", wanted(person.id))
    queue("booking 2", wanted(person.id))

    dispatcher.send_due()

    states = {row.occasion: row.state for row in rows() if row.kind == PLAIN}
    assert states == {"booking 1": "failed", "booking 2": "sent"}
    assert [mail["Subject"] for mail in sink.mails] == ["We could not deliver a message"]
    assert not queries.is_suppressed(person.email)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(refusing(500, "Exception", "Internal server error"), id="500"),
        pytest.param(refusing(503, "Exception", "Unavailable"), id="503"),
        pytest.param(saying(201, b"<html>"), id="an answer that cannot be read"),
        pytest.param(saying(201, b"[]"), id="an answer of another form"),
        pytest.param(saying(201, b'{"id": null}'), id="an answer without an id"),
        pytest.param(dropping(takes=False), id="no answer"),
    ],
)
def test_an_unclear_answer_is_asked_about_and_then_sent_once(person, api, fault):
    api.faults = [fault]

    send(person)
    unclear = (the_row().state, the_row().attempts)
    again()

    row = the_row()
    assert unclear == ("unknown", 1)
    assert (row.state, row.attempts, len(api.notices)) == ("sent", 2, 1)
    assert api.requests[1].startswith("GET /v2/notifications?template_type=email&reference=")


def test_what_notify_took_before_the_answer_was_lost_is_not_sent_again(person, api):
    api.faults = [dropping(takes=True)]

    send(person)
    again()

    row = the_row()
    assert (row.state, row.notify_id, len(api.notices)) == ("sent", api.notices[0]["id"], 1)


def test_a_worker_that_died_in_between_repeats_nothing(person, api, monkeypatch):
    """The row was being sent when the lease ended; its reference is asked for first."""

    def die(*arguments, **more):
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(by_notify.rows, "mark_sent", die)
        with pytest.raises(SystemExit):
            send(person)
    with time_machine.travel(clock.utc_now() + 3 * MINUTE, tick=True):
        dispatcher.send_due()

    assert (the_row().state, len(api.notices)) == ("sent", 1)


def test_while_nobody_can_say_whether_it_arrived_nothing_is_sent(person, api):
    api.faults = [dropping(takes=True)]
    api.look_faults = [refusing(500, "Exception", "Internal server error")]

    send(person)
    again()

    assert (the_row().state, the_row().attempts, len(api.notices)) == ("unknown", 1, 1)
    with time_machine.travel(clock.utc_now() + MINUTE, tick=True):
        dispatcher.send_due()
    assert (the_row().state, len(api.notices)) == ("sent", 1)


def test_an_answer_that_drips_is_cut_before_the_lease_ends(person, api, monkeypatch):
    monkeypatch.setattr(by_notify, "WITHIN_SECONDS", 0.3)
    api.faults = [dripping(5)]

    send(person)

    assert the_row().state == "unknown"
    monkeypatch.undo()
    again()
    assert (the_row().state, len(api.notices)) == ("sent", 1)


def test_a_silent_notify_is_left_alone_after_the_time_out(person, api, monkeypatch):
    monkeypatch.setattr(notify, "READ_SECONDS", 0.3)
    api.faults = [silent()]

    send(person)

    assert the_row().state == "unknown"


def test_a_notify_that_cannot_be_reached_charges_no_notice(person, api, use_server, sink):
    use_notify(use_server, sink, api, notify_url=f"http://127.0.0.1:{free_port()}")

    send(person)

    assert (the_row().state, the_row().attempts) == ("waiting", 0)
    assert "ConnectionRefusedError" in queries.find_circuit(by_notify.CHANNEL).last_answer


def test_two_workers_at_once_send_each_notice_once(make, api, app):
    from concurrent.futures import ThreadPoolExecutor

    for number in range(6):
        queue(f"booking {number}", wanted(make.person().id))

    def work():
        with app.app_context():
            return dispatcher.send_due().sent

    with ThreadPoolExecutor(2) as pool:
        sent = sum(each.result(60) for each in [pool.submit(work), pool.submit(work)])

    assert (sent, len(api.notices), len(set(api.references))) == (6, 6, 6)


# Whether it arrived: REPLY-11, PLAN-13


def look(later=2 * MINUTE, then=lambda: None):
    with time_machine.travel(clock.utc_now() + later, tick=True):
        count = arrivals.look_for_arrivals()
        then()
        return count


def test_a_notice_that_arrived_is_shown_as_arrived(person, api, make, sign_in):
    send(person)
    api.set_status("delivered")

    assert look() == 1

    row = the_row()
    page = sign_in(make.coordinator()).get(f"/people/{person.id}/messages").text
    assert (row.state, row.answer) == ("sent", "GOV.UK Notify: delivered")
    assert row.arrived_at is not None
    assert "Arrived" in page
    assert look(4 * MINUTE) == 0
    assert len(api.requests) == 2, "nobody asks again"


@pytest.mark.parametrize(
    ("status", "suppressed"),
    [("permanent-failure", True), ("temporary-failure", False), ("technical-failure", False)],
)
def test_a_notice_that_came_back_is_a_bounce(person, api, sink, status, suppressed):
    send(person)
    api.set_status(status)

    look(then=dispatcher.send_due)

    row = the_row()
    assert (row.state, row.reason) == ("failed", "Their mail server sent it back")
    assert f"GOV.UK Notify: {status}" in row.answer
    assert queries.is_suppressed(person.email) is suppressed
    assert [mail["Subject"] for mail in sink.mails] == ["We could not deliver a message"]


def test_a_notice_on_its_way_is_asked_about_less_and_less_often(person, api):
    send(person)
    sent_at, asked = the_row().sent_at, []
    api.set_status("sending")

    for _ in range(6):
        ask_at = the_row().next_try_at
        with time_machine.travel(ask_at, tick=False):
            arrivals.look_for_arrivals()
        asked.append((ask_at - sent_at) / MINUTE)

    assert [round(minutes, 1) for minutes in asked] == [1, 2, 3, 4.5, 6.8, 10.1]
    assert the_row().state == "sent"


def test_one_notice_that_nobody_knows_holds_up_no_other(make, api):
    for number in range(3):
        queue(f"booking {number}", wanted(make.person().id))
    dispatcher.send_due()
    api.set_status("delivered")
    api.notices[0]["id"] = "gone"

    assert look() == 2
    assert [row.arrived_at is None for row in rows()] == [True, False, False]


def test_nobody_is_asked_without_notify_or_about_what_the_mail_server_took(person, sink):
    send(person)

    assert look() == 0


def test_a_notify_that_is_away_is_asked_another_time(person, api, use_server, sink):
    send(person)
    api.set_status("delivered")
    use_notify(use_server, sink, api, notify_url=f"http://127.0.0.1:{free_port()}")
    away = look()
    use_notify(use_server, sink, api)

    assert (away, look()) == (0, 1)


# Settings


@pytest.mark.parametrize(
    ("url", "key", "template", "setting"),
    [
        (notify.LIVE_URL, "secret", TEMPLATE, "SWA_NOTIFY_API_KEY"),
        (notify.LIVE_URL, "", TEMPLATE, "SWA_NOTIFY_API_KEY"),
        (notify.LIVE_URL, API_KEY, "", "SWA_NOTIFY_TEMPLATE_ID"),
        (notify.LIVE_URL, API_KEY, "my template", "SWA_NOTIFY_TEMPLATE_ID"),
        ("http://api.example.org", API_KEY, TEMPLATE, "SWA_NOTIFY_URL"),
        ("https://", API_KEY, TEMPLATE, "SWA_NOTIFY_URL"),
    ],
)
def test_settings_that_do_not_fit_are_named(url, key, template, setting):
    with pytest.raises(ValueError, match=setting):
        read_settings(url, key, template)


def test_the_key_stands_in_no_text_of_ours():
    service = read_settings(notify.LIVE_URL, API_KEY, TEMPLATE)

    assert service.key not in repr(service)
    assert service.service_id in API_KEY


@pytest.mark.parametrize(
    ("status", "answer", "means"),
    [
        (400, "email_address Not a valid email address", Means.NEVER),
        (400, "Emails cannot be longer than 2000000 bytes", Means.NEVER),
        (400, "Template not found", Means.LATER),
        (401, "", Means.LATER),
        (429, "", Means.LATER),
        (499, "", Means.LATER),
        (500, "", Means.UNKNOWN),
        (599, "", Means.UNKNOWN),
    ],
)
def test_what_each_refusal_means(status, answer, means):
    assert notify.what_it_means(status, answer) is means
