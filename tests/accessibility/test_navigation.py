"""The navigation is one line on a computer screen, whoever looks (C3)."""

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.people.models import Organisation, Person, RoleGrant
from swa.people.types import Role
from tests.accessibility.conftest import World
from tests.support.browser import WIDE, visitor

pytestmark = pytest.mark.browser
A_LINE = 20  # pixels; the button among the links is a little taller than they are
TOPS = "links => links.map(link => Math.round(link.getBoundingClientRect().top))"


def somebody_with_every_role() -> int:
    now = clock.utc_now()
    with transaction():
        person = Person(
            name="Every Role",
            email="every.role@example.org",
            organisation=db.session.scalars(select(Organisation)).first(),
            created_at=now,
            grants=[RoleGrant(role=role, granted_at=now) for role in Role],
        )
        db.session.add(person)
        db.session.flush()
        return person.id


def test_the_navigation_is_one_line_for_who_holds_every_role(
    world: World, browser: Browser
) -> None:
    person_id = world.ask(somebody_with_every_role)
    with visitor(browser, size=WIDE, cookies=world.cookies_of(person_id)) as visit:
        visit.page.goto(world.address + "/home")
        links = visit.page.locator(".govuk-service-navigation__link")

        tops = links.evaluate_all(TOPS)

    assert len(tops) >= len(("Service name", "Home", "Sessions", "Run sessions", "Sign out"))
    assert max(tops) - min(tops) < A_LINE, "it takes a second line: group or shorten"
