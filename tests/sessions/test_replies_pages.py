"""What staff see of calendars and bounces: REPLY-5, REPLY-6, REPLY-8, REPLY-11; the topic's say."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from swa.calendars.models import Invitation
from swa.calendars.queries import find_latest
from swa.calendars.replies.models import TimeProposal
from swa.calendars.types import Answer
from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging.models import SuppressedAddress
from swa.sessions.models import PlaceQuestion
from swa.sessions.services.mails import plan_session_mails
from swa.sessions.types import PlaceDecision
from tests.sessions.doing import book
from tests.support.factories import soon
from tests.support.pages import read_page
from tests.support.query_counts import counted_queries


@pytest.fixture
def session(make):
    return make.session(starts_at=soon(days=20))


@pytest.fixture
def booking(make, session):
    return book(session, make.person(name="Amina Begum"), now=clock.utc_now())


@pytest.fixture
def desk(sign_in, make, session):
    browser = sign_in(make.coordinator())
    return lambda: read_page(browser.get(f"/sessions/{session.id}/desk"))


def answered(invitation_id, word, **columns):
    with transaction():
        invitation = db.session.scalars(
            select(Invitation).where(Invitation.id == invitation_id)
        ).one()
        invitation.reply = word
        fields = {"reply_sequence": invitation.sequence, "reply_stamp": clock.utc_now()} | columns
        for name, value in fields.items():
            setattr(invitation, name, value)


def tags(page):
    return [" ".join(tag.text.split()) for tag in page.select(".govuk-table .govuk-tag")]


@pytest.mark.parametrize(
    ("word", "columns", "shown"),
    [
        (Answer.ACCEPTED, {}, "Calendar: accepted"),
        (Answer.TENTATIVE, {}, "Calendar: may come"),
        (Answer.DECLINED, {}, "Calendar: declined, place still held"),
        (Answer.DECLINED, {"whole_sequence": 1}, "Calendar: declined before the change"),
    ],
)
def test_the_desk_shows_what_a_calendar_answered(booking, desk, word, columns, shown):
    """REPLY-5, REPLY-6."""
    invitation = find_latest(f"booking {booking.id}")
    answered(invitation.id, word, reply_comment="I may be late", reply_sequence=0, **columns)

    page = desk()

    assert shown in tags(page)
    assert "I may be late" in page.text


def test_who_declined_and_then_said_they_come_is_shown_so(booking, desk):
    """REPLY-6."""
    invitation = find_latest(f"booking {booking.id}")
    answered(invitation.id, Answer.DECLINED)
    with transaction():
        db.session.add(
            PlaceQuestion(
                booking_id=booking.id,
                invitation_id=invitation.id,
                sequence=0,
                nonce="n",
                token_hash="h",
                asked_at=clock.utc_now(),
                expires_at=soon(days=14),
                decided_at=clock.utc_now(),
                decision=PlaceDecision.KEEP,
            )
        )

    assert "Calendar: declined, then said they come" in tags(desk())


def test_a_desk_without_answers_says_nothing_of_calendars(booking, desk):
    assert "Calendar:" not in desk().text


def test_the_desk_shows_proposals_and_who_made_them(booking, desk, session):
    """REPLY-8."""
    with transaction():
        db.session.add(
            TimeProposal(
                invitation_id=find_latest(f"booking {booking.id}").id,
                starts_at=session.starts_at + timedelta(days=1),
                ends_at=session.ends_at + timedelta(days=1),
                comment="<b>Friday</b> is better",
                received_at=clock.utc_now(),
            )
        )

    page = desk()

    assert "Amina Begum proposed" in " ".join(page.text.split())
    assert "<b>Friday</b> is better" in page.text
    assert "Nothing was moved" in page.text


def test_the_desk_shows_that_a_facilitator_declined(booking, desk, session):
    with transaction():
        plan_session_mails(session, now=clock.utc_now())
    occasion = f"session {session.id} run by {session.lead_facilitator_id}"
    answered(find_latest(occasion).id, Answer.DECLINED)

    page = desk()

    assert "What calendars of those who run it answered" in page.text
    assert "Calendar: declined" in page.text


def test_answers_cost_the_desk_no_query_for_each_person(make, session, desk):
    def fill(number):
        for _ in range(number):
            row = book(session, make.person(), now=clock.utc_now())
            answered(find_latest(f"booking {row.id}").id, Answer.DECLINED)

    fill(2)
    desk()
    with counted_queries() as few:
        desk()
    fill(10)
    desk()
    with counted_queries() as many:
        desk()

    assert len(few) == len(many)


def test_a_coordinator_lets_a_topic_free_places_at_once(make, sign_in):
    """REPLY-6: off unless somebody switches it on."""
    topic = make.topic()
    assert not topic.frees_declined
    browser = sign_in(make.coordinator())
    path = f"/topics/{topic.id}/edit/messages"
    answers = {
        "needs_prework": "yes",
        "prework": "Read this.",
        "prework_minutes": "20",
        "joining_instructions": "Come early.",
        "expectations": "Listen.",
    }

    browser.post(path, data=answers | {"frees_declined": "y"})
    db.session.expire_all()
    assert topic.frees_declined
    assert read_page(browser.get(path)).select_one("[name=frees_declined]").has_attr("checked")

    browser.post(path, data=answers)
    db.session.expire_all()
    assert not topic.frees_declined


def test_the_page_of_a_person_says_that_their_mail_comes_back(make, sign_in):
    """REPLY-11."""
    person = make.person(email="rosa.okafor@example.org")
    browser = sign_in(make.coordinator())
    assert "comes back" not in read_page(browser.get(f"/people/{person.id}")).text
    make.keep(
        SuppressedAddress(
            address="rosa.okafor@example.org", reason="5.1.1 User unknown", since=clock.utc_now()
        )
    )

    page = read_page(browser.get(f"/people/{person.id}"))

    assert "Email comes back" in page.text
    assert "5.1.1 User unknown" in page.text


def test_a_person_sees_that_they_declined_and_still_have_their_place(booking, sign_in):
    """REPLY-6: the booking page is the truth, and says what the calendar said."""
    browser, path = sign_in(booking.person), f"/bookings/{booking.id}"
    assert "declined the invitation" not in read_page(browser.get(path)).text

    answered(find_latest(f"booking {booking.id}").id, Answer.DECLINED, answer=Answer.DECLINED)

    assert "you still have your place" in read_page(browser.get(path)).text
