"""AN-14, AN-15, CC-09, DC-09, DC-11, IN-03, IN-08, MT-13, TR-12: a person's own bookings."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from swa.core import clock
from swa.core.dates import long_date
from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.messaging.types import MessageState
from swa.sessions.models import Booking, PassedOver
from swa.sessions.services.booking import book_place
from swa.sessions.types import BookingDetails, BookingStatus, Mark, SessionStatus, WaitReason
from tests.sessions.postman import send_due
from tests.support.counting import count_reads
from tests.support.factories import soon
from tests.support.pages import read_page

WAITING, CANCELLED = BookingStatus.WAITING, BookingStatus.CANCELLED


def words(page):
    return " ".join(page.main.text.split())


def book(session, person):
    with transaction():
        return book_place(session, person, by=person, details=BookingDetails(), now=clock.utc_now())


def open_booking(sign_in, booking):
    return read_page(sign_in(booking.person).get(f"/bookings/{booking.id}"))


def status_of(booking):
    return db.session.scalars(select(Booking.status).where(Booking.id == booking.id)).one()


def test_nobody_starts_with_an_empty_page_and_no_way_on(make, sign_in):
    page = read_page(sign_in(make.person()).get("/bookings/"))

    assert "You have nothing booked." in words(page)
    assert page.select_one("main a").text.strip() == "Find a session"


def test_the_soonest_session_comes_first_and_the_past_ones_last(make, sign_in):
    person = make.person()
    sessions = [make.session(starts_at=soon(days=days)) for days in (9, 2, -3)]
    for session in sessions:
        make.booking(session, person=person)

    page = read_page(sign_in(person).get("/bookings/"))

    later, sooner, past = (session.title for session in sessions)
    titles = [link.find(string=True).strip() for link in page.select(".app-card__title a")]
    assert titles == [sooner, later, past]
    assert [h2.text for h2 in page.select("main h2")] == ["Coming up", "Past"]


def test_a_session_is_coming_until_it_ends(make, sign_in):
    booking = make.booking(make.session(starts_at=soon(minutes=-30), minutes=60))

    page = read_page(sign_in(booking.person).get("/bookings/"))

    assert [h2.text for h2 in page.select("main h2")] == ["Coming up"]
    assert "Cancel my place" not in words(page)


@pytest.mark.parametrize(
    ("mark", "word"),
    [
        (Mark.PRESENT, "Attended"),
        (Mark.ABSENT, "Did not attend"),
        (Mark.APOLOGY, "Sent apologies"),
        (None, "Not recorded"),
    ],
)
def test_past_attendance_is_told_without_blame(make, sign_in, mark, word):
    booking = make.booking(make.session(starts_at=soon(days=-2)), mark=mark)

    page = read_page(sign_in(booking.person).get("/bookings/"))

    assert page.select_one("main .govuk-tag").text.strip() == word


def test_a_place_can_be_given_back_or_kept_in_the_calendar(make, sign_in):
    booking = make.booking(make.session())

    page = read_page(sign_in(booking.person).get("/bookings/"))

    links = {str(link["href"]) for link in page.select("main a")}
    assert {f"/bookings/{booking.id}/calendar.ics", f"/bookings/{booking.id}/cancel"} <= links
    assert page.select_one("main .govuk-tag").text.strip() == "Confirmed"


def test_a_turn_can_be_left(make, sign_in):
    booking = make.booking(make.session(), status=WAITING)

    page = read_page(sign_in(booking.person).get("/bookings/"))

    assert page.select_one("main .govuk-tag").text.strip() == "Waiting"
    assert "Leave the waiting list" in words(page)
    assert "Add to calendar" not in words(page)


def test_a_session_that_we_cancelled_says_so(make, sign_in):
    session = make.session(status=SessionStatus.CANCELLED, cancel_reason="The trainer is ill")
    booking = make.booking(session)

    row = read_page(sign_in(booking.person).get("/bookings/"))
    page = open_booking(sign_in, booking)

    assert row.select_one("main .govuk-tag").text.strip() == "Session cancelled"
    assert "Cancel my place" not in words(row)
    assert "This session is cancelled: The trainer is ill" in words(page)
    assert "What happens next" not in words(page)


def test_the_list_asks_the_same_number_of_questions_for_five_and_twenty(make, sign_in):
    counts = {}
    for number in (5, 20):
        person = make.person()
        for days in range(1, number + 1):
            make.booking(make.session(starts_at=soon(days=days)), person=person)
        counts[number] = count_reads(sign_in(person), "/bookings/")

    assert counts[5] == counts[20]
    assert counts[5] <= 6


def test_a_booking_says_what_happens_next_and_when(make, sign_in):
    session = make.session(starts_at=soon(days=20), venue="", prework_minutes=20)

    page = open_booking(sign_in, book(session, make.person()))

    prework = long_date(session.starts_at - timedelta(days=3))
    joining = long_date(session.starts_at - timedelta(days=2))
    assert "We will email you a calendar invitation soon." in words(page)
    assert f"We will email you the prework (20 minutes) on {prework}." in words(page)
    assert f"We will email you the joining instructions on {joining}." in words(page)
    assert "https://meet.example.org/room" in words(page)
    assert "coordinator@swa.example.org" in words(page)


def test_nothing_is_said_to_have_been_sent_before_it_went(make, sign_in):
    booking = book(make.session(starts_at=soon(days=1), prework_minutes=30), make.person())

    before = words(open_booking(sign_in, booking))
    send_due(clock.utc_now())
    after = words(open_booking(sign_in, booking))

    today = long_date(clock.utc_now())
    for message in (
        "a calendar invitation",
        "the prework (30 minutes)",
        "the joining instructions",
    ):
        assert f"We will email you {message} soon." in before
        assert f"We emailed you {message} on {today}." in after
    assert "We emailed you" not in before
    assert "We will email you" not in after


@pytest.mark.parametrize(
    "state",
    [
        MessageState.HELD,
        MessageState.UNKNOWN,
        MessageState.FAILED,
        MessageState.MISSED,
        MessageState.SKIPPED,
        MessageState.SUPPRESSED,
    ],
)
def test_what_may_not_go_is_not_promised_and_its_words_stand_below(make, sign_in, state):
    booking = book(make.session(starts_at=soon(days=1), prework_minutes=30), make.person())
    with transaction():
        mine = OutboxMessage.occasion == f"booking {booking.id}"
        db.session.execute(
            update(OutboxMessage).where(mine, OutboxMessage.kind == "prework").values(state=state)
        )

    page = open_booking(sign_in, booking)

    assert "you the prework" not in words(page)
    assert page.find("h2", string="Prework (30 minutes)")


def test_a_walk_in_is_promised_no_message(make, sign_in):
    page = open_booking(sign_in, make.booking(make.session(), is_walk_in=True))

    assert "We will email you" not in words(page)


def test_the_waiting_page_says_position_reason_and_the_day_the_caps_lift(make, sign_in):
    session, team = make.session(places={"most_per_team": 1}), make.team()
    make.booking(session, person=make.person(team=team))
    first, second = (
        make.booking(
            session,
            person=make.person(team=team),
            status=WAITING,
            booked_at=soon(minutes=-minutes),
            wait_reason=WaitReason.TEAM_CAP,
        )
        for minutes in (9, 5)
    )

    page = open_booking(sign_in, second)

    lifts = long_date(session.starts_at - timedelta(days=5))
    assert first.id != second.id
    assert "You are number 2 on the waiting list." in words(page)
    assert "1 of the 1 places for your team are taken." in words(page)
    assert f"Any place still free on {lifts} opens to everyone." in words(page)
    assert "https://meet.example.org/room" not in words(page)


@pytest.mark.parametrize(
    ("days_ago", "how_often"),
    [
        pytest.param([1], "Once, on", id="one time"),
        pytest.param([1, 2], "Twice, last on", id="two times"),
        pytest.param([1, 2, 3], "3 times, last on", id="three times"),
    ],
)
def test_somebody_passed_over_reads_how_often_and_why_but_not_for_whom(
    make, sign_in, days_ago, how_often
):
    session = make.session()
    waiting = make.booking(session, status=WAITING)
    lucky = make.booking(session, person=make.person(name="Ola Lucky"))
    with transaction():
        for days in days_ago:
            db.session.add(
                PassedOver(
                    session_id=session.id,
                    booking_id=waiting.id,
                    for_booking_id=lucky.id,
                    reason=WaitReason.TEAM_CAP,
                    at=soon(days=-days),
                )
            )

    page = open_booking(sign_in, waiting)

    assert (
        f"You keep your turn. {how_often} {long_date(soon(days=-1))}, a free place went to somebody"
        " who asked later, because your team had its share of places. We do this so that people"
        " from different teams and organisations meet."
    ) in words(page)
    assert "Ola Lucky" not in page.text


def test_a_place_from_the_waiting_list_is_easily_given_back(make, sign_in):
    page = open_booking(sign_in, make.booking(make.session(), offers=1))

    assert "Do you still want this place?" in words(page)
    assert "Give the place back" in words(page)


def test_the_calendar_file_is_the_invitation_without_people(make, sign_in):
    person = make.person()
    booking = book(make.session(), person)

    response = sign_in(person).get(f"/bookings/{booking.id}/calendar.ics")

    assert response.mimetype == "text/calendar"
    assert "attachment" in response.headers["Content-Disposition"]
    assert "BEGIN:VEVENT" in response.text
    assert "METHOD" not in response.text
    assert "ATTENDEE" not in response.text
    assert person.email not in response.text


def test_without_a_place_there_is_no_calendar_file(make, sign_in):
    booking = make.booking(make.session(), status=WAITING)

    response = sign_in(booking.person).get(f"/bookings/{booking.id}/calendar.ics")

    assert response.location == f"/bookings/{booking.id}"


def test_cancelling_asks_once_more(make, sign_in):
    booking = make.booking(make.session())

    page = read_page(sign_in(booking.person).get(f"/bookings/{booking.id}/cancel"))

    assert page.h1.text.strip() == "Are you sure you want to cancel your place?"
    assert "govuk-button--warning" in page.select_one("main button")["class"]
    assert status_of(booking) is BookingStatus.CONFIRMED


def test_a_cancelled_place_goes_to_the_next_person(make, sign_in):
    session, (one, two) = make.session(places={"largest": 1}), (make.person(), make.person())
    place, turn = book(session, one), book(session, two)
    client = sign_in(one)

    response = client.post(f"/bookings/{place.id}/cancel")
    page = read_page(client.get(response.location))

    assert "You have cancelled your place" in words(page)
    assert status_of(place) is CANCELLED
    assert status_of(turn) is BookingStatus.CONFIRMED


def test_leaving_the_waiting_list_has_its_own_words(make, sign_in):
    booking = make.booking(make.session(), status=WAITING)
    client = sign_in(booking.person)

    page = read_page(client.get(f"/bookings/{booking.id}/cancel"))
    client.post(f"/bookings/{booking.id}/cancel")

    assert page.h1.text.strip() == "Are you sure you want to leave the waiting list?"
    assert status_of(booking) is CANCELLED


@pytest.mark.parametrize(
    ("about", "status"),
    [
        ({"starts_at": soon(minutes=-1)}, BookingStatus.CONFIRMED),
        ({"status": SessionStatus.CANCELLED}, BookingStatus.CONFIRMED),
        ({}, CANCELLED),
    ],
    ids=["started", "session cancelled", "cancelled before"],
)
def test_what_cannot_be_cancelled_leads_back(make, sign_in, about, status):
    booking = make.booking(make.session(**about), status=status, cancelled_at=clock.utc_now())

    response = sign_in(booking.person).post(f"/bookings/{booking.id}/cancel")

    assert response.location == f"/bookings/{booking.id}"
    assert status_of(booking) is status


def test_a_cancelled_booking_stays_as_history(make, sign_in):
    booking = make.booking(make.session(), status=CANCELLED, cancelled_at=soon(days=-1))

    page = open_booking(sign_in, booking)

    assert page.select_one("main .govuk-tag").text.strip() == "Cancelled"
    assert "You cancelled this booking on" in words(page)
    assert "How to join" not in words(page)


@pytest.mark.parametrize("path", ["", "/calendar.ics", "/cancel"])
def test_a_foreign_booking_is_like_one_that_does_not_exist(make, sign_in, path):
    booking, client = make.booking(make.session()), sign_in(make.coordinator())

    foreign = client.get(f"/bookings/{booking.id}{path}")
    missing = client.get(f"/bookings/999999{path}")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.text.replace(str(booking.id), "") == missing.text.replace("999999", "") or (
        len(foreign.text) == len(missing.text)
    )


def test_nobody_cancels_a_foreign_booking(make, sign_in):
    booking = make.booking(make.session())

    response = sign_in(make.person()).post(f"/bookings/{booking.id}/cancel")

    assert response.status_code == 404
    assert status_of(booking) is BookingStatus.CONFIRMED


def test_a_participant_never_reads_who_else_comes(make, sign_in):
    session = make.session()
    make.booking(session, person=make.person(name="Ola Other"), question="Secret question")
    booking = make.booking(session)

    page = open_booking(sign_in, booking)

    assert "Ola Other" not in page.text
    assert "Secret question" not in page.text


def test_a_past_booking_offers_nothing_to_do(make, sign_in):
    booking = make.booking(make.session(starts_at=soon(days=-2)), mark=Mark.PRESENT)

    page = open_booking(sign_in, booking)

    assert page.select_one("main .govuk-tag").text.strip() == "Attended"
    for text in ("Cancel my place", "What happens next", "How to join"):
        assert text not in words(page)


def test_on_the_day_the_way_in_is_on_the_page(make, sign_in):
    booking = make.booking(make.session(starts_at=soon(minutes=-5)))

    page = open_booking(sign_in, booking)

    assert "https://meet.example.org/room" in words(page)
    assert "Cancel my place" not in words(page)


@pytest.mark.parametrize(("days", "word"), [(-2, "No place came free"), (2, "Waiting")])
def test_a_turn_that_came_to_nothing_says_so(make, sign_in, days, word):
    booking = make.booking(make.session(starts_at=soon(days=days)), status=WAITING)

    page = open_booking(sign_in, booking)

    assert page.select_one("main .govuk-tag").text.strip() == word
    assert ("The waiting list closed" in words(page)) is (days < 0)
