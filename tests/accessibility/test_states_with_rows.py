"""Pages that need a row the demonstration has not: the same gate as for all others (IN-17)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging.models import SuppressedAddress
from swa.messaging.texts.models import CustomText, MailTextDraft
from swa.people.models import JoinRequest, PeopleImport, Person, RoleGrant
from swa.people.types import Role
from swa.sessions.models import Booking, PlanSegment, TrainingSession
from swa.sessions.types import BookingStatus, SessionStatus
from tests.accessibility.conftest import World
from tests.support.browser import NARROWEST, PHONE, WIDE, axe_findings, faults_of, press, visitor

pytestmark = pytest.mark.browser
OTHER_NUMBER = 19
CSV = (
    "name,email,organisation,team,sector\n"
    "Ada Example,ada.example@example.org,Newham Council,Housing,council\n"
    "Nobody,not an address,Newham Council,,\n"
)


def _keep(row):
    with transaction():
        db.session.add(row)
        db.session.flush()
        return row.id


def a_request(_coordinator: int) -> int:
    return _keep(
        JoinRequest(
            name="Ada Example",
            email="ada@elsewhere.example.net",
            organisation_name="Elsewhere Trust",
            message="We support young carers.",
            asked_at=clock.utc_now(),
        )
    )


def an_import(coordinator: int) -> int:
    return _keep(
        PeopleImport(
            uploaded_by_id=coordinator,
            uploaded_at=clock.utc_now(),
            file_name="people.csv",
            content=CSV.encode(),
            rows=2,
        )
    )


def a_disabled_person(_coordinator: int) -> int:
    found = db.session.scalars(
        select(Person).where(~Person.grants.any()).order_by(Person.id)
    ).first()
    person_id = found.id
    with transaction():
        found.is_active = False
    return person_id


def a_facilitator(_coordinator: int) -> int:
    wanted = select(RoleGrant.person_id).where(RoleGrant.role == Role.FACILITATOR)
    return db.session.scalars(wanted).first()


def a_place(_coordinator: int) -> tuple[int, int]:
    wanted = (
        select(Booking.session_id, Booking.id)
        .join(Booking.session)
        .where(
            Booking.status == BookingStatus.CONFIRMED,
            TrainingSession.status == SessionStatus.PUBLISHED,
            TrainingSession.attendance_saved_at.is_(None),
        )
    )
    return db.session.execute(wanted).first()


def a_part(_coordinator: int) -> tuple[int, int]:
    wanted = (
        select(PlanSegment.session_id, PlanSegment.id)
        .join(PlanSegment.session)
        .where(TrainingSession.attendance_saved_at.is_(None))
    )
    return db.session.execute(wanted).first()


def a_draft_of_a_text(coordinator: int) -> int:
    draft = MailTextDraft(
        name="sessions/prework",
        person_id=coordinator,
        subject="Before {{ session_title }}",
        body="{{ prework }}\n\nIt takes {{ prework_length }}.",
        written_at=clock.utc_now(),
    )
    return _keep(draft)


def a_stopped_address(_coordinator: int) -> int:
    said = "550 5.1.1 no such user"
    return _keep(SuppressedAddress(address="a@b.example", reason=said, since=clock.utc_now()))


def a_text_of_their_own(coordinator: int) -> int:
    facts = {"created_by_id": coordinator, "created_at": clock.utc_now()}
    return _keep(CustomText(title="A week later", family="booking", **facts))


PAGES: dict[str, tuple[Callable[[int], object], Role]] = {
    "/people/requests/{0}/accept": (a_request, Role.PROGRAMME_COORDINATOR),
    "/people/requests/{0}/decline": (a_request, Role.PROGRAMME_COORDINATOR),
    "/people/imports/{0}": (an_import, Role.PROGRAMME_COORDINATOR),
    "/people/{0}/enable": (a_disabled_person, Role.PROGRAMME_COORDINATOR),
    "/people/{0}/roles/take-away?role=facilitator": (a_facilitator, Role.ADMINISTRATOR),
    "/messages/texts/sessions-prework/check?draft={0}": (
        a_draft_of_a_text,
        Role.PROGRAMME_COORDINATOR,
    ),
    "/messages/texts/sessions-prework?example={0}&recipient={1}": (
        a_place,
        Role.PROGRAMME_COORDINATOR,
    ),
    "/messages/texts/custom-{0}/delete": (a_text_of_their_own, Role.PROGRAMME_COORDINATOR),
    "/messages/addresses/{0}/lift": (a_stopped_address, Role.PROGRAMME_COORDINATOR),
    "/sessions/{0}/desk/remove/{1}": (a_place, Role.PROGRAMME_COORDINATOR),
    "/sessions/{0}/plan/parts/{1}": (a_part, Role.PROGRAMME_COORDINATOR),
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_fault(world: World, browser: Browser, path: str) -> None:
    find, role = PAGES[path]
    person_id = world.holder_of(role)
    found = world.ask(lambda: find(person_id))
    ids = tuple(found) if not isinstance(found, int) else (found,)
    with visitor(browser, size=WIDE, cookies=world.cookies_of(person_id)) as visit:
        response = visit.page.goto(world.address + path.format(*ids))
        assert response is not None
        assert response.status == 200
        findings = axe_findings(visit.page)
        visit.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        findings += axe_findings(visit.page)
        visit.page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
        width = visit.page.evaluate("document.documentElement.scrollWidth")

        assert faults_of(visit) == []
        assert findings == []
        assert width <= NARROWEST[0]


def test_the_check_of_another_number_of_places_has_no_fault(world: World, browser: Browser) -> None:
    wanted = select(TrainingSession.id).where(
        TrainingSession.status == SessionStatus.PUBLISHED,
        TrainingSession.starts_at > clock.utc_now(),
        TrainingSession.places_taken < OTHER_NUMBER,
    )
    session_id = world.ask(lambda: db.session.scalars(wanted).first())
    cookies = world.cookies_of(world.holder_of(Role.PROGRAMME_COORDINATOR))
    with visitor(browser, size=WIDE, cookies=cookies) as visit:
        visit.page.goto(f"{world.address}/sessions/{session_id}/places")
        visit.page.get_by_label("How many places").fill(str(OTHER_NUMBER))
        press(visit.page, "Continue")
        assert visit.page.locator("h1").inner_text() == "Check the number of places"
        findings = axe_findings(visit.page)
        visit.page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})

        assert findings + axe_findings(visit.page) == []
        assert faults_of(visit) == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= NARROWEST[0]


def test_the_page_that_shows_a_calendar_link_has_no_fault(world: World, browser: Browser) -> None:
    cookies = world.cookies_of(world.participant())
    with visitor(browser, size=WIDE, cookies=cookies) as visit:
        visit.page.goto(f"{world.address}/account/calendar")
        press(visit.page, "Get my calendar link")
        assert visit.page.locator("h1").inner_text() == "Your calendar link is ready"
        visit.page.context.grant_permissions(["clipboard-write"])  # a person's window has it
        visit.page.get_by_role("button", name="Copy the link").click()
        visit.page.get_by_role("button", name="Copied").wait_for()
        findings = axe_findings(visit.page)
        visit.page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})

        assert findings + axe_findings(visit.page) == []
        assert faults_of(visit) == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= NARROWEST[0]
        visit.page.goto(f"{world.address}/account/calendar")  # as the others found it
        press(visit.page, "Switch the link off")
