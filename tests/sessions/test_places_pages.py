"""CC-02, CF-04, IN-03, CF-27: another number of places, asked once more with who will be told."""

from datetime import timedelta

import pytest

from swa.core import clock
from swa.core.db import db, transaction
from swa.sessions.queries.standing import count_moving_up
from swa.sessions.rules.places import (
    NotOpenForBooking,
    SessionHasStarted,
    TooManyPlacesTaken,
    with_largest,
)
from swa.sessions.services import changes
from swa.sessions.types import BookingStatus, SessionStatus, TopicKind
from tests.sessions.doing import book
from tests.sessions.postman import kinds_for, send_due
from tests.support.factories import soon
from tests.support.pages import read_page

CONFIRMED, WAITING = BookingStatus.CONFIRMED, BookingStatus.WAITING
TWO_PLACES = {"smallest": 1, "recommended": 2, "largest": 2, "most_percent": 100}


def words(page):
    return " ".join(page.main.text.split())


def path(session, page=""):
    return f"/sessions/{session.id}/places{page}"


def ask_for(client, session, number):
    return client.post(path(session), data={"largest": str(number)})


def check(client, session):
    return read_page(client.get(path(session, "/check")))


def press(client, session, page):
    """Press the button of a check page as a browser does, with what the page holds."""
    seen = page.select_one("form input[name=seen]")["value"]
    return client.post(path(session, "/check"), data={"seen": seen})


@pytest.fixture
def session(make):
    return make.session(places=TWO_PLACES)


@pytest.fixture
def client(sign_in, session):
    return sign_in(session.lead_facilitator)


def booked(make, session, number):
    return [book(session, make.person(), now=clock.utc_now()) for _ in range(number)]


def test_more_places_go_to_those_who_wait_and_the_page_says_how_many(make, session, client):
    rows = booked(make, session, 5)

    response = ask_for(client, session, 4)
    page = check(client, session)
    assert [row.status for row in rows].count(CONFIRMED) == 2, "nothing changes before the yes"
    done = press(client, session, page)
    desk = read_page(client.get(done.location))

    assert response.location == path(session, "/check")
    assert "2 people on the waiting list get a place at once, and we email them." in words(page)
    assert done.location == f"/sessions/{session.id}/desk"
    assert "The session has 4 places now. We are emailing 2 people." in desk.text
    db.session.expire_all()
    assert [row.status for row in rows] == [CONFIRMED] * 4 + [WAITING]
    sent = send_due(clock.utc_now())
    assert "place given" in kinds_for(rows[2].claim.person_id, sent)


def test_fewer_places_tell_nobody_and_take_the_recommended_size_along(make, client, session):
    booked(make, session, 1)

    ask_for(client, session, 1)
    page = check(client, session)
    done = press(client, session, page)

    assert "Nobody moves up from the waiting list, so nobody is emailed." in words(page)
    assert "1 to 1 people" in words(page)
    desk = read_page(client.get(done.location))
    assert "The session has 1 places now" not in desk.text
    assert "The session has 1 place now" in desk.text
    db.session.expire_all()
    assert (session.places.largest, session.places.recommended) == (1, 1)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        pytest.param(1, "The number of places must be 2 or more, because 2 are taken", id="few"),
        pytest.param(2, "The session already has 2 places – enter another number", id="the same"),
        pytest.param(21, "Most places must be 20 or fewer for Core Conversations", id="core"),
        pytest.param(0, "Number of places must be between 1 and 500", id="none"),
        pytest.param(501, "Number of places must be between 1 and 500", id="too many"),
        pytest.param("", "Enter the number of places", id="nothing"),
        pytest.param("ten", "Number of places must be a whole number", id="a word"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_a_sentence(
    make, session, client, number, sentence
):
    booked(make, session, 2)

    page = read_page(response := ask_for(client, session, number))

    assert response.status_code == 422
    link = page.select_one(".govuk-error-summary a")
    assert (link["href"], link.text.strip()) == ("#largest", sentence)
    assert session.places.largest == 2


def test_a_specialist_session_may_have_more_than_twenty(make, sign_in):
    session = make.session(topic=make.topic(kind=TopicKind.SPECIALIST), places=TWO_PLACES)

    response = ask_for(sign_in(session.lead_facilitator), session, 40)

    assert response.location == path(session, "/check")


def test_what_was_taken_meanwhile_is_said_on_the_check_page(make, session, client):
    ask_for(client, session, 1)
    page = check(client, session)
    booked(make, session, 2)

    response = press(client, session, page)

    assert response.status_code == 422
    assert "because 2 are taken" in read_page(response).select_one(".govuk-error-summary").text
    assert session.places.largest == 2


def test_the_check_page_without_an_answer_leads_to_the_question(session, client):
    assert client.get(path(session, "/check")).location == path(session)
    assert client.post(path(session, "/check")).location == path(session)


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"starts_at": soon(minutes=-1)}, id="started"),
        pytest.param({"status": SessionStatus.CANCELLED, "cancel_reason": "Snow"}, id="cancelled"),
    ],
)
def test_only_a_coming_session_has_the_page(make, sign_in, columns):
    session = make.session(places=TWO_PLACES, **columns)
    client = sign_in(session.lead_facilitator)

    assert client.get(path(session)).location == f"/sessions/{session.id}/desk"
    desk = read_page(client.get(f"/sessions/{session.id}/desk"))
    assert "Change the number of places" not in words(desk)


def test_the_desk_leads_there_for_those_who_may(make, sign_in, session):
    for person, is_there in (
        (make.coordinator(), True),
        (session.lead_facilitator, True),
        (session.support_person, False),
    ):
        desk = read_page(sign_in(person).get(f"/sessions/{session.id}/desk"))
        assert bool(desk.select(f"a[href='{path(session)}']")) is is_there

    assert sign_in(session.support_person).get(path(session)).status_code == 403


@pytest.mark.parametrize(
    ("columns", "refusal"),
    [
        pytest.param({"status": SessionStatus.DRAFT}, NotOpenForBooking, id="a draft"),
        pytest.param({"starts_at": soon(minutes=-1)}, SessionHasStarted, id="a started one"),
    ],
)
def test_the_service_refuses_what_is_not_coming(make, columns, refusal):
    session = make.session(**columns)

    with pytest.raises(refusal), transaction():
        changes.change_number_of_places(
            session, 19, by=session.lead_facilitator, now=clock.utc_now()
        )


def test_nobody_is_dropped(make, session):
    booked(make, session, 2)

    with pytest.raises(TooManyPlacesTaken), transaction():
        changes.change_number_of_places(
            session, 1, by=session.lead_facilitator, now=clock.utc_now()
        )

    assert session.places_taken == 2


@pytest.mark.parametrize("more", range(5))
def test_what_is_said_beforehand_is_what_happens(make, session, more):
    team = make.team()
    booked(make, session, 2)
    for number in range(6):
        person = make.person(team=team) if number % 2 else make.person()
        book(session, person, now=clock.utc_now())
    make.booking(session, person=make.person(is_active=False), status=WAITING)
    now = session.starts_at - timedelta(days=9)

    said = count_moving_up(session, with_largest(session.places, 3 + more), now=now)
    with transaction():
        moved = changes.change_number_of_places(
            session, 3 + more, by=session.lead_facilitator, now=now
        )

    assert moved == said > 0
