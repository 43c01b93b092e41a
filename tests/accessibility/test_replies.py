"""Pages about answers, proposals and letters: the same gate as for all others (IN-17)."""

import os
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from swa.calendars.models import Invitation
from swa.calendars.queries import find_latest
from swa.calendars.replies import services
from swa.calendars.replies.models import MailTask, TimeProposal
from swa.calendars.replies.types import Letter, ReadMail, Sender
from swa.calendars.types import Answer
from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging.models import SuppressedAddress
from swa.people.models import Person
from swa.people.tokens import hash_of, link_token
from swa.people.types import Role
from swa.sessions.emails.replies import PURPOSE
from swa.sessions.models import Booking, PlaceQuestion, Topic, TrainingSession
from swa.sessions.services.mails import plan_mails
from swa.sessions.types import BookingStatus, SessionStatus
from tests.accessibility.conftest import World
from tests.support.browser import NARROWEST, PHONE, WIDE, axe_findings, faults_of, visitor

pytestmark = pytest.mark.browser


def bookings() -> list[Booking]:
    """The places on a coming session that has several."""
    wanted = (
        select(Booking)
        .join(Booking.session)
        .where(
            Booking.status == BookingStatus.CONFIRMED,
            TrainingSession.status == SessionStatus.PUBLISHED,
            TrainingSession.starts_at > clock.utc_now() + timedelta(days=2),
        )
        .order_by(TrainingSession.places_taken.desc(), Booking.id)
    )
    found = db.session.scalars(wanted).all()
    return [booking for booking in found if booking.session_id == found[0].session_id]


def invitation_of(booking: Booking) -> Invitation:
    if find_latest(f"booking {booking.id}") is None:
        plan_mails(booking, now=clock.utc_now())
    invitation = find_latest(f"booking {booking.id}")
    assert invitation is not None
    return invitation


def a_desk_with_answers() -> str:
    with transaction():
        rows = bookings()
        words = [(Answer.ACCEPTED, 0), (Answer.TENTATIVE, 0), (Answer.DECLINED, 0)]
        for booking, (word, _) in zip(rows, words, strict=False):
            invitation = invitation_of(booking)
            invitation.reply, invitation.reply_sequence = word, invitation.sequence
            invitation.reply_comment = "I am away that week and cannot change it"
        db.session.add(
            TimeProposal(
                invitation_id=invitation_of(rows[0]).id,
                starts_at=rows[0].session.starts_at + timedelta(days=1),
                ends_at=rows[0].session.ends_at + timedelta(days=1),
                comment="Friday suits our team better",
                received_at=clock.utc_now(),
            )
        )
        return f"/sessions/{rows[0].session_id}/desk"


def a_letter() -> str:
    with transaction():
        sender = Sender("Zoë O'Neill", "zoe.oneill@example.org", "Parking at the venue")
        found = Letter("Hello, is there parking at the venue?\n\nI come by car.\n\nZoë")
        key = secrets.token_hex(8)
        services.receive(ReadMail(sender, found), key=key, now=clock.utc_now())
        task = db.session.scalars(select(MailTask).order_by(MailTask.id.desc())).first()
        return f"/replies/{task.id}"


def letters() -> str:
    a_letter()
    return "/replies/"


def letters_that_are_done() -> str:
    return "/replies/?show=done"


def a_person_whose_mail_comes_back() -> str:
    with transaction():
        person = db.session.scalars(select(Person).where(~Person.grants.any())).first()
        db.session.add(
            SuppressedAddress(
                address=person.email, reason="5.1.1 User unknown", since=clock.utc_now()
            )
        )
        return f"/people/{person.id}"


def _question(**columns: object) -> str:
    with transaction():
        booking = bookings()[-1]
        invitation, nonce = invitation_of(booking), secrets.token_hex(16)
        token = link_token(PURPOSE, nonce)
        ordinary = {"asked_at": clock.utc_now(), "expires_at": booking.session.starts_at}
        db.session.add(
            PlaceQuestion(
                booking_id=booking.id,
                invitation_id=invitation.id,
                sequence=columns.pop("sequence", invitation.sequence),
                nonce=nonce,
                token_hash=hash_of(token),
                **(ordinary | columns),
            )
        )
        return f"/places/link/{token}"


def a_question() -> str:
    return _question()


def a_question_that_was_answered() -> str:
    return _question(sequence=98, decided_at=clock.utc_now(), decision="give back")


def a_topic_that_frees_places() -> str:
    with transaction():
        topic = db.session.scalars(select(Topic).order_by(Topic.id)).first()
        topic.frees_declined = True
        return f"/topics/{topic.id}/edit/messages"


def a_first_page_with_a_letter() -> str:
    a_letter()
    return "/home"


PAGES: dict[str, tuple[Callable[[], str], Role | None]] = {
    "desk": (a_desk_with_answers, Role.PROGRAMME_COORDINATOR),
    "letter": (a_letter, Role.PROGRAMME_COORDINATOR),
    "letters": (letters, Role.PROGRAMME_COORDINATOR),
    "letters-done": (letters_that_are_done, Role.PROGRAMME_COORDINATOR),
    "person": (a_person_whose_mail_comes_back, Role.PROGRAMME_COORDINATOR),
    "topic": (a_topic_that_frees_places, Role.PROGRAMME_COORDINATOR),
    "home": (a_first_page_with_a_letter, Role.PROGRAMME_COORDINATOR),
    "question": (a_question, None),
    "question-answered": (a_question_that_was_answered, None),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_fault(world: World, browser: Browser, name: str) -> None:
    find, role = PAGES[name]
    path = world.ask(find)
    cookies = world.cookies_of(world.holder_of(role)) if role else []
    with visitor(browser, size=WIDE, cookies=cookies) as visit:
        response = visit.page.goto(world.address + path)
        assert response is not None
        assert response.status == 200
        findings = axe_findings(visit.page)
        _picture(visit.page, f"{name}-wide")
        visit.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        findings += axe_findings(visit.page)
        _picture(visit.page, f"{name}-phone")
        visit.page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
        width = visit.page.evaluate("document.documentElement.scrollWidth")

        assert faults_of(visit) == []
        assert findings == []
        assert width <= NARROWEST[0]


def _picture(page: object, name: str) -> None:
    """Keep a picture for whoever wants to look: SWA_PICTURES names the folder."""
    if folder := os.environ.get("SWA_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)  # type: ignore[attr-defined]
