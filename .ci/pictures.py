"""Takes the pictures of the README from a freshly made demonstration: `make pictures`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db
from swa.people.models import Person
from swa.people.types import Role
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.types import BookingStatus, SessionStatus
from tests.accessibility.conftest import World, demonstration
from tests.support.browser import PHONE, WIDE, launch, visitor

IMAGES = Path("docs/images")
LIVE = TrainingSession.status == SessionStatus.PUBLISHED


def main() -> None:
    """Open each page as the person it is for, and keep what fits a screen."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demonstration(Path(folder)) as world,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for name, who, path, size, height in shots(world):
            with visitor(browser, size=size, cookies=world.cookies_of(who)) as visit:
                visit.page.goto(world.address + path)
                visit.page.wait_for_load_state("networkidle")
                take(visit.page, name, size[0], height)
        browser.close()


def shots(world: World) -> list[tuple[str, int | None, str, tuple[int, int], int]]:
    """List name, person, path, window and height of each picture."""
    coordinator, participant = world.holder_of(Role.PROGRAMME_COORDINATOR), world.participant()
    capped = world.ask(
        lambda: first(TrainingSession.bookings.any(Booking.wait_reason == "team cap"))
    )
    past = world.ask(lambda: first(TrainingSession.attendance_saved_at.is_not(None)))
    draft = world.ask(lambda: first(TrainingSession.status == SessionStatus.DRAFT))
    booking, owner = world.ask(a_booking)
    today = clock.utc_now()
    return [
        ("start", None, "/", WIDE, 900),
        ("sessions", participant, "/sessions/", WIDE, 1000),
        ("month", participant, f"/sessions/month/{today.year}/{today.month}", WIDE, 1000),
        ("session", participant, f"/sessions/{capped}", WIDE, 1100),
        ("desk", coordinator, f"/sessions/{capped}/desk", WIDE, 1300),
        ("checklist", coordinator, f"/sessions/{draft}/plan", WIDE, 1100),
        ("booking-phone", owner, f"/bookings/{booking}", PHONE, 1000),
        ("attendance-phone", coordinator, f"/sessions/{past}/attendance", PHONE, 1000),
    ]


def first(condition: object) -> int:
    """Return the id of the first session that fits."""
    wanted = select(TrainingSession.id).where(condition).order_by(TrainingSession.starts_at)  # type: ignore[arg-type]
    return int(db.session.scalars(wanted).first() or 0)


def a_booking() -> tuple[int, int]:
    """Return a confirmed booking of a coming session, and whose it is."""
    wanted = (
        select(Booking.id, Person.id)
        .join(Booking.person)
        .join(Booking.session)
        .where(
            LIVE,
            Booking.status == BookingStatus.CONFIRMED,
            TrainingSession.starts_at > clock.utc_now(),
        )
        .order_by(Booking.id.desc())
    )
    found = db.session.execute(wanted).first()
    if found is None:
        msg = "the demonstration has no coming booking"
        raise LookupError(msg)
    return int(found[0]), int(found[1])


def take(page: Page, name: str, width: int, height: int) -> None:
    """Keep the top of the page as a picture."""
    full = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": min(height, full)})
    page.screenshot(path=IMAGES / f"{name}.png")
    print(IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
