"""How far many messages have got, for the programme and for a session (MAIL-15, PEER-8)."""

from datetime import timedelta

import pytest

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import dispatcher, lists, services
from swa.messaging.types import MessageState
from swa.people.models import Person
from tests.messaging.outbox import HOUR, SECRET, change, rows, wanted
from tests.support.factories import soon
from tests.support.pages import read_page

ALL = "/messages/progress"


@pytest.fixture
def session(make):
    return make.session(starts_at=soon(days=20))


people: list[int] = []


@pytest.fixture(autouse=True)
def some_people(make):
    people[:] = [make.person().id for _ in range(12)]


def queue_some(session, number, **changes):
    now = clock.utc_now()
    with transaction():
        for _ in range(number):
            mail = wanted(people.pop(), **changes)
            services.queue("note", mail, now=now, belongs_to=f"session {session.id}")


def test_it_counts_what_is_sent_failed_and_waiting(make, session, sign_in, sink):
    queue_some(session, 5)
    change(lambda row: setattr(row, "state", MessageState.FAILED) if row.id % 5 == 0 else None)
    dispatcher.send_due(limit=2)
    browser = sign_in(session.lead_facilitator)

    page = read_page(browser.get(f"/sessions/{session.id}/messages/progress"))

    assert "2 of 5 sent, 1 failed, about a minute left" in page.text
    bar = page.select_one("progress")
    assert (bar["max"], bar["value"]) == ("5", "3")
    failed = page.find("a", string="See what was not delivered")["href"]
    assert "1 message" in read_page(browser.get(failed)).text
    assert page.find("a", string="Check progress")["href"].endswith("/messages/progress")


def test_one_bad_address_stops_nobody_and_is_told(make, session, sign_in, sink):
    """MAIL-15: as many rows as recipients; queued, sent and bounced are told of each."""
    queue_some(session, 6)
    bad = rows()[2]
    refuse_one(sink, bad.person_id)

    dispatcher.send_due()

    assert sorted(row.state for row in rows() if row.kind == bad.kind) == ["failed"] + ["sent"] * 5
    browser = sign_in(session.lead_facilitator)
    page = read_page(browser.get(f"/sessions/{session.id}/messages/progress"))
    assert "5 of 6 sent, 1 failed" in page.text
    page = read_page(browser.get(f"/sessions/{session.id}/messages?shown=all"))
    tags = [card.select_one(".govuk-tag").text.strip() for card in page.select(".app-card")]
    assert sorted(tags) == ["Not delivered"] + ["Sent"] * 5
    assert "Their mail server refused it" in page.text


def refuse_one(sink, person_id):
    address = db.session.get_one(Person, person_id).email
    db.session.rollback()

    async def handle_RCPT(_server, _session, envelope, to, _options):  # noqa: N802 - aiosmtpd's name
        if to == address:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(to)
        return "250 fine"

    sink.handle_RCPT = handle_RCPT


def test_the_page_of_a_session_counts_its_own_messages_only(make, session, sign_in):
    queue_some(session, 2)
    queue_some(make.session(starts_at=soon(days=21)), 3)

    page = read_page(sign_in(make.coordinator()).get(f"/sessions/{session.id}/messages/progress"))

    assert "0 of 2 sent" in page.text


def test_the_page_of_the_programme_counts_all_but_private_ones(make, session, sign_in):
    """PEER-8."""
    queue_some(session, 2)
    queue_some(make.session(starts_at=soon(days=21)), 3)
    queue_some(session, 4, kind=SECRET)

    assert "0 of 5 sent" in read_page(sign_in(make.coordinator()).get(ALL)).text


@pytest.mark.parametrize(
    ("hours", "counts"),
    [
        pytest.param(-25, 0, id="longer than a day ago"),
        pytest.param(-23.9, 1, id="within the day"),
        pytest.param(1, 0, id="not due yet"),
    ],
)
def test_only_what_was_due_within_a_day_is_counted(make, session, sign_in, hours, counts):
    due_at = clock.utc_now() + timedelta(hours=hours)
    queue_some(session, 1, due_at=due_at, give_up_at=due_at + 99 * HOUR)

    page = read_page(sign_in(make.coordinator()).get(ALL))

    assert ("0 of 1 sent" in page.text) is bool(counts)
    assert ("No message was due in the last 24 hours" in page.text) is not bool(counts)


def test_what_is_held_is_no_part_of_the_work_but_is_told(make, session, sign_in):
    queue_some(session, 2)
    first = rows()[0].id
    change(lambda row: setattr(row, "state", MessageState.HELD) if row.id == first else None)

    assert "0 of 1 sent, 1 held" in read_page(sign_in(make.coordinator()).get(ALL)).text


def test_it_says_why_nothing_goes(make, session, sign_in, use_server):
    queue_some(session, 1)
    browser = sign_in(make.coordinator())

    assert "None has gone in the last 5 minutes" in read_page(browser.get(ALL)).text

    use_server("smtp+plain://127.0.0.1:9")
    dispatcher.send_due()
    assert "the mail server does not take messages" in read_page(browser.get(ALL)).text


def test_the_number_of_queries_does_not_grow_with_the_messages(
    make, session, sign_in, count_queries
):
    browser = sign_in(make.coordinator())

    def look():
        with count_queries() as counted:
            assert browser.get(ALL).status_code == 200
        return counted.number

    queue_some(session, 1)
    one = look()
    queue_some(session, 9)

    assert look() == one


def test_a_stranger_does_not_see_how_far_a_session_has_got(make, session, sign_in):
    stranger = sign_in(make.person())

    assert stranger.get(f"/sessions/{session.id}/messages/progress").status_code == 403
    assert stranger.get(ALL).status_code == 403


def test_reading_counts_nothing_before_anything_was_sent(app):
    now = clock.utc_now()

    assert lists.read_progress("", since=now - HOUR, now=now).total == 0
    db.session.rollback()
