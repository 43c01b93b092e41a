"""The main tasks without a mouse and without JavaScript, and where error messages lead.

IN-17 (usable by keyboard), C19 (what is wrong is said at the top, with a link to it), C38 and C39
(attendance), WB-6: nothing needs a script.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db
from swa.people.models import Person
from swa.people.types import Role
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.types import BookingStatus, Mark, SessionStatus
from tests.accessibility.conftest import World
from tests.story.by_hand import Keyboard
from tests.support.browser import PHONE, Visit, visitor

pytestmark = pytest.mark.browser

NEEDS = "Do you have any access needs? (optional)"
QUESTION = "Is there a question or situation you would like covered? (optional)"
COMING = (TrainingSession.status == SessionStatus.PUBLISHED) & (TrainingSession.places_taken < 12)


@dataclass(frozen=True)
class Place:
    """A session with places left and somebody who may take one."""

    session_id: int
    title: str
    person_id: int


@pytest.fixture
def place(world: World) -> Place:
    """Find somebody who has never booked the session; each test takes another one."""

    def find() -> Place:
        coming = COMING & (TrainingSession.starts_at > clock.utc_now())
        session = db.session.scalars(select(TrainingSession).where(coming)).first()
        assert session is not None
        taken = {row.claim.person_id for row in session.bookings}
        free = select(Person.id).where(~Person.grants.any(), Person.id.not_in(taken))
        return Place(session.id, session.title, db.session.scalars(free).first() or 0)

    found: Place = world.ask(find)
    return found


@pytest.fixture
def past_session(world: World) -> int:
    wanted = select(TrainingSession.id).where(TrainingSession.attendance_saved_at.is_not(None))
    return int(world.ask(lambda: db.session.scalars(wanted).first()))


@pytest.fixture
def coordinator(world: World, browser: Browser) -> Iterator[Visit]:
    person_id = world.holder_of(Role.PROGRAMME_COORDINATOR)
    with visitor(browser, cookies=world.cookies_of(person_id)) as visit:
        yield visit


def booking_of(world: World, place: Place) -> Booking:
    wanted = select(Booking).where(Booking.session_id == place.session_id)
    rows = world.ask(lambda: list(db.session.scalars(wanted)))
    (booking,) = [row for row in rows if row.claim.person_id == place.person_id]
    return booking


def test_a_place_is_booked_with_the_keyboard_alone(
    world: World, browser: Browser, place: Place
) -> None:
    with visitor(browser, cookies=world.cookies_of(place.person_id)) as visit:
        visit.page.goto(f"{world.address}/sessions/{place.session_id}")
        keyboard = Keyboard(visit.page)
        keyboard.enter("Book a place")
        keyboard.tab_to(NEEDS)
        keyboard.type("Step-free access")
        keyboard.tab_to(QUESTION)
        keyboard.type("What do I do when I do not know the answer?")
        keyboard.tab_to("Show my question without my name")
        keyboard.press("Space")
        keyboard.enter("Continue")
        keyboard.enter("Book place")

        assert visit.page.locator("h1").inner_text() == "You have booked a place"
        assert visit.complaints == []
    booking = booking_of(world, place)
    assert booking.status == BookingStatus.CONFIRMED
    assert (booking.access_needs, booking.hides_name) == ("Step-free access", True)


def test_attendance_is_taken_with_the_keyboard_alone(
    world: World, coordinator: Visit, past_session: int
) -> None:
    page, keyboard = coordinator.page, Keyboard(coordinator.page)
    page.goto(f"{world.address}/sessions/{past_session}/attendance")
    first = page.locator(".app-person legend").first.inner_text()
    keyboard.enter("Mark everyone attended")
    keyboard.tab_to("", group=first)
    chosen = page.locator(":focus").get_attribute("value")
    keyboard.press("ArrowRight")
    keyboard.enter("Save attendance")

    assert "Attendance saved" in page.locator("main").inner_text()
    now_chosen = page.get_by_role("group", name=first).locator(":checked").get_attribute("value")
    assert now_chosen != chosen


def test_a_place_is_booked_and_given_back_without_javascript(
    world: World, browser: Browser, place: Place
) -> None:
    cookies = world.cookies_of(place.person_id)
    with visitor(browser, size=PHONE, scripts=False, cookies=cookies) as visit:
        page = visit.page
        page.goto(f"{world.address}/sessions/{place.session_id}")
        page.get_by_role("button", name="Book a place").click()
        page.get_by_label(QUESTION).fill("How do I begin?")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Book place").click()
        assert page.locator("h1").inner_text() == "You have booked a place"
        assert booking_of(world, place).status == BookingStatus.CONFIRMED

        page.get_by_role("link", name="Cancel my place").click()
        page.get_by_role("button", name="Cancel my place").click()

        assert "You have cancelled your place" in page.locator("main").inner_text()
    assert booking_of(world, place).status == BookingStatus.CANCELLED


def test_attendance_is_taken_without_javascript(
    world: World, browser: Browser, past_session: int
) -> None:
    cookies = world.cookies_of(world.holder_of(Role.PROGRAMME_COORDINATOR))
    with visitor(browser, size=PHONE, scripts=False, cookies=cookies) as visit:
        page = visit.page
        page.goto(f"{world.address}/sessions/{past_session}/attendance")
        page.locator(".app-person").last.get_by_label("Sent apologies").check()
        page.get_by_role("button", name="Save attendance").click()

        assert "Attendance saved" in page.locator("main").inner_text()
        chosen = page.locator(".app-person").last.locator(":checked")
        assert chosen.get_attribute("value") == Mark.APOLOGY


@dataclass(frozen=True)
class BadForm:
    """A form with mistakes.

    Attributes:
        path: May hold ``{draft}`` or ``{coming}``, the id of a session.
        typed: What goes into the boxes, by label; everything else stays as it is.
        links: How many mistakes the summary leads to.
    """

    path: str
    button: str
    typed: dict[str, str] = field(default_factory=dict)
    links: int = 1

    def __str__(self) -> str:
        return self.path


OF_STAFF = (
    BadForm("/sessions/new", "Continue", links=4),
    BadForm("/topics/new", "Add topic", {"Usual length": "5"}, links=6),
    BadForm(
        "/sessions/{draft}/plan/place",
        "Save",
        {"Day": "31", "Month": "2", "Start time": "noonish", "Length": "long"},
        links=3,
    ),
    BadForm("/sessions/{draft}/plan/place", "Save", {"Online link (optional)": "meet.example.org"}),
    BadForm("/sessions/{draft}/plan/parts/new", "Add part", links=3),
    BadForm(
        "/sessions/{draft}/plan/joining",
        "Save",
        {"Joining instructions": "", "What to expect on the day": ""},
        links=2,
    ),
    BadForm("/sessions/{draft}/plan/prework", "Save", {"Time for the prework": "0"}),
    BadForm("/sessions/{draft}/plan/resources", "Save", {"Resources": ""}),
    BadForm("/sessions/{draft}/plan/size", "Save", {"Fewest people": "30", "Most places": ""}),
    BadForm("/sessions/{coming}/move", "Continue", {"Year": "", "End time": "1am"}, links=2),
    BadForm("/sessions/{coming}/cancel", "Cancel the session"),
)
OF_STRANGERS = (
    BadForm("/sign-in", "Email me a link"),
    BadForm("/sign-in", "Email me a link", {"Email address": "nobody"}),
    BadForm("/sign-in/check-email", "Continue"),
    BadForm("/register", "Continue"),
)


def ids_of(world: World) -> dict[str, int]:
    def first(*conditions: object) -> int:
        wanted = select(TrainingSession.id).where(*conditions)  # type: ignore[arg-type]
        return db.session.scalars(wanted).first() or 0

    soon = TrainingSession.starts_at > clock.utc_now()
    return {
        "draft": world.ask(lambda: first(TrainingSession.status == SessionStatus.DRAFT)),
        "coming": world.ask(lambda: first(COMING, soon)),
    }


def check_summary(page: Page, address: str, wanted: BadForm) -> None:
    """Send the form and follow each link of the error summary with the keyboard."""
    page.goto(address)
    for label, text in wanted.typed.items():
        page.get_by_label(label, exact=True).fill(text)
    with page.expect_navigation():
        page.get_by_role("button", name=wanted.button, exact=True).click()
    assert page.title().startswith("Error: ")
    summary = page.locator(".govuk-error-summary")
    assert page.evaluate("document.activeElement.className") == summary.get_attribute("class")
    links = summary.locator("a")
    assert links.count() >= wanted.links, summary.inner_text()
    for number in range(links.count()):
        links.nth(number).focus()
        page.keyboard.press("Enter")
        focused = page.evaluate("[document.activeElement.id, document.activeElement.tagName]")
        assert f"#{focused[0]}" == links.nth(number).get_attribute("href")
        assert focused[1] in {"INPUT", "TEXTAREA", "SELECT"}, focused


@pytest.mark.parametrize("wanted", OF_STAFF, ids=str)
def test_error_messages_lead_staff_to_the_box_to_mend(
    world: World, coordinator: Visit, wanted: BadForm
) -> None:
    path = wanted.path.format(**ids_of(world))

    check_summary(coordinator.page, world.address + path, wanted)

    assert coordinator.complaints == []


@pytest.mark.parametrize("wanted", OF_STRANGERS, ids=str)
def test_error_messages_lead_strangers_to_the_box_to_mend(
    world: World, browser: Browser, wanted: BadForm
) -> None:
    with visitor(browser) as visit:
        check_summary(visit.page, world.address + wanted.path, wanted)

        assert visit.complaints == []


def test_error_messages_lead_who_books_to_the_box_to_mend(
    world: World, browser: Browser, place: Place
) -> None:
    too_long = BadForm(
        f"/sessions/{place.session_id}/book", "Continue", {NEEDS: "x" * 501, QUESTION: "y" * 401}, 2
    )
    with visitor(browser, cookies=world.cookies_of(place.person_id)) as visit:
        check_summary(visit.page, world.address + too_long.path, too_long)

        assert visit.complaints == []


def test_error_messages_lead_who_registers_to_the_box_to_mend(
    world: World, browser: Browser
) -> None:
    with visitor(browser) as visit:
        visit.page.goto(f"{world.address}/register")
        visit.page.get_by_label("Work email address").fill("somebody@elsewhere.example")
        visit.page.get_by_role("button", name="Continue").click()
        wish = BadForm(visit.page.url.removeprefix(world.address), "Send request", links=3)

        check_summary(visit.page, visit.page.url, wish)


def test_a_lost_focus_ring_is_noticed(world: World, browser: Browser) -> None:
    """The negative control: a stylesheet that hides the focus makes the first stop fail."""
    with visitor(browser) as visit:
        visit.page.goto(f"{world.address}/sign-in")
        visit.page.evaluate(
            """() => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync('* { outline: none !important; box-shadow: none !important }');
              document.adoptedStyleSheets = [sheet];
            }"""
        )

        with pytest.raises(AssertionError, match="no focus ring"):
            Keyboard(visit.page).tab()
