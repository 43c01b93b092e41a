"""DC-11, IN-09, CAL-5, CAL-6, CAL-24, C14: a topic gets another title while its sessions stand in
people's calendars."""

from datetime import UTC, datetime, timedelta

import pytest

from swa.calendars.emails import ENTRY_RENAMED
from swa.calendars.queries import find_latest
from swa.calendars.types import Answer
from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging.types import MessageState
from swa.sessions.emails.wanted import CONFIRMED, MOVED
from swa.sessions.models import Topic
from swa.sessions.rules.topics import TopicBasics
from swa.sessions.services import topics
from tests.sessions.doing import book, call_off, cancel, later, move
from tests.sessions.postman import outbox, send_due
from tests.support.factories import soon
from tests.support.golden import assert_golden
from tests.support.icalendars import parse_one
from tests.support.pages import read_page

MINUTE = timedelta(minutes=1)
OLD, NEW = "Listening first", "Listening, then talking"


@pytest.fixture
def coordinator(make):
    return make.coordinator()


@pytest.fixture
def topic(make):
    return make.topic(title=OLD)


@pytest.fixture
def session(make, topic):
    return make.session(topic=topic, starts_at=datetime(2099, 3, 3, 9, 30, tzinfo=UTC))


@pytest.fixture
def rosa(make):
    return make.person(name="Rosa Okafor")


def rename(topic, title, *, by, now=None):
    basics = TopicBasics(title, topic.overview, topic.who_for, topic.who_not_for, "", 120)
    with transaction():
        topics.edit_topic(topic, basics, by=by, now=now or clock.utc_now())


def sent_now(kind=ENTRY_RENAMED):
    return [letter for letter in send_due(clock.utc_now() + MINUTE) if letter.kind == kind]


def entry_of(booking):
    return find_latest(f"booking {booking.id}")


def test_a_new_title_reaches_the_calendar_under_the_same_uid(coordinator, topic, session, rosa):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()
    was = facts_of(entry_of(booking))

    rename(topic, NEW, by=coordinator)

    (letter,) = sent_now()
    method, data = letter.draft.calendar
    event = parse_one(data)
    assert (method, letter.person_id) == ("REQUEST", rosa.id)
    assert (str(event["SUMMARY"]), str(event["UID"])) == (NEW, was["uid"])
    assert int(event["SEQUENCE"]) == was["sequence"]
    assert event["DTSTAMP"].dt > was["revised_at"]
    assert letter.draft.thread_id == entry_of(booking).first_message_id


def test_the_words_are_those_that_somebody_approved(coordinator, topic, session, rosa):
    book(session, rosa, now=clock.utc_now())
    sent_now()

    rename(topic, NEW, by=coordinator)

    (letter,) = sent_now()
    text = f"Subject: {letter.draft.subject}\n\n{letter.draft.text}"
    assert_golden("emails/calendars/entry_renamed.txt", text)


