"""The desk of a session.

AN-18, CC-01, CC-03, CF-27, CF-28, IN-11, IN-12, TR-08, TR-09, TR-14, TR-32.
"""

from datetime import timedelta

import pytest

from swa.core import clock
from swa.core.dates import when
from swa.core.db import db, transaction
from swa.messaging.types import READ_AGAIN, MessageState
from swa.people.types import Role
from swa.sessions.models import PassedOver
from swa.sessions.services.booking import book_place
from swa.sessions.types import BookingDetails, BookingStatus, GoAhead, SessionStatus, WaitReason
from tests.support.counting import count_reads
from tests.support.factories import soon
from tests.support.pages import read_page
from tests.support.rows import make_message

WAITING = BookingStatus.WAITING
ONE = {"smallest": 1, "recommended": 2, "largest": 3}


def words(page):
    return " ".join(page.main.text.split())


def open_desk(sign_in, session, by=None):
    client = sign_in(by or session.lead_facilitator)
    return read_page(client.get(f"/sessions/{session.id}/desk"))


def fill(make, session, number, **person):
    return [make.booking(session, person=make.person(**person)) for _ in range(number)]


def test_an_empty_desk_says_so(make, sign_in):
    page = open_desk(sign_in, make.session())

    assert "Nobody has a place yet." in words(page)
    assert "Nobody has asked anything yet." in words(page)
    assert "0 of 20 places taken Below 12" in words(page)


@pytest.mark.parametrize(
    ("people", "tag"),
    [(11, "Below 12"), (12, "In range"), (16, "In range"), (17, "Above 16"), (20, "Above 16")],
)
def test_the_size_is_said_in_words(make, sign_in, people, tag):
    session = make.session()
    fill(make, session, people)

    assert f"{people} of 20 places taken {tag}" in words(open_desk(sign_in, session))


def test_those_who_run_it_read_names_organisations_and_needs(make, sign_in):
    session = make.session()
    team = make.team(organisation=make.organisation(name="Harbour Advice"), name="Front desk")
    make.booking(
        session, person=make.person(name="Amina Begum", team=team), access_needs="Captions"
    )

    for person in (session.lead_facilitator, session.support_person):
        page = open_desk(sign_in, session, by=person)

        assert "Amina Begum Harbour Advice, Front desk" in words(page)
        assert "Captions" in words(page)


def test_a_coordinator_reads_names_but_no_access_needs(make, sign_in):
    session = make.session()
    make.booking(session, person=make.person(name="Amina Begum"), access_needs="Captions")

    page = open_desk(sign_in, session, by=make.coordinator())

    assert "Amina Begum" in words(page)
    assert "Captions" not in page.text
    assert "Access needs" not in words(page)


@pytest.mark.parametrize("role", [None, Role.FACILITATOR, Role.ADMINISTRATOR, Role.EVALUATOR])
def test_the_desk_of_another_session_is_not_allowed(make, sign_in, role):
    session, stranger = make.session(), make.person(roles=[role] if role else [])
    booking = fill(make, session, 1)[0]
    client = sign_in(stranger)

    answers = {
        client.get(f"/sessions/{session.id}/{page}").status_code
        for page in ("desk", "go-ahead", f"desk/remove/{booking.id}")
    }

    assert answers == {403}


def test_somebody_with_a_place_has_no_desk(make, sign_in):
    session = make.session()
    booking = fill(make, session, 1)[0]

    assert sign_in(booking.person).get(f"/sessions/{session.id}/desk").status_code == 403


def test_a_draft_and_a_missing_session_look_alike_to_strangers(make, sign_in):
    draft, client = make.session(status=SessionStatus.DRAFT), sign_in(make.person())

    for page in ("desk", "go-ahead", "desk/remove/1"):
        assert client.get(f"/sessions/{draft.id}/{page}").status_code == 404
        assert client.get(f"/sessions/999999/{page}").status_code == 404


def test_the_waiting_list_gives_order_and_reasons(make, sign_in):
    session = make.session()
    for minutes, name in ((9, "First Turn"), (5, "Second Turn")):
        make.booking(
            session,
            person=make.person(name=name),
            status=WAITING,
            booked_at=soon(minutes=-minutes),
            wait_reason=WaitReason.TEAM_CAP,
        )

    page = open_desk(sign_in, session)

    text = words(page)
    assert text.index("1. First Turn") < text.index("2. Second Turn")
    assert "Their team had its share of places" in text
    assert "Waiting 2 people" in text


def test_who_was_passed_over_is_logged_with_the_reason(make, sign_in):
    session = make.session()
    waiting = make.booking(session, person=make.person(name="Wanda Waits"), status=WAITING)
    lucky = make.booking(session, person=make.person(name="Ola Lucky"))
    with transaction():
        db.session.add(
            PassedOver(
                session_id=session.id,
                booking_id=waiting.id,
                for_booking_id=lucky.id,
                reason=WaitReason.ORGANISATION_CAP,
                at=clock.utc_now(),
            )
        )

    page = open_desk(sign_in, session)

    assert (
        "Ola Lucky got a place before Wanda Waits, because their organisation had its share of"
        " places." in words(page)
    )


