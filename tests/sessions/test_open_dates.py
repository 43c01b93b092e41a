"""The dates that anybody may read as a calendar: AN-07, AN-21, FEED-2 to FEED-5, FEED-7."""

from datetime import timedelta

import icalendar
import pytest
import time_machine

from swa.calendars.models import Invitation
from swa.core import clock
from swa.core.db import db, transaction
from swa.sessions.types import Mode, SessionStatus
from tests.sessions.doing import book, call_off, later, move
from tests.support.factories import soon
from tests.support.feeds import titles
from tests.support.icalendars import itip_faults, occurrences, parse_all
from tests.support.pages import read_page
from tests.support.programs import in_javascript
from tests.support.query_counts import counted_queries

ALL = "/calendars/open-dates.ics"
LINK = "https://meet.example.org/secret-room"


@pytest.fixture
def housing(make):
    return make.topic(title="Housing")


@pytest.fixture
def session(make, housing):
    return make.session(
        topic=housing, online_link=LINK, starts_at=soon(days=20).replace(microsecond=0)
    )


def events(answer):
    assert answer.status_code == 200
    return icalendar.Calendar.from_ical(answer.data).walk("VEVENT")


def test_published_dates_to_come_and_nothing_else(client, make, housing, session):
    make.session(topic=housing, status=SessionStatus.DRAFT)
    make.session(topic=housing, starts_at=soon(days=-2))
    make.session(topic=make.topic(title="Debt", is_active=False))
    make.session(topic=make.topic(title="Health"), starts_at=soon(days=10))

    assert titles(client.get(ALL)) == ["Health", "Housing"]


def test_a_topic_has_a_calendar_of_its_own_while_it_is_offered(client, make, housing, session):
    other, resting = make.topic(title="Debt"), make.topic(is_active=False)
    make.session(topic=other)

    assert titles(client.get(f"/calendars/topics/{housing.id}.ics")) == ["Housing"]
    assert f"{housing.title}" in client.get(f"/calendars/topics/{housing.id}.ics").text
    for number in (resting.id, 999_999):
        assert client.get(f"/calendars/topics/{number}.ics").status_code == 404


def test_the_page_of_a_topic_offers_its_dates_to_calendars(make, sign_in, housing):
    page = read_page(sign_in(make.person()).get(f"/topics/{housing.id}"))

    address = f"localhost/calendars/topics/{housing.id}.ics"
    assert page.select_one(f"main a[href='webcal://{address}']")
    assert page.select_one(f"main input[readonly][value='http://{address}']")


def test_nothing_personal_and_no_way_in_is_told(client, make, housing):
    lead, support = make.facilitator(name="Zora Quill"), make.facilitator(name="Ysolde Marr")
    shared = {"topic": housing, "lead_facilitator_id": lead.id, "support_person_id": support.id}
    online = make.session(online_link=LINK, borough="Newham", **shared)
    make.session(mode=Mode.IN_PERSON, venue="Room 7, Refuge House", borough="Newham", **shared)
    booking = book(online, make.person(name="Xandra Bell"))

    answer = client.get(ALL)

    text = answer.text.replace("\r\n ", "")
    for word in ("Zora", "Quill", "Ysolde", "Xandra", "@", "secret-room", "Room 7", "Refuge"):
        assert word not in text
    assert {str(one["LOCATION"]) for one in events(answer)} == {"Online", "In person, Newham"}
    invitation = db.session.query(Invitation).filter_by(occasion=f"booking {booking.id}").one()
    assert invitation.uid not in text
    assert f"http://localhost/sessions/{online.id}" in text


def test_who_books_changes_nothing_in_it(client, make, session):
    before = client.get(ALL)
    for _ in range(3):
        book(session, make.person())

    with time_machine.travel(clock.utc_now() + timedelta(days=3), tick=False):
        after = client.get(ALL, headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 304


def test_a_moved_date_keeps_its_uid_and_raises_its_sequence(client, make, session):
    (before,) = events(client.get(ALL))

    move(session, later(session, by=timedelta(days=2)), by=make.coordinator(), now=clock.utc_now())

    (after,) = events(client.get(ALL))
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTAMP"].dt >= before["DTSTAMP"].dt
    assert after["DTSTART"].dt == before["DTSTART"].dt + timedelta(days=2)


def test_feed_7_what_was_called_off_says_so_for_30_days(client, make, session):
    now = clock.utc_now()
    call_off(session, by=make.coordinator(), now=now)

    assert titles(client.get(ALL)) == ["Cancelled: Housing"]
    with time_machine.travel(now + timedelta(days=30), tick=False):
        assert titles(client.get(ALL)) == []


def test_a_draft_that_was_thrown_away_was_never_told_of(client, make, session):
    draft = make.session(status=SessionStatus.DRAFT)
    call_off(draft, by=make.coordinator(), now=clock.utc_now())

    assert titles(client.get(ALL)) == ["Housing"]


def test_feed_2_headers_and_head_are_those_of_every_link(client, session):
    answer, head = client.get(ALL), client.head(ALL)

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert (head.data, head.headers["ETag"]) == (b"", answer.headers["ETag"])
    assert answer.headers["Last-Modified"] == head.headers["Last-Modified"]


def test_feed_4_two_engines_and_libical_read_it(client, make, housing, session):
    for day in (60, 200):
        starts_at = soon(days=day).replace(microsecond=0)
        make.session(topic=housing, starts_at=starts_at)

    data = client.get(ALL).data

    assert len(parse_all(data)) == 3
    assert itip_faults(data) == []
    assert in_javascript([data]) == occurrences(data)
    assert (session.starts_at, session.ends_at) in occurrences(data)


def test_without_any_date_it_is_an_empty_calendar(client):
    assert events(client.get(ALL)) == []


def test_an_installation_may_show_no_dates_to_strangers(
    app, client, session, sign_in, make, monkeypatch
):
    monkeypatch.setattr(app.extensions["swa_settings"], "public_feeds", False)
    browser, topic_id = sign_in(make.person()), session.topic_id

    for path in (ALL, f"/calendars/topics/{topic_id}.ics"):
        assert client.get(path).status_code == 404
        assert browser.get(path).status_code == 404
    for page in ("/account/calendar", f"/topics/{topic_id}"):
        answer = browser.get(page)
        assert answer.status_code == 200
        assert "/calendars/" not in answer.text


def test_the_number_of_questions_to_the_database_does_not_grow(client, make, session, housing):
    found = {}
    for number in (1, 5):
        with counted_queries() as asked:
            found[len(titles(client.get(ALL)))] = len(asked)
        for day in range(4):
            moved = make.session(topic=housing, starts_at=soon(days=30 + day))
            with transaction():
                moved.borough = f"Borough {number}"

    assert sorted(found) == [1, 5]
    assert found[1] == found[5] <= 3