def test_an_answer_from_the_calendar_still_counts(coordinator, topic, session, rosa):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()
    with transaction():
        entry_of(booking).answer = Answer.ACCEPTED

    rename(topic, NEW, by=coordinator)

    assert entry_of(booking).answer is Answer.ACCEPTED
    (letter,) = sent_now()
    assert parse_one(letter.draft.calendar[1])["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"


def test_those_who_run_it_are_told_too(make, coordinator, topic):
    lead = make.facilitator(name="Sam Osei")
    session = make.session(topic=topic, starts_at=soon(days=20), lead_facilitator=lead)
    book(session, make.person(), now=clock.utc_now())
    with transaction():
        topics.plan_session_mails(session, now=clock.utc_now())
    send_due(clock.utc_now() + MINUTE)

    rename(topic, NEW, by=coordinator)

    assert lead.id in {letter.person_id for letter in sent_now()}


def test_who_was_told_nothing_yet_hears_the_new_title_only(coordinator, topic, session, rosa):
    booking = book(session, rosa, now=clock.utc_now())

    rename(topic, NEW, by=coordinator)

    sent = send_due(clock.utc_now() + MINUTE)
    assert [letter.kind for letter in sent if letter.person_id == rosa.id] == [CONFIRMED]
    (letter,) = [letter for letter in sent if letter.person_id == rosa.id]
    assert NEW in letter.draft.subject
    assert str(parse_one(letter.draft.calendar[1])["SUMMARY"]) == NEW
    assert entry_of(booking).event.title == NEW


def test_words_that_were_refused_for_now_are_made_anew(coordinator, topic, session, rosa):
    booking = book(session, rosa, now=clock.utc_now())
    send_due(clock.utc_now() + MINUTE, ends_as=MessageState.WAITING)

    rename(topic, NEW, by=coordinator)

    sent = send_due(clock.utc_now() + MINUTE)
    mine = [letter for letter in sent if letter.person_id == rosa.id]
    assert [letter.kind for letter in mine] == [CONFIRMED]
    assert str(parse_one(mine[0].draft.calendar[1])["SUMMARY"]) == NEW
    assert entry_of(booking).first_message_id


def test_two_new_titles_before_the_mail_went_are_one_mail(coordinator, topic, session, rosa):
    book(session, rosa, now=clock.utc_now())
    sent_now()

    rename(topic, "Listening", by=coordinator)
    rename(topic, NEW, by=coordinator)

    (letter,) = sent_now()
    assert OLD in letter.draft.text
    assert str(parse_one(letter.draft.calendar[1])["SUMMARY"]) == NEW


def test_a_title_that_was_put_back_tells_nobody(coordinator, topic, session, rosa):
    book(session, rosa, now=clock.utc_now())
    sent_now()

    rename(topic, NEW, by=coordinator)
    rename(topic, OLD, by=coordinator)

    assert sent_now() == []


def test_an_entry_that_left_without_an_answer_counts_as_known(coordinator, topic, session, rosa):
    book(session, rosa, now=clock.utc_now())
    send_due(clock.utc_now() + MINUTE, ends_as=MessageState.UNKNOWN)

    rename(topic, NEW, by=coordinator)

    (letter,) = sent_now()
    assert OLD in letter.draft.text


def test_who_gave_the_place_back_hears_nothing(coordinator, topic, session, rosa):
    booking = book(session, rosa, now=clock.utc_now())
    sent_now()
    rename(topic, NEW, by=coordinator)

    cancel(booking, now=clock.utc_now())

    assert sent_now() == []


def test_nobody_hears_of_a_session_that_is_over_or_called_off(make, coordinator, topic, rosa):
    now = clock.utc_now()
    over = make.session(topic=topic, starts_at=soon(days=3))
    off = make.session(topic=topic, starts_at=soon(days=4))
    book(over, rosa, now=now)
    book(off, make.person(), now=now)
    sent_now()
    call_off(off, by=coordinator, now=now)
    sent_now()

    rename(topic, NEW, by=coordinator, now=over.ends_at)

    assert not any(kind == ENTRY_RENAMED for kind, _ in outbox())


def test_a_session_that_moves_as_well_brings_the_new_title(coordinator, topic, session, rosa):
    book(session, rosa, now=clock.utc_now())
    sent_now()
    rename(topic, NEW, by=coordinator)
    send_due(clock.utc_now() + MINUTE)

    move(session, later(session, by=timedelta(days=1)), by=coordinator, now=clock.utc_now())

    (letter,) = sent_now(MOVED)
    event = parse_one(letter.draft.calendar[1])
    assert (str(event["SUMMARY"]), int(event["SEQUENCE"])) == (NEW, 1)


def test_planning_again_changes_nothing(coordinator, topic, session, rosa):
    book(session, rosa, now=clock.utc_now())
    sent_now()
    rename(topic, NEW, by=coordinator)
    before = outbox()

    with transaction():
        topics.plan_session_mails(session, now=clock.utc_now())

    assert outbox() == before


def test_other_words_about_the_topic_tell_nobody(coordinator, topic, session, rosa):
    book(session, rosa, now=clock.utc_now())
    sent_now()
    basics = TopicBasics(OLD, "Other words", topic.who_for, topic.who_not_for, "", 120)

    with transaction():
        topics.edit_topic(topic, basics, by=coordinator, now=clock.utc_now())

    assert sent_now() == []


def test_the_page_says_how_many_are_told_before_it_saves(
    make, sign_in, coordinator, topic, session, rosa
):
    book(session, rosa, now=clock.utc_now())
    book(session, make.person(), now=clock.utc_now())
    sent_now()
    browser, address = sign_in(coordinator), f"/topics/{topic.id}/edit/about"

    asked = browser.post(address, data=_typed(browser, address, title=NEW))

    page = read_page(asked)
    assert asked.status_code == 200
    assert "2 people have a session of this topic in the calendar" in page.main.text
    assert page.select_one("main form button").text.strip() == "Save and email 2 people"
    assert _title_of(topic) == OLD
    assert outbox_has_none()

    told = page.select_one("[name=told]")["value"]
    saved = browser.post(address, data=_typed(browser, address, title=NEW, told=told))

    assert saved.status_code == 302
    assert _title_of(topic) == NEW
    assert len(sent_now()) == 2


def test_the_page_asks_again_when_title_or_number_are_others(
    make, sign_in, coordinator, topic, session, rosa
):
    book(session, rosa, now=clock.utc_now())
    sent_now()
    browser, address = sign_in(coordinator), f"/topics/{topic.id}/edit/about"
    asked = read_page(browser.post(address, data=_typed(browser, address, title=NEW)))
    told = asked.select_one("[name=told]")["value"]

    other = browser.post(address, data=_typed(browser, address, title="Talking", told=told))
    book(session, make.person(), now=clock.utc_now())
    send_due(clock.utc_now() + MINUTE)
    more = browser.post(address, data=_typed(browser, address, title=NEW, told=told))

    assert (other.status_code, more.status_code) == (200, 200)
    assert "2 people" in read_page(more).main.text
    assert _title_of(topic) == OLD


def test_the_page_asks_nothing_when_nobody_has_it_in_the_calendar(sign_in, coordinator, topic):
    browser, address = sign_in(coordinator), f"/topics/{topic.id}/edit/about"

    saved = browser.post(address, data=_typed(browser, address, title=NEW))

    assert saved.status_code == 302
    assert _title_of(topic) == NEW


def _typed(browser, address, **changed):
    form = read_page(browser.get(address)).select_one("main form")
    fields = {each["name"]: each.get("value", "") for each in form.select("input[name]")}
    areas = {each["name"]: each.text.strip() for each in form.select("textarea[name]")}
    return fields | areas | changed


def _title_of(topic):
    db.session.expire_all()
    return db.session.get_one(Topic, topic.id).title


def outbox_has_none():
    return not any(kind == ENTRY_RENAMED for kind, _ in outbox())


def facts_of(invitation):
    return {name: getattr(invitation, name) for name in ("uid", "sequence", "revised_at")}