def test_a_question_without_a_name_shows_none(make, sign_in):
    session = make.session()
    make.booking(session, person=make.person(name="Nia Named"), question="How do I begin?")
    make.booking(
        session, person=make.person(name="Una Unnamed"), question="What is stress?", hides_name=True
    )

    page = open_desk(sign_in, session)

    asked = [" ".join(entry.stripped_strings) for entry in page.select(".govuk-list--spaced li")]
    assert asked == ["How do I begin? Nia Named", "What is stress? Without a name"]


def test_the_meter_says_red_for_one_organisation_only(make, sign_in):
    session, organisation = make.session(), make.organisation(name="Harbour Advice")
    fill(make, session, 2, organisation=organisation)

    page = open_desk(sign_in, session)

    tags = [tag.text.strip() for tag in page.select(".govuk-tag")]
    assert "Too narrow" in tags
    assert "Harbour Advice 2 of at most 10" in words(page)


def test_teams_of_the_same_name_are_told_apart(make, sign_in):
    session = make.session()
    for name in ("Ashdown Council", "Birchwood Council"):
        team = make.team(name="Housing", organisation=make.organisation(name=name))
        fill(make, session, 1, team=team)

    page = open_desk(sign_in, session)

    assert "Housing (Ashdown Council) 1 of at most 4" in words(page)
    assert "Housing (Birchwood Council) 1 of at most 4" in words(page)


def test_the_desk_of_a_cancelled_session_judges_nothing_and_offers_nothing(make, sign_in):
    session = make.session(status=SessionStatus.CANCELLED)

    page = open_desk(sign_in, session)

    assert "0 of 20 places taken Waiting" in words(page)
    assert "What you can do" not in words(page)


def test_planned_messages_are_counted_by_kind(make, sign_in):
    session = make.session(starts_at=soon(days=20))
    for _ in range(2):
        person = make.person()
        with transaction():
            book_place(session, person, by=person, details=BookingDetails(), now=clock.utc_now())

    page = open_desk(sign_in, session)

    rows = [" ".join(row.text.split()) for row in page.select("tbody tr")]
    prework = [row for row in rows if row.startswith("Prework")]
    assert len(prework) == 1
    assert prework[0].endswith(" 2")
    assert "at 9am" in prework[0]


def test_words_to_read_again_stand_on_the_desk_of_who_may_release_them(make, sign_in):
    session = make.session()
    message = make_message(make)
    with transaction():
        message.state, message.reason = MessageState.HELD, READ_AGAIN
        message.belongs_to = f"session {session.id}"

    found = [
        open_desk(sign_in, session, by=by).select("a[href$='messages?shown=held']")
        for by in (session.lead_facilitator, make.coordinator(), session.support_person)
    ]

    assert [len(links) for links in found] == [1, 1, 0]
    client = sign_in(session.lead_facilitator)
    held = read_page(client.get(f"/sessions/{session.id}/messages?shown=held"))
    assert READ_AGAIN in words(held)


def test_who_may_see_the_messages_is_led_to_them(make, sign_in):
    session = make.session()

    ways = {
        by.name: open_desk(sign_in, session, by=by).select("main a[href='/messages/']")
        for by in (make.coordinator(name="Coordinator"), session.lead_facilitator)
    }

    assert len(ways.pop("Coordinator")) == 1
    assert list(ways.values()) == [[]]


@pytest.mark.parametrize(
    ("days", "asks"), [(6, True), (9, False)], ids=["in the last week", "before it is due"]
)
def test_the_question_comes_when_it_is_due(make, sign_in, days, asks):
    session = make.session(starts_at=soon(days=days))
    fill(make, session, 2)

    page = open_desk(sign_in, session)

    assert (page.select_one(".govuk-inset-text") is not None) is asks
    assert ("Decision needed" in words(page)) is asks


def test_the_support_person_reads_that_the_facilitator_decides(make, sign_in):
    session = make.session(starts_at=soon(days=3))
    fill(make, session, 1)

    page = open_desk(sign_in, session, by=session.support_person)

    assert "The facilitator decides whether the session goes ahead." in words(page)
    assert "Move the session" not in words(page)
    assert "Print the attendance sheet" in words(page)


