"""The page behind the link in “Shall we give your place back?”: REPLY-6, MAIL-14, LK-1 to LK-5."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from swa.calendars.queries import find_latest
from swa.calendars.replies import services as replies
from swa.calendars.replies.types import Answers, CalendarAnswer, ReadMail, Sender
from swa.calendars.types import Answer
from swa.core import clock
from swa.core.db import db, transaction
from swa.people.tokens import link_token
from swa.sessions.emails.replies import PURPOSE
from swa.sessions.models import Booking, PlaceQuestion
from swa.sessions.types import BookingStatus
from tests.sessions.doing import book, cancel
from tests.support.factories import soon
from tests.support.fingerprint import whole_database
from tests.support.pages import read_page


@pytest.fixture
def booking(make):
    person = make.person(name="Amina Begum", email="amina.begum@example.org")
    return book(make.session(starts_at=soon(days=20)), person, now=clock.utc_now())


@pytest.fixture
def path(booking):
    uid = find_latest(f"booking {booking.id}").uid
    said = CalendarAnswer(uid, Answer.DECLINED, stamp=clock.utc_now())
    with transaction():
        mail = ReadMail(Sender(), Answers((said,)))
        replies.receive(mail, key="k", now=clock.utc_now())
    question = db.session.scalars(select(PlaceQuestion)).one()
    return f"/places/link/{link_token(PURPOSE, question.nonce)}"


def status_of(booking):
    db.session.expire_all()
    return booking.status


def test_the_page_names_nobody_and_has_no_choice_made(client, path, booking):
    """LK-3: a stranger sees initials, reference and date."""
    response = client.get(path)

    page = read_page(response)
    assert "A. B." in page.text
    assert booking.reference in page.text
    for word in ("Amina", "Begum", "amina", "example.org/room"):
        assert word not in page.select_one("main").text
    assert page.select("input[type=radio]")
    assert not page.select("input[checked]")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_it_twenty_times_changes_nothing(client, path, method):
    """LK-2, MAIL-14."""
    before = whole_database()

    for _ in range(20):
        assert getattr(client, method)(path).status_code == 200

    assert whole_database() == before


def test_sending_it_as_it_stands_changes_nothing(client, path, booking):
    """LK-3: a scanner that submits forms gets a 422."""
    chosen = read_page(client.get(path)).select("input[checked]")
    before = whole_database()

    response = client.post(path, data={field["name"]: field["value"] for field in chosen})

    page = read_page(response)
    assert response.status_code == 422
    assert page.title.text.startswith("Error: ")
    assert "Select whether we shall give your place back" in page.text
    assert whole_database() == before
    assert status_of(booking) is BookingStatus.CONFIRMED


def test_yes_gives_the_place_back_once_and_later_visitors_are_told_when(client, path, booking):
    """LK-4, LK-5."""
    response = client.post(path, data={"decision": "give back"}, follow_redirects=True)

    page = read_page(response)
    assert page.select_one("h1").text == "The place was given back"
    assert "This was answered on" in page.text
    assert not page.select("form[action*='/places/']")
    assert status_of(booking) is BookingStatus.CANCELLED

    again = client.post(path, data={"decision": "keep"}, follow_redirects=True)
    assert read_page(again).select_one("h1").text == "The place was given back"


def test_no_keeps_the_place(client, path, booking):
    response = client.post(path, data={"decision": "keep"}, follow_redirects=True)

    assert read_page(response).select_one("h1").text == "The place is kept"
    assert status_of(booking) is BookingStatus.CONFIRMED


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 500])
def test_a_token_that_was_never_made_opens_nothing(client, path, token):
    """LK-4."""
    for response in (
        client.get(f"/places/link/{token}"),
        client.post(f"/places/link/{token}", data={"decision": "give back"}),
    ):
        assert response.status_code == 404
        assert read_page(response).select_one("h1").text == "This link does not work any more"


def test_a_link_whose_place_is_gone_says_the_same(client, path, booking):
    """LK-4: one message for all that is over."""
    cancel(booking, now=clock.utc_now())

    response = client.get(path)

    assert response.status_code == 404
    assert read_page(response).select_one("h1").text == "This link does not work any more"


def test_a_link_of_another_purpose_opens_nothing(client, path):
    """LK-4: the purpose is part of the token."""
    question = db.session.scalars(select(PlaceQuestion)).one()

    for purpose in ("sign in", "register"):
        other = link_token(purpose, question.nonce)
        assert client.get(f"/places/link/{other}").status_code == 404


def test_a_choice_that_is_none_changes_nothing(client, path, booking):
    response = client.post(path, data={"decision": "everything"})

    assert response.status_code == 422
    assert status_of(booking) is BookingStatus.CONFIRMED


def test_the_token_is_nowhere_in_the_database(client, path):
    """LK-1."""
    token = path.rpartition("/")[2]
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(table.select()):
                assert token not in repr(tuple(row)), table.name


def test_fifty_answers_at_once_count_once(app, path, booking):
    """LK-5."""
    clients = [app.test_client() for _ in range(50)]
    for each in clients:
        each.form_token()
    number, booking_id = booking.session.places_taken, booking.id
    db.session.rollback()

    def answer(pair):
        each, decision = pair
        with app.app_context():
            return each.post(path, data={"decision": decision}).status_code

    pairs = [(c, "give back" if n % 2 else "keep") for n, c in enumerate(clients)]
    with ThreadPoolExecutor(8) as threads:
        statuses = set(threads.map(answer, pairs))

    db.session.expire_all()
    question = db.session.scalars(select(PlaceQuestion)).one()
    row = db.session.scalars(select(Booking).where(Booking.id == booking_id)).one()
    gone = question.decision == "give back"
    assert statuses == {302}
    assert question.decided_at is not None
    assert (row.status is BookingStatus.CANCELLED) == gone
    assert row.session.places_taken == number - gone


def test_the_link_opens_no_other_route(client, path, app):
    """LK-10, for this token: it signs nobody in."""
    client.get(path)

    assert client.get("/bookings/").status_code == 302


def test_the_page_says_until_when_it_is_of_use(client, path, booking):
    question = db.session.scalars(select(PlaceQuestion)).one()
    with transaction():
        question.expires_at = clock.utc_now() - timedelta(seconds=1)

    assert client.get(path).status_code == 404
