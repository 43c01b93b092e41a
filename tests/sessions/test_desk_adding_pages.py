"""The desk books a place for somebody who called or wrote: AN-14, CF-27, IN-11, IN-20."""

import pytest
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.people.models import AuditEvent
from swa.people.types import Role
from swa.sessions.types import BookingStatus, SessionStatus, WaitReason
from tests.support.counting import count_reads
from tests.support.factories import soon
from tests.support.pages import read_page


def words(page):
    return " ".join(page.main.text.split())


def add_page(session, person=None, q=""):
    path = f"/sessions/{session.id}/desk/add"
    return f"{path}/{person.id}" if person else f"{path}?q={q}"


def kinds_for(person):
    wanted = select(OutboxMessage.kind).where(OutboxMessage.person_id == person.id)
    return set(db.session.scalars(wanted))


@pytest.mark.parametrize("by", ["lead", "coordinator"])
def test_a_named_person_gets_a_place_and_the_usual_email(make, sign_in, by):
    session, person = make.session(), make.person(name="Zora Walker")
    manager = session.lead_facilitator if by == "lead" else make.coordinator()
    client = sign_in(manager)

    desk = read_page(client.get(f"/sessions/{session.id}/desk"))
    found = read_page(client.get(add_page(session, q="ora w")))
    asked = read_page(client.get(add_page(session, person)))
    response = client.post(add_page(session, person), data={"access_needs": "Captions"})
    page = read_page(client.get(response.location))

    assert desk.select_one(f'a[href="/sessions/{session.id}/desk/add"]')
    assert [link.text for link in found.select("main li a")] == ["Zora Walker"]
    assert "a confirmation with a calendar invitation" in words(asked)
    assert "Zora Walker has a place. We will email them." in words(page)
    (booking,) = session.bookings
    assert (booking.status, booking.is_walk_in) == (BookingStatus.CONFIRMED, False)
    assert booking.access_needs == "Captions"
    assert "booking confirmed" in kinds_for(person)
    line = db.session.scalars(
        select(AuditEvent).where(AuditEvent.about == f"booking {booking.id}")
    ).one()
    assert (line.what, line.by_id) == ("booking confirmed", manager.id)


def test_the_caps_count_for_named_people_too(make, sign_in):
    organisation = make.organisation()
    session = make.session(places={"largest": 10, "most_percent": 10})
    make.booking(session, person=make.person(organisation=organisation))
    person = make.person(name="Zora Walker", organisation=organisation)
    client = sign_in(make.coordinator())

    asked = read_page(client.get(add_page(session, person)))
    response = client.post(add_page(session, person))
    page = read_page(client.get(response.location))

    assert "1 of the 1 places for their organisation are taken" in words(asked)
    assert asked.select_one("main button").text.strip() == "Add to the waiting list"
    assert "Zora Walker is on the waiting list. We will email them." in words(page)
    booking = session.bookings[-1]
    assert (booking.status, booking.wait_reason) == (
        BookingStatus.WAITING,
        WaitReason.ORGANISATION_CAP,
    )
    assert "on waiting list" in kinds_for(person)


def test_needs_of_the_account_go_along_unread(make, sign_in):
    session, person = make.session(), make.person(access_needs="A hearing loop")
    client = sign_in(make.coordinator())

    asked = read_page(client.get(add_page(session, person)))
    client.post(add_page(session, person), data={"access_needs": "Step-free access"})

    assert "hearing loop" not in asked.text
    assert session.bookings[0].access_needs == "A hearing loop\nStep-free access"


def test_pressed_twice_books_once_and_says_so(make, sign_in):
    session, person = make.session(), make.person(name="Zora Walker")
    client = sign_in(session.lead_facilitator)
    client.post(add_page(session, person))

    response = client.post(add_page(session, person))

    assert response.status_code == 422
    assert "Zora Walker has booked this session already" in words(read_page(response))
    assert len(session.bookings) == 1