@pytest.mark.parametrize(
    ("from_now", "is_offered"),
    [
        pytest.param({"hours": 26}, False, id="the day before"),
        pytest.param({"days": 20}, False, id="weeks ahead"),
        pytest.param({"minutes": -1}, True, id="on the day"),
        pytest.param({"days": -3}, True, id="afterwards"),
    ],
)
def test_attendance_is_offered_from_the_day_on_and_said_before(make, sign_in, from_now, is_offered):
    session = make.session(starts_at=soon(**from_now))

    page = open_desk(sign_in, session, by=session.support_person)

    opens = when(session.starts_at - timedelta(minutes=30))
    links = [link.text for link in page.select("main a")]
    assert ("Take attendance" in links) is is_offered
    assert (f"You can take attendance from {opens}" in words(page)) is not is_offered


def test_going_ahead_below_the_size_needs_a_reason(make, sign_in):
    session = make.session(starts_at=soon(days=3))
    fill(make, session, 2)

    response = sign_in(session.lead_facilitator).post(
        f"/sessions/{session.id}/go-ahead", data={"reason": " "}
    )
    page = read_page(response)

    assert response.status_code == 422
    link = page.select_one(".govuk-error-summary a")
    assert (link["href"], link.text.strip()) == ("#reason", "Enter why the session goes ahead")


def test_the_decision_and_its_reason_stand_on_the_desk(make, sign_in):
    session = make.session(starts_at=soon(days=3))
    fill(make, session, 2)
    client = sign_in(session.lead_facilitator)

    response = client.post(
        f"/sessions/{session.id}/go-ahead", data={"reason": "Both teams asked for it"}
    )
    page = read_page(client.get(response.location))

    db.session.refresh(session)
    assert session.go_ahead is GoAhead.GOES_AHEAD
    assert "Goes ahead" in words(page)
    assert "Both teams asked for it" in words(page)
    assert page.select_one(".govuk-inset-text") is None


def test_the_go_ahead_page_offers_moving_and_cancelling_too(make, sign_in):
    session = make.session(starts_at=soon(days=3))

    page = read_page(sign_in(session.lead_facilitator).get(f"/sessions/{session.id}/go-ahead"))

    links = {str(link["href"]) for link in page.select("main a")}
    assert {f"/sessions/{session.id}/move", f"/sessions/{session.id}/cancel"} <= links
    assert "Nothing is cancelled by itself" in words(page)


def test_with_enough_people_there_is_nothing_to_decide(make, sign_in):
    session = make.session(places=ONE)
    fill(make, session, 2)

    page = read_page(sign_in(session.lead_facilitator).get(f"/sessions/{session.id}/go-ahead"))

    assert "There is nothing to decide." in words(page)
    assert page.select_one("main form") is None


def test_removing_somebody_asks_once_more_and_frees_the_place(make, sign_in):
    session, people = make.session(places={"largest": 1}), [make.person(), make.person()]
    for person in people:
        with transaction():
            book_place(session, person, by=person, details=BookingDetails(), now=clock.utc_now())
    place, turn = session.bookings
    client = sign_in(session.lead_facilitator)

    page = read_page(client.get(f"/sessions/{session.id}/desk/remove/{place.id}"))
    response = client.post(f"/sessions/{session.id}/desk/remove/{place.id}")

    assert f"remove {people[0].name}?" in page.h1.text
    assert response.location == f"/sessions/{session.id}/desk"
    db.session.expire_all()
    assert (place.status, turn.status) == (BookingStatus.CANCELLED, BookingStatus.CONFIRMED)


def test_a_booking_of_another_session_cannot_be_removed_here(make, sign_in):
    session, elsewhere = make.session(), make.booking(make.session())
    client = sign_in(session.lead_facilitator)

    assert client.post(f"/sessions/{session.id}/desk/remove/{elsewhere.id}").status_code == 404
    db.session.expire_all()
    assert elsewhere.status is BookingStatus.CONFIRMED


def test_a_cancelled_session_offers_nothing_to_do(make, sign_in):
    session = make.session(status=SessionStatus.CANCELLED, cancel_reason="Snow")
    fill(make, session, 1)

    page = open_desk(sign_in, session)

    assert "This session is cancelled: Snow" in words(page)
    for link in ("Take attendance", "Move the session", "Cancel the session", "Remove"):
        assert link not in words(page)


def test_names_and_texts_are_shown_as_typed(make, sign_in):
    session = make.session()
    make.booking(
        session,
        person=make.person(name="<b>Bo</b>"),
        access_needs="<script>x</script>",
        question="<i>",
    )

    page = open_desk(sign_in, session)

    assert "<b>Bo</b>" in words(page)
    assert "<script>x</script>" in words(page)


def test_the_desk_asks_the_same_number_of_questions_for_five_and_twenty(make, sign_in):
    counts = {}
    for number in (5, 20):
        session = make.session()
        fill(make, session, number, team=make.team())
        client = sign_in(session.lead_facilitator)
        counts[number] = count_reads(client, f"/sessions/{session.id}/desk")

    assert counts[5] == counts[20]
    assert counts[5] <= 16
