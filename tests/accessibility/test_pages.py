"""Every page at 1280 and 375 pixels: axe finds nothing, C1, C2, C18, C26, C27, C40, IN-17.

The table below names each page that can be opened; a route that is in neither list fails.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.people.models import Organisation, Person, Team
from swa.people.types import Role
from swa.sessions.models import Booking, Topic, TrainingSession
from swa.sessions.types import BookingStatus, SessionStatus, TopicKind
from tests.accessibility.conftest import World
from tests.accessibility.pages import EXCUSED, PAGES, STATES, PageToOpen
from tests.support.browser import (
    NARROWEST,
    PHONE,
    Visit,
    axe_findings,
    faults_of,
    tab,
    visitor,
)
from tests.support.plain_app import plain_app

pytestmark = pytest.mark.browser
WindowOf = Callable[[int | None], BrowserContext]


def session_where(*conditions: Any, order: Any = TrainingSession.starts_at) -> Callable[[], int]:
    return lambda: _first(select(TrainingSession.id).where(*conditions).order_by(order))


def _first(wanted: Any) -> int:
    found = db.session.scalars(wanted).first()
    assert found is not None, f"the demonstration has nothing for {wanted}"
    return int(found)


LIVE = TrainingSession.status == SessionStatus.PUBLISHED
FINDERS: dict[str, Callable[[], int]] = {
    "full": session_where(LIVE, TrainingSession.places_taken >= 20),
    "over a cap": session_where(TrainingSession.bookings.any(Booking.wait_reason == "team cap")),
    "draft": session_where(TrainingSession.status == SessionStatus.DRAFT),
    "cancelled": session_where(TrainingSession.status == SessionStatus.CANCELLED),
    "past": session_where(LIVE, TrainingSession.attendance_saved_at.is_not(None)),
    "small": session_where(
        LIVE, TrainingSession.places_taken < 12, TrainingSession.attendance_saved_at.is_(None)
    ),
    "coming": session_where(
        LIVE,
        TrainingSession.attendance_saved_at.is_(None),
        TrainingSession.places_taken < 20,
    ),
}


def find(world: World, what: str, person_id: int | None) -> int:
    """Return the id of one object of the demonstration, by a name of the table."""
    if what in FINDERS:
        return int(world.ask(FINDERS[what]))
    if what in TODAY:
        return TODAY[what]
    others: dict[str, Any] = {
        "topic": select(Topic.id).order_by(Topic.id),
        "specialist topic": select(Topic.id).where(Topic.kind == TopicKind.SPECIALIST),
        "message": select(OutboxMessage.id).where(OutboxMessage.kind == "booking confirmed"),
        "organisation": select(Organisation.id).order_by(Organisation.id),
        "team": select(Team.id).order_by(Team.id),
        "person": select(Person.id).order_by(Person.id),
        "own confirmed": _own(person_id, BookingStatus.CONFIRMED),
        "own waiting": _own(person_id, BookingStatus.WAITING),
    }
    return int(world.ask(lambda: _first(others[what])))


TODAY = {"this year": clock.utc_now().year, "this month": clock.utc_now().month}


def _own(person_id: int | None, status: BookingStatus) -> Any:
    theirs = (Booking.status == status) & (Booking.person.has(Person.id == person_id))
    return select(Booking.id).where(theirs, Booking.mark.is_(None)).order_by(Booking.id)


def who(world: World, role: str) -> int | None:
    """Return the id of the person who looks; None for nobody."""
    if role == "anonymous":
        return None
    if role == "participant":
        return world.participant()
    if role in {status.value for status in BookingStatus}:
        coming = Booking.session.has(LIVE & TrainingSession.attendance_saved_at.is_(None))
        holder = (
            select(Booking.__table__.c.person_id)
            .where(Booking.status == role, coming)
            .order_by(Booking.id)
        )
        return int(world.ask(lambda: _first(holder)))
    return world.holder_of(Role(role))


def open_page(world: World, visit: Visit, wanted: PageToOpen, person_id: int | None) -> None:
    arguments = {
        name: find(world, value, person_id) if isinstance(value, str) and value in NAMES else value
        for name, value in wanted.arguments.items()
    }
    with world.app.test_request_context():
        path = world.app.url_for(wanted.endpoint, **arguments)
    response = visit.page.goto(world.address + path + wanted.query)
    assert response is not None
    assert response.status == wanted.status, f"{path} answered {response.status}"


NAMES = {
    *FINDERS,
    *TODAY,
    "topic",
    "specialist topic",
    "message",
    "organisation",
    "team",
    "person",
    "own confirmed",
    "own waiting",
}
ALL = [*PAGES, *STATES]


@pytest.mark.parametrize("wanted", ALL, ids=str)
def test_a_page_has_no_fault(world: World, window_of: WindowOf, wanted: PageToOpen) -> None:
    person_id = who(world, wanted.role)
    with tab(window_of(person_id)) as visit:
        open_page(world, visit, wanted, person_id)
        findings = axe_findings(visit.page)
        visit.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        findings += axe_findings(visit.page)
        visit.page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
        width = visit.page.evaluate("document.documentElement.scrollWidth")

        assert faults_of(visit) == []
        assert findings == []
        assert width <= NARROWEST[0], "no sideways scroll at 320 pixels"


def test_every_page_is_in_the_table() -> None:
    """A new route is tested here or excused with a reason."""
    routes = {
        rule.endpoint for rule in plain_app().url_map.iter_rules() if "GET" in (rule.methods or ())
    }

    assert routes == {page.endpoint for page in PAGES} | set(EXCUSED)


def test_the_gate_notices_faults(world: World, browser: Browser) -> None:
    """The negative control: faults put into a page are found."""
    with visitor(browser) as visit:
        visit.page.goto(world.address)
        visit.page.evaluate(
            """() => {
              const main = document.querySelector('main');
              main.insertAdjacentHTML('beforeend', '<img src="/static/app/x.png">'
                + '<input type="text" id="nobody"><p class="pale">Too pale to read</p>');
              const sheet = new CSSStyleSheet();
              sheet.replaceSync('.pale { color: #999; background: #fff }');
              document.adoptedStyleSheets = [sheet];
            }"""
        )

        found = " ".join(axe_findings(visit.page))

    for rule in ("image-alt", "label", "color-contrast"):
        assert rule in found


@pytest.mark.parametrize("wanted", [page for page in PAGES if page.role == "anonymous"], ids=str)
def test_the_skip_link_is_first_and_moves_the_focus(
    world: World, browser: Browser, wanted: PageToOpen
) -> None:
    with visitor(browser) as visit:
        open_page(world, visit, wanted, None)

        visit.page.keyboard.press("Tab")
        first = visit.page.evaluate("document.activeElement.textContent")
        visit.page.keyboard.press("Enter")
        focused = visit.page.evaluate("document.activeElement.id")

    assert "Skip to main content" in first
    assert focused == "main-content"
