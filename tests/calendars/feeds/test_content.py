"""What stands in a person's calendar links: FEED-4 to FEED-7, LK-9, AU-5, DC-11."""

from datetime import timedelta

import icalendar
import pytest
import time_machine
from sqlalchemy import delete, select

from swa.calendars.feeds import sources
from swa.calendars.models import Invitation
from swa.core import clock
from swa.core.db import db, transaction
from swa.people.models import RoleGrant
from swa.people.services import people, roles, web_sessions
from swa.people.types import Role
from swa.sessions.types import BookingStatus, SessionStatus
from tests.sessions.doing import book, call_off, cancel, later, move
from tests.support.feeds import RUNNING, path_of, plan_mails, titles

LINK = "https://meet.example.org/secret-room"


def events(answer):
    assert answer.status_code == 200
    return icalendar.Calendar.from_ical(answer.data).walk("VEVENT")


@pytest.fixture
def rosa(make):
    return make.person(name="Rosa Okafor", email="rosa.okafor@example.org")


@pytest.fixture
def coordinator(make):
    return make.coordinator()


@pytest.fixture
def session(make):
    return make.session(topic=make.topic(title="Housing"), online_link=LINK)


def test_feed_4_no_method_and_no_people(client, session, rosa):
    book(session, rosa)

    text = client.get(path_of(rosa)).text.replace("\r\n ", "")

    for word in ("METHOD", "ATTENDEE", "ORGANIZER", "mailto:", "Rosa", "Okafor"):
        assert word not in text
    assert LINK not in text


def test_feed_5_the_calendar_has_a_name_and_says_how_often_to_look(client, rosa):
    lines = client.get(path_of(rosa)).text.replace("\r\n ", "").split("\r\n")

    assert "NAME:Social Welfare Alliance: my sessions" in lines
    assert "X-WR-CALNAME:Social Welfare Alliance: my sessions" in lines
    assert "X-WR-TIMEZONE:Europe/London" in lines
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert "X-PUBLISHED-TTL:PT1H" in lines


def test_feed_6_a_place_shows_and_a_turn_or_a_place_given_back_does_not(
    client, make, session, rosa
):
    path = path_of(rosa)
    waits = make.session(places={"largest": 1})
    book(waits, make.person())
    book(waits, rosa)
    assert titles(client.get(path)) == []

    booking = book(session, rosa)
    assert titles(client.get(path)) == ["Housing"]

    cancel(booking)
    assert titles(client.get(path)) == []


def test_feed_6_nobody_sees_what_others_have_booked(client, make, session, rosa):
    book(session, make.person())

    assert titles(client.get(path_of(rosa))) == []


def test_feed_6_a_moved_session_shows_its_new_date_at_the_next_fetch(
    client, session, rosa, coordinator
):
    book(session, rosa)
    path = path_of(rosa)
    (before,) = events(client.get(path))

    move(session, later(session, by=timedelta(days=1)), by=coordinator, now=clock.utc_now())

    (after,) = events(client.get(path))
    assert after["DTSTART"].dt == before["DTSTART"].dt + timedelta(days=1)
    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], before["SEQUENCE"] + 1)


def test_feed_7_what_was_called_off_says_so_for_30_days_and_then_vanishes(
    client, session, rosa, coordinator
):
    book(session, rosa)
    path, now = path_of(rosa), clock.utc_now()
    call_off(session, by=coordinator, now=now)

    (event,) = events(client.get(path))
    assert (event["STATUS"], event["SUMMARY"]) == ("CANCELLED", "Cancelled: Housing")
    assert event["TRANSP"] == "TRANSPARENT"
    for distance, shown in ((timedelta(days=30, seconds=-5), 1), (timedelta(days=30), 0)):
        with time_machine.travel(now + distance, tick=False):
            assert len(events(client.get(path))) == shown


def test_feed_7_somebody_who_gave_the_place_back_before_does_not_read_that_it_is_off(
    client, session, rosa, coordinator
):
    cancel(book(session, rosa))
    call_off(session, by=coordinator, now=clock.utc_now())

    assert events(client.get(path_of(rosa))) == []


def test_feed_7_the_uids_are_those_of_the_mails_also_after_coming_back(client, session, rosa):
    path = path_of(rosa)
    cancel(book(session, rosa))
    again = book(session, rosa)

    (event,) = events(client.get(path))

    wanted = select(Invitation.uid).where(Invitation.occasion == f"booking {again.id}")
    assert event["UID"] == db.session.scalars(wanted).one()


