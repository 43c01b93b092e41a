"""Takes the pictures of the README from the running product, filled with the demonstration.

`make pictures` calls it. It needs Chromium (SWA_CHROMIUM), and writes docs/images/*.png.
"""

import logging
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from swa.core.dates import LONDON  # noqa: E402 - the line above lets this run from anywhere
from swa.core.db import db  # noqa: E402 - the same
from swa.people.types import Role  # noqa: E402 - the same
from swa.sessions.models import Booking, TrainingSession  # noqa: E402 - the same
from swa.sessions.types import SessionStatus  # noqa: E402 - the same
from tests.accessibility.conftest import World, demonstration  # noqa: E402 - the same
from tests.support.browser import PHONE, WIDE, launch, visitor  # noqa: E402 - the same

IMAGES = ROOT / "docs" / "images"
LARGEST_BYTES = 150_000
LIVE = TrainingSession.status == SessionStatus.PUBLISHED


@dataclass(frozen=True)
class Picture:
    """One page, who looks at it and how much of it is shown.

    Attributes:
        path: Address of the page.
        height: Pixels that are kept, from the top.
        before: What to do on the page before the picture is taken.
    """

    name: str
    path: str
    person_id: int | None
    height: int
    size: tuple[int, int] = WIDE
    before: Callable[[Page], None] = lambda page: None


def main() -> int:
    """Take all pictures; return 1 when one is too large."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    too_large = []
    with tempfile.TemporaryDirectory() as folder, demonstration(Path(folder)) as world:
        pictures = plan(world)
        with sync_playwright() as playwright:
            browser = launch(playwright)
            for picture in pictures:
                path = take(world, browser, picture)
                size = path.stat().st_size
                print(f"{path.relative_to(ROOT)}: {size // 1000} kB")
                too_large += [picture.name] if size > LARGEST_BYTES else []
            browser.close()
    if too_large:
        print(f"Larger than {LARGEST_BYTES // 1000} kB: {', '.join(too_large)}")
    return 1 if too_large else 0


def plan(world: World) -> list[Picture]:
    """Choose sessions and people of the demonstration that show the most."""
    mixed = world.ask(find_mixed)
    draft = world.ask(lambda: first(TrainingSession.status == SessionStatus.DRAFT))
    past = world.ask(lambda: first(TrainingSession.attendance_saved_at.is_not(None)))
    lead = world.ask(lambda: lead_of(mixed))
    newcomer, coordinator = world.participant(), world.holder_of(Role.PROGRAMME_COORDINATOR)
    month = world.ask(lambda: start_of(mixed).strftime("%Y/%-m"))
    return [
        Picture("sessions", "/sessions/", newcomer, 900),
        Picture("session", f"/sessions/{mixed}", newcomer, 900),
        Picture("month", f"/sessions/month/{month}", newcomer, 900),
        Picture("desk", f"/sessions/{mixed}/desk", lead, 1000),
        Picture("checklist", f"/sessions/{draft}/plan", coordinator, 1000),
        Picture("attendance-phone", f"/sessions/{past}/attendance", coordinator, 900, PHONE),
        Picture("booking-phone", f"/sessions/{mixed}/book", newcomer, 900, PHONE, book),
    ]


def take(world: World, browser: Browser, picture: Picture) -> Path:
    """Open the page and keep its upper part."""
    path = IMAGES / f"{picture.name}.png"
    with visitor(browser, size=picture.size, cookies=world.cookies_of(picture.person_id)) as visit:
        answer = visit.page.goto(world.address + picture.path)
        if answer is None or not answer.ok:
            sys.exit(f"{picture.path} did not open")
        picture.before(visit.page)
        visit.page.set_viewport_size({"width": picture.size[0], "height": picture.height})
        visit.page.wait_for_load_state("networkidle")
        visit.page.screenshot(path=path)
    return path


def first(*conditions: object) -> int:
    """Return the id of the first session for which these hold."""
    wanted = select(TrainingSession.id).where(*conditions).order_by(TrainingSession.starts_at)
    return int(db.session.scalars(wanted).first() or 0)


def find_mixed() -> int:
    """Return the coming session where somebody waits although there are places."""
    return first(LIVE, TrainingSession.bookings.any(Booking.wait_reason == "team cap"))


def start_of(session_id: int) -> datetime:
    """Return when a session starts, in London."""
    wanted = select(TrainingSession).where(TrainingSession.id == session_id)
    return db.session.scalars(wanted).one().starts_at.astimezone(LONDON)


def lead_of(session_id: int) -> int:
    """Return who leads a session: only those who run it read access needs."""
    wanted = select(TrainingSession.lead_facilitator_id).where(TrainingSession.id == session_id)
    return int(db.session.scalars(wanted).one() or 0)


def book(page: Page) -> None:
    """Book the place, so that the picture shows what somebody sees who has just done it."""
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Book place").click()
    page.get_by_text("You have booked a place").wait_for()


if __name__ == "__main__":
    sys.exit(main())