def test_who_is_booked_waits_runs_it_or_is_disabled_is_not_listed(make, sign_in):
    session = make.session()
    make.booking(session, person=make.person(name="Casey Place"))
    make.booking(session, person=make.person(name="Casey Waits"), status=BookingStatus.WAITING)
    make.booking(session, person=make.person(name="Casey Left"), status=BookingStatus.CANCELLED)
    gone = make.person(name="Casey Gone", is_active=False)
    client = sign_in(session.lead_facilitator)

    page = read_page(client.get(add_page(session, q="CASEY")))

    assert [link.text for link in page.select("main li a")] == ["Casey Left"]
    assert client.get(add_page(session, gone)).status_code == 404
    assert client.post(add_page(session, gone)).status_code == 404
    runs_it = client.post(add_page(session, session.support_person))
    assert "do not need a place" in words(read_page(runs_it))


def test_a_place_elsewhere_at_the_same_hour_is_a_warning_that_does_not_say_where(make, sign_in):
    session, person = make.session(), make.person()
    elsewhere = make.session(starts_at=session.starts_at)
    make.booking(elsewhere, person=person)

    page = read_page(sign_in(session.lead_facilitator).get(add_page(session, person)))

    assert "They have a place on another session at the same time" in words(page)
    assert f"/sessions/{elsewhere.id}" not in str(page)


@pytest.mark.parametrize("role", [None, Role.FACILITATOR, Role.ADMINISTRATOR, Role.EVALUATOR])
def test_only_those_who_manage_the_session_book_for_others(make, sign_in, role):
    session, person = make.session(), make.person()
    client = sign_in(make.person(roles=[role] if role else []))
    supports = sign_in(session.support_person)

    for one in (client, supports):
        assert one.get(add_page(session)).status_code == 403
        assert one.get(add_page(session, person)).status_code == 403
        assert one.post(add_page(session, person)).status_code == 403
    assert session.bookings == []


@pytest.mark.parametrize(
    "columns",
    [
        {"status": SessionStatus.DRAFT},
        {"status": SessionStatus.CANCELLED},
        {"starts_at": soon(minutes=-1)},
    ],
)
def test_what_cannot_be_booked_leads_back_to_the_desk(make, sign_in, columns):
    session, person = make.session(**columns), make.person()
    client = sign_in(make.coordinator())

    for page in (add_page(session), add_page(session, person)):
        assert client.get(page).location == f"/sessions/{session.id}/desk"
    assert client.post(add_page(session, person)).location == f"/sessions/{session.id}/desk"
    assert session.bookings == []


@pytest.mark.parametrize("typed", ["ab", "%%%", "zzz"])
def test_a_search_without_a_match_says_what_to_do(make, sign_in, typed):
    session = make.session()
    make.person(name="Somebody Else")

    page = read_page(sign_in(make.coordinator()).get(add_page(session, q=typed)))

    assert "Somebody Else" not in words(page)
    assert "Nobody found" in words(page) or "Enter at least 3 letters" in words(page)


def test_the_search_reads_the_same_for_one_and_for_twenty(make, sign_in):
    session = make.session()
    make.person(name="Casey 00")
    client = sign_in(session.lead_facilitator)
    one = count_reads(client, add_page(session, q="casey"))
    for number in range(1, 21):
        make.person(name=f"Casey {number:02d}")

    assert count_reads(client, add_page(session, q="casey")) == one


def test_the_start_page_and_the_session_page_promise_it(client, make, sign_in):
    session = make.session()

    start = read_page(client.get("/"))
    page = read_page(sign_in(make.person()).get(f"/sessions/{session.id}"))
    over = make.session(starts_at=clock.utc_now())
    later = read_page(sign_in(make.person()).get(f"/sessions/{over.id}"))

    assert "If you cannot book online, call" in words(start)
    assert "If you cannot book online, we can book for you." in words(page)
    assert "we can book for you" not in words(later)