def test_past_sessions_stay_a_year(client, session, rosa):
    book(session, rosa)
    path, ends_at = path_of(rosa), session.ends_at

    for distance, shown in ((timedelta(days=364), 1), (timedelta(days=365), 0)):
        with time_machine.travel(ends_at + distance, tick=False):
            assert len(events(client.get(path))) == shown


def test_the_second_link_shows_what_somebody_runs_and_the_first_does_not(client, make, session):
    lead, support = make.facilitator(), make.facilitator()
    run = make.session(
        topic=make.topic(title="Debt"), lead_facilitator_id=lead.id, support_person_id=support.id
    )
    draft = make.session(status=SessionStatus.DRAFT, lead_facilitator_id=lead.id)
    plan_mails(run, draft, session)
    book(session, lead)

    for person in (lead, support):
        assert titles(client.get(path_of(person, RUNNING))) == ["Debt"]
    assert titles(client.get(path_of(lead))) == ["Housing"]


def test_the_second_link_follows_what_somebody_runs(client, make, session):
    lead, coordinator = make.facilitator(), make.coordinator()
    with transaction():
        session.lead_facilitator_id = lead.id
    plan_mails(session)
    path = path_of(lead, RUNNING)
    assert titles(client.get(path)) == ["Housing"]

    call_off(session, by=coordinator, now=clock.utc_now())
    assert titles(client.get(path)) == ["Cancelled: Housing"]

    with transaction():
        session.lead_facilitator_id = None
    assert titles(client.get(path)) == []


def test_lk_9_a_role_that_was_lost_shows_at_the_next_fetch(client, make):
    lead = make.facilitator()
    plan_mails(make.session(lead_facilitator_id=lead.id))
    path = path_of(lead, RUNNING)
    assert len(titles(client.get(path))) == 1

    with transaction():
        db.session.execute(delete(RoleGrant).where(RoleGrant.person_id == lead.id))

    assert titles(client.get(path)) == []


def test_lk_9_the_role_is_asked_for_whatever_a_feature_hands_over(client, make, monkeypatch):
    lead = make.facilitator()
    booking = book(make.session(), lead)
    monkeypatch.setattr(sources, "_sources", {})
    sources.register(RUNNING, "careless", lambda _person, _now: [f"booking {booking.id}"])
    path = path_of(lead, RUNNING)
    assert len(titles(client.get(path))) == 1

    with transaction():
        db.session.execute(delete(RoleGrant).where(RoleGrant.person_id == lead.id))

    assert titles(client.get(path)) == []


@pytest.mark.parametrize("ending", ["disabled", "role taken away", "signed out everywhere"])
def test_au_5_links_end_with_the_account_a_role_and_all_sign_ins(client, make, sign_in, ending):
    person, admin = make.facilitator(), make.person(roles=[Role.ADMINISTRATOR])
    paths = [path_of(person), path_of(person, RUNNING)]
    others = path_of(make.person())

    if ending == "signed out everywhere":
        sign_in(person).post("/account/sign-out-everywhere")
    else:
        with transaction():
            if ending == "disabled":
                people.disable_person(person, by=admin, now=clock.utc_now())
                people.enable_person(person, by=admin, now=clock.utc_now())
            else:
                roles.revoke_role(person, Role.FACILITATOR, by=admin, now=clock.utc_now())

    assert [client.get(path).status_code for path in paths] == [404, 404]
    assert client.get(others).status_code == 200


def test_a_new_role_leaves_the_links_alone(client, make):
    person, admin = make.person(), make.person(roles=[Role.ADMINISTRATOR])
    path = path_of(person)
    with transaction():
        roles.grant_role(person, Role.FACILITATOR, by=admin, reason="x", now=clock.utc_now())
        web_sessions.end_all(person.id, now=clock.utc_now())

    assert client.get(path).status_code == 200


def test_a_draft_and_an_offered_place_are_in_no_link(client, make, session, rosa):
    book(session, rosa)
    make.booking(make.session(), person=rosa, status=BookingStatus.OFFERED)
    path = path_of(rosa)
    with transaction():
        session.status = SessionStatus.DRAFT

    assert titles(client.get(path)) == []
