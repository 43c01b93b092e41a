"""AN-15, CC-02, CC-17, CF-27, DC-09, IN-03, IN-11, IN-20, OT-03, TR-14, TR-32: booking a place,
page by page."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from swa.core.dates import long_date
from swa.core.db import db, transaction
from swa.sessions.forms.booking import NEEDS_MAX_LENGTH, QUESTION_MAX_LENGTH, ConfirmForm
from swa.sessions.models import Booking
from swa.sessions.types import BookingDetails, BookingStatus, SessionStatus
from swa.sessions.views import answers
from swa.sessions.views import booking as booking_views
from tests.support.factories import soon
from tests.support.pages import read_page

ANSWERS = {"access_needs": "Captions", "question": "What if somebody cries?", "hides_name": "y"}


def words(page):
    return " ".join(page.main.text.split())


def answer(client, session, **answers):
    """Answer the questions; the check page is next."""
    return client.post(f"/sessions/{session.id}/book", data=ANSWERS | answers)


def confirm(client, session):
    return client.post(f"/sessions/{session.id}/book/check")


def check_page(client, session):
    return read_page(client.get(f"/sessions/{session.id}/book/check"))


def bookings():
    return db.session.scalars(select(Booking).order_by(Booking.id)).all()


def test_the_questions_say_what_the_session_takes(make, sign_in):
    session = make.session(minutes=150, prework_minutes=20)

    page = read_page(sign_in(make.person()).get(f"/sessions/{session.id}/book"))

    assert "takes 2 hours 30 minutes, and the prework before it 20 minutes" in words(page)
    assert long_date(session.starts_at) in words(page)
    assert "(UK time)" in words(page)
    assert not page.select("[checked]"), "nothing is chosen for anybody"


def test_a_session_without_prework_says_nothing_of_it(make, sign_in):
    session = make.session(prework="")

    page = read_page(sign_in(make.person()).get(f"/sessions/{session.id}/book"))

    assert "prework" not in words(page)


def test_known_access_needs_are_not_asked_twice(make, sign_in):
    session, person = make.session(), make.person(access_needs="A hearing loop")

    page = read_page(sign_in(person).get(f"/sessions/{session.id}/book"))

    assert page.select_one("#access_needs").text.strip() == "A hearing loop"


def test_nothing_is_stored_before_the_last_button(make, sign_in):
    session, client = make.session(), sign_in(make.person())

    response = answer(client, session)
    page = check_page(client, session)

    assert response.location == f"/sessions/{session.id}/book/check"
    assert bookings() == []
    assert "Captions" in words(page)
    assert "What if somebody cries?" in words(page)
    assert "Not shown" in words(page)
    assert page.select_one("button").text.strip() == "Book place"


def test_blank_answers_are_not_provided(make, sign_in):
    session, client = make.session(), sign_in(make.person())

    answer(client, session, access_needs=" ", question="", hides_name="")
    page = check_page(client, session)

    assert words(page).count("Not provided") == 2
    assert "Name with my question" not in words(page)


def test_change_leads_back_with_the_answers_kept(make, sign_in):
    session, client = make.session(), sign_in(make.person())
    answer(client, session)

    page = read_page(client.get(f"/sessions/{session.id}/book"))

    assert page.select_one("#question").text.strip() == "What if somebody cries?"
    assert page.select_one("#hides_name").has_attr("checked")


def test_booking_a_place_ends_on_its_own_page(make, sign_in):
    session, person = make.session(), make.person()
    client = sign_in(person)
    answer(client, session)

    response = confirm(client, session)
    (booking,) = bookings()
    page = read_page(client.get(response.location))

    assert response.location == f"/bookings/{booking.id}"
    assert booking.status is BookingStatus.CONFIRMED
    assert (booking.claim.person_id, booking.access_needs) == (person.id, "Captions")
    assert (booking.question, booking.hides_name) == ("What if somebody cries?", True)
    assert booking.reference in page.select_one(".govuk-panel--confirmation").text


def test_the_green_panel_is_for_the_first_time_only(make, sign_in):
    session, client = make.session(), sign_in(make.person())
    answer(client, session)
    path = confirm(client, session).location
    client.get(path)

    page = read_page(client.get(path))

    assert page.select_one(".govuk-panel--confirmation") is None
    assert page.h1.text.strip() == session.title


def test_a_second_click_leads_to_the_same_booking(make, sign_in):
    session, client = make.session(), sign_in(make.person())
    answer(client, session)
    first = confirm(client, session)

    second = confirm(client, session)

    assert second.location == first.location
    assert len(bookings()) == 1


def test_a_click_in_another_window_leads_to_the_same_booking(make, sign_in):
    session, person = make.session(), make.person()
    slow, quick = sign_in(person), sign_in(person)
    for client in (slow, quick):
        answer(client, session)
    first = confirm(quick, session)

    second = confirm(slow, session)

    assert second.location == first.location
    assert len(bookings()) == 1


def test_the_questions_of_a_booked_session_lead_to_the_booking(make, sign_in):
    booking = make.booking(make.session())

    response = sign_in(booking.person).get(f"/sessions/{booking.session_id}/book")

    assert response.location == f"/bookings/{booking.id}"


def test_the_check_page_without_answers_asks_the_questions(make, sign_in):
    session = make.session()

    response = sign_in(make.person()).get(f"/sessions/{session.id}/book/check")

    assert response.location == f"/sessions/{session.id}/book"


def test_the_answers_of_one_session_are_not_those_of_another(make, sign_in):
    session, other, client = make.session(), make.session(), sign_in(make.person())
    answer(client, session)

    page = read_page(client.get(f"/sessions/{other.id}/book"))

    assert page.select_one("#question").text.strip() == ""


def test_nobody_reads_the_answers_of_the_person_before_in_the_same_browser(make, sign_in):
    session, client, later = make.session(), sign_in(make.person()), sign_in(make.person())
    answer(client, session)
    with client.session_transaction() as old, later.session_transaction() as new:
        new.update(old)

    page = read_page(later.get(f"/sessions/{session.id}/book"))

    assert page.select_one("#question").text.strip() == ""


def test_a_full_session_offers_the_waiting_list_with_the_reason(make, sign_in):
    session, client = make.session(places={"largest": 1}), sign_in(make.person())
    make.booking(session)
    answer(client, session)

    page = check_page(client, session)
    response = confirm(client, session)
    done = read_page(client.get(response.location))

    assert "The only place is taken." in words(page)
    assert page.select_one("button").text.strip() == "Join the waiting list"
    assert bookings()[-1].status is BookingStatus.WAITING
    assert done.select_one(".govuk-panel") is None
    assert "You are number 1 on the waiting list" in words(done)


def test_over_the_team_cap_the_page_says_when_places_open_to_everyone(make, sign_in):
    session, team = make.session(places={"most_per_team": 2}), make.team()
    for _ in range(2):
        make.booking(session, person=make.person(team=team))
    client = sign_in(make.person(team=team))
    answer(client, session)

    page = check_page(client, session)

    lifts = long_date(session.starts_at - timedelta(days=5))
    assert "2 of the 2 places for your team are taken." in words(page)
    assert f"Any place still free on {lifts} opens to everyone." in words(page)
    assert page.select_one("button").text.strip() == "Join the waiting list"


def test_over_the_organisation_cap_the_page_counts_the_organisation(make, sign_in):
    session, organisation = make.session(places={"largest": 4}), make.organisation()
    for _ in range(2):
        make.booking(session, person=make.person(organisation=organisation))
    client = sign_in(make.person(organisation=organisation))
    answer(client, session)

    page = check_page(client, session)

    assert "2 of the 2 places for your organisation are taken." in words(page)


def test_once_the_caps_have_lifted_anybody_books(make, sign_in):
    session, team = make.session(starts_at=soon(days=4), places={"most_per_team": 1}), make.team()
    make.booking(session, person=make.person(team=team))
    client = sign_in(make.person(team=team))
    answer(client, session)

    page = check_page(client, session)

    assert page.select_one("button").text.strip() == "Book place"


def test_two_sessions_at_the_same_hour_bring_a_warning(make, sign_in):
    person, at = make.person(), soon(days=20)
    make.booking(make.session(starts_at=at), person=person)
    session, client = make.session(starts_at=at + timedelta(minutes=30)), sign_in(person)
    answer(client, session)

    page = check_page(client, session)
    confirm(client, session)

    assert "at the same time" in page.select_one(".govuk-warning-text").text
    assert len(bookings()) == 2


def test_sessions_one_after_the_other_bring_no_warning(make, sign_in):
    person, at = make.person(), soon(days=20)
    make.booking(make.session(starts_at=at, minutes=60), person=person)
    session, client = make.session(starts_at=at + timedelta(minutes=60)), sign_in(person)
    answer(client, session)

    assert check_page(client, session).select_one(".govuk-warning-text") is None


@pytest.mark.parametrize(
    ("field", "length", "sentence"),
    [
        ("access_needs", NEEDS_MAX_LENGTH, "Access needs must be 500 characters or fewer"),
        ("question", QUESTION_MAX_LENGTH, "Your question must be 400 characters or fewer"),
    ],
)
def test_a_text_that_is_too_long_is_kept_and_explained(make, sign_in, field, length, sentence):
    session, client = make.session(), sign_in(make.person())

    response = answer(client, session, **{field: "x" * (length + 1)})
    page = read_page(response)

    assert response.status_code == 422
    assert page.title.text.strip().startswith("Error: ")
    assert sentence in page.select_one(".govuk-error-summary").text
    assert page.select_one(f"#{field}").text.strip() == "x" * (length + 1)


def test_the_longest_answers_in_any_script_fit_into_the_cookie(make, sign_in):
    session, client = make.session(), sign_in(make.person())
    needs = "".join(chr(0x4E00 + (7919 * n) % 20000) for n in range(NEEDS_MAX_LENGTH))
    question = "".join(chr(0x4E00 + (104729 * n) % 20000) for n in range(QUESTION_MAX_LENGTH))

    answer(client, session, access_needs=needs, question=question)
    page = check_page(client, session)

    assert needs in words(page)
    assert question in words(page)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"status": SessionStatus.CANCELLED}, "is cancelled"),
        ({"starts_at": soon(minutes=-1)}, "Booking closes when a session starts"),
    ],
    ids=["cancelled", "started a minute ago"],
)
def test_a_session_that_cannot_be_booked_says_why(make, sign_in, columns, sentence):
    session = make.session(**columns)

    response = sign_in(make.person()).get(f"/sessions/{session.id}/book")
    page = read_page(response)

    assert response.status_code == 200
    assert sentence in words(page)
    assert page.select_one("main form") is None


def test_a_session_that_starts_while_somebody_types_is_not_booked(make, sign_in):
    session, client = make.session(), sign_in(make.person())
    answer(client, session)
    with transaction():
        session.starts_at = soon(minutes=-1)

    response = confirm(client, session)

    assert "Booking closes when a session starts" in words(read_page(response))
    assert bookings() == []


def test_a_draft_is_no_page_for_others(make, sign_in):
    session = make.session(status=SessionStatus.DRAFT)

    assert sign_in(make.person()).get(f"/sessions/{session.id}/book").status_code == 404


def test_visitors_sign_in_first(make, client):
    response = client.get(f"/sessions/{make.session().id}/book")

    assert response.status_code == 302
    assert "/sign-in" in response.location


def test_booking_needs_the_token(make, sign_in):
    session, client = make.session(), sign_in(make.person())
    answer(client, session)

    response = client.post(f"/sessions/{session.id}/book/check", with_token=False)

    assert response.status_code == 400
    assert bookings() == []


def test_extra_fields_change_nothing(make, sign_in):
    session, person, other = make.session(), make.person(), make.person()
    client = sign_in(person)
    extra = {"person_id": other.id, "status": "confirmed", "offers": 9, "mark": "present"}
    answer(client, session, **extra)

    client.post(f"/sessions/{session.id}/book/check", data=extra)

    (booking,) = bookings()
    assert (booking.claim.person_id, booking.offers, booking.mark) == (person.id, 0, None)


def book_after_the_page_was_checked(app, session, person):
    """Do what the button does, as if the session had changed since the page was opened."""
    with app.test_request_context():
        form = ConfirmForm()
        return booking_views._book(session, person, BookingDetails(), form), form.form_errors


def test_a_session_that_starts_at_the_last_moment_is_refused_in_words(app, make):
    session = make.session(starts_at=soon(minutes=-1))

    answered, errors = book_after_the_page_was_checked(app, session, make.person())

    assert answered is None
    assert errors == ["This session has already started"]


def test_a_click_at_the_same_moment_leads_to_the_one_booking(app, make):
    booking = make.booking(make.session())

    answered, _errors = book_after_the_page_was_checked(app, booking.session, booking.person)

    assert answered.location == f"/bookings/{booking.id}"
    assert len(bookings()) == 1


def test_who_runs_the_session_reads_that_they_need_no_place(make, sign_in):
    session = make.session()

    page = read_page(sign_in(session.support_person).get(f"/sessions/{session.id}/book"))

    assert page.h1.text == "You cannot book this session"
    assert "You run this session, so you do not need to book a place" in page.main.text


def rare_words(number):
    """Words in letters that take most room in a cookie: each is written as two escapes."""
    chance = random.Random(7)
    return "".join(chr(chance.randrange(0x20000, 0x2A6DF)) for _ in range(number))


def test_what_would_not_fit_into_the_cookie_is_refused_in_words(make, sign_in, monkeypatch):
    monkeypatch.setattr(answers, "MOST_BYTES", 2_000)
    session, client = make.session(), sign_in(make.person())
    typed = {"access_needs": rare_words(500), "question": rare_words(400)}

    response = client.post(f"/sessions/{session.id}/book", data=typed)

    page = read_page(response)
    assert response.status_code == 422
    assert "Shorten what you typed" in page.main.text
    assert typed["question"] in page.main.text
    cookies = response.headers.getlist("Set-Cookie")
    assert all(len(cookie) <= 4093 for cookie in cookies)


def test_long_answers_in_everyday_words_are_kept(make, sign_in):
    session, client = make.session(), sign_in(make.person())
    typed = {"access_needs": ("Captions, ß and ü. " * 30)[:500], "question": "Ж" * 400}

    response = client.post(f"/sessions/{session.id}/book", data=typed)

    assert response.status_code == 302
    assert all(len(cookie) <= 4093 for cookie in response.headers.getlist("Set-Cookie"))
