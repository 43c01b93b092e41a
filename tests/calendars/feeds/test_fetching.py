"""What a calendar program gets from a calendar link: FEED-1, FEED-2, FEED-3, LK-1, LK-6, LK-8."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from swa.calendars.feeds import services, views
from swa.calendars.feeds.models import FeedLink
from swa.core.db import db, transaction
from swa.people.models import RateCount
from swa.people.services import people
from tests.sessions.doing import book, cancel
from tests.support.factories import soon
from tests.support.feeds import PERSONAL, RUNNING, path_of, place_in_many, titles, token_of
from tests.support.query_counts import counted_queries

SAME = ("Content-Type", "X-Robots-Tag", "Referrer-Policy", "Cache-Control", "Vary")
MONDAY = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def rosa(make):
    return make.person(name="Rosa Okafor")


@pytest.fixture
def booked(make, rosa):
    session = make.session(topic=make.topic(title="Housing"), starts_at=soon(days=20))
    return book(session, rosa, now=soon(days=0))


def last_look(person):
    wanted = select(FeedLink.fetched_at).where(FeedLink.person_id == person.id)
    return db.session.scalar(wanted)


def test_feed_1_the_token_has_256_bits_and_only_its_hash_is_stored(client, rosa, booked):
    token = token_of(rosa)

    row = db.session.scalars(select(FeedLink)).one()
    assert len(token) == 43
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            assert token not in repr(connection.execute(table.select()).all()), table.name
    assert titles(client.get(f"/cal/{token}.ics")) == ["Housing"]


def test_feed_1_unknown_replaced_stopped_and_disabled_are_the_same_404(client, make, rosa, booked):
    replaced = path_of(rosa)
    stopped = path_of(rosa)
    with transaction():
        services.stop_link(rosa, PERSONAL, now=soon(days=0))
    other, coordinator = make.person(), make.coordinator()
    disabled = path_of(other)
    with transaction():
        people.disable_person(other, by=coordinator, now=soon(days=0))

    unknown = client.get(f"/cal/{'a' * 43}.ics")

    assert unknown.status_code == 404
    for path in (replaced, stopped, disabled, "/cal/x.ics"):
        answer = client.get(path)
        assert (answer.status_code, answer.data) == (404, unknown.data)
        assert [answer.headers[name] for name in SAME] == [unknown.headers[name] for name in SAME]


def test_feed_1_a_link_is_dead_while_its_owner_is_disabled_whoever_disabled_them(client, rosa):
    path = path_of(rosa)
    with transaction():
        rosa.is_active = False

    assert client.get(path).status_code == 404


def test_feed_1_one_link_of_a_kind_however_often_it_is_made(make, client):
    person = make.facilitator()
    paths = [path_of(person), path_of(person), path_of(person, RUNNING)]

    assert db.session.scalar(select(func.count()).select_from(FeedLink)) == 2
    assert [client.get(path).status_code for path in paths] == [404, 200, 200]


def test_feed_1_the_last_fetch_is_noted_and_a_new_link_begins_without(client, rosa):
    path = path_of(rosa)
    assert last_look(rosa) is None

    with time_machine.travel(MONDAY, tick=False):
        client.get(path)
        assert last_look(rosa) == MONDAY

    path_of(rosa)
    assert last_look(rosa) is None


def test_a_look_writes_when_it_was_and_how_often_and_nothing_else(client, rosa, booked):
    path = path_of(rosa)
    client.get(path)
    kept = {FeedLink.__table__, RateCount.__table__}

    def rest():
        tables = [table for table in db.metadata.sorted_tables if table not in kept]
        with db.engine.connect() as connection:
            return {t.name: sorted(map(repr, connection.execute(t.select()))) for t in tables}

    before = rest()
    for method in ("GET", "HEAD", "OPTIONS"):
        client.open(path, method=method)
        client.open("/cal/nobody.ics", method=method)

    assert rest() == before


def test_a_busy_database_leaves_nobody_without_their_dates(client, rosa, booked, monkeypatch):
    busy_error = OperationalError("x", {}, Exception("database is locked"))

    def busy(*_, **__):
        raise busy_error

    path = path_of(rosa)
    monkeypatch.setattr(views.services, "may_look", busy)

    assert titles(client.get(path)) == ["Housing"]


def test_feed_2_the_headers_are_those_of_the_note(client, rosa, booked):
    answer = client.get(path_of(rosa))

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.data).hexdigest()}"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.last_modified is not None
    assert "Set-Cookie" not in answer.headers


def test_feed_2_who_has_the_bytes_gets_304_without_them(client, rosa, booked):
    path = path_of(rosa)
    tag = client.get(path).headers["ETag"]

    for known in (tag, f'"other", {tag}', f"W/{tag}"):
        answer = client.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_feed_2_a_date_alone_never_says_that_nothing_changed(client, rosa, booked):
    path = path_of(rosa)
    date = {"If-Modified-Since": client.get(path).headers["Last-Modified"]}
    cancel(booked)

    answer = client.get(path, headers=date)

    assert titles(answer) == []


def test_feed_2_head_has_the_headers_and_no_body(client, rosa, booked):
    path = path_of(rosa)
    whole = client.get(path)

    head = client.head(path)

    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length", "Last-Modified", "Cache-Control"):
        assert head.headers[name] == whole.headers[name]


def test_feed_3_two_fetches_without_a_change_are_equal_to_the_byte(client, make, rosa):
    sessions = [make.session(starts_at=soon(days=20 + day)) for day in (5, 1, 3)]
    for session in sessions:
        book(session, rosa)
    path = path_of(rosa)

    first = client.get(path)
    with time_machine.travel(soon(days=10), tick=False):
        later = client.get(path)

    assert later.data == first.data
    assert later.headers["Last-Modified"] == first.headers["Last-Modified"]
    starts = [line for line in first.text.split("\r\n") if line.startswith("DTSTART;TZID")]
    assert len(starts) == 3
    assert starts == sorted(starts)


def test_sixty_looks_an_hour_and_then_no_more_until_later(client, rosa, make):
    path, other = path_of(rosa), path_of(make.person())
    with time_machine.travel(MONDAY, tick=False):
        answers = [client.get(path) for _ in range(62)]
        assert [answer.status_code for answer in answers] == [200] * 60 + [429] * 2
        assert answers[-1].headers["Retry-After"] == "600"
        assert client.get(other).status_code == 200
    with time_machine.travel(MONDAY + timedelta(hours=2), tick=False):
        assert client.get(path).status_code == 200


def test_thirty_wrong_addresses_and_then_no_more_but_right_ones_still_open(client, rosa, booked):
    path = path_of(rosa)
    forged = {"X-Forwarded-For": "203.0.113.9"}
    with time_machine.travel(MONDAY, tick=False):
        wrong = [client.get(f"/cal/{number}.ics", headers=forged) for number in range(32)]
        assert [answer.status_code for answer in wrong] == [404] * 30 + [429] * 2
        assert client.get(path).status_code == 200, "nobody can be locked out (LK-6)"
        elsewhere = client.get("/cal/x.ics", environ_base={"REMOTE_ADDR": "192.0.2.7"})
        assert elsewhere.status_code == 404
    with time_machine.travel(MONDAY + timedelta(minutes=20), tick=False):
        assert client.get("/cal/x.ics").status_code == 404


def test_the_number_of_questions_to_the_database_is_the_same_for_200_sessions(client, make):
    person, found = make.person(), {}
    place_in_many(make, person, 1)
    for more in (0, 199):
        place_in_many(make, person, more)
        path = path_of(person)
        with counted_queries() as asked:
            answer = client.get(path)
        found[len(titles(answer))] = len(asked)

    assert sorted(found) == [1, 200]
    assert found[1] == found[200] <= 8, found
