"""One browser and one demonstration for all the tests of this folder; they only look."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.people.access import COOKIE
from swa.people.models import Person, RoleGrant
from swa.people.services import web_sessions
from swa.people.types import Role
from swa.web.demo import seed
from swa.web.factory import create_app
from swa.web.settings import load_settings
from tests.support.browser import WIDE, served
from tests.support.databases import fresh_database


@dataclass(frozen=True)
class World:
    """The demonstration, served."""

    app: Flask
    address: str

    def cookies_of(self, person_id: int | None) -> list[dict[str, Any]]:
        """Sign the person in; nobody for None."""
        if person_id is None:
            return []
        with self.app.app_context(), transaction():
            token = web_sessions.begin(person_id, browser="test", now=clock.utc_now())
        return [{"name": COOKIE, "value": token, "url": self.address}]

    def ask(self, question: Callable[[], Any]) -> Any:
        """Ask the database something."""
        with self.app.app_context():
            return question()

    def holder_of(self, role: Role) -> int:
        """Return the id of the first person who holds the role."""
        wanted = select(RoleGrant.person_id).where(RoleGrant.role == role).order_by(RoleGrant.id)
        return int(self.ask(lambda: db.session.scalars(wanted).first()))

    def participant(self) -> int:
        """Return the id of somebody who holds no role."""
        wanted = select(Person.id).where(~Person.grants.any()).order_by(Person.id.desc())
        return int(self.ask(lambda: db.session.scalars(wanted).first()))


@pytest.fixture(scope="session")
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture(scope="session")
def window_of(browser: Browser, world: World) -> Iterator[Callable[[int | None], BrowserContext]]:
    """Give each person one wide window for all the pages that they look at."""
    windows: dict[int | None, BrowserContext] = {}

    def window(person_id: int | None) -> BrowserContext:
        if person_id not in windows:
            size = {"width": WIDE[0], "height": WIDE[1]}
            windows[person_id] = browser.new_context(viewport=size)  # type: ignore[arg-type]
            windows[person_id].add_cookies(world.cookies_of(person_id))  # type: ignore[arg-type]
        return windows[person_id]

    yield window
    for opened in windows.values():
        opened.close()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demonstration that all tests of this folder look at and none changes."""
    with demonstration(tmp_path_factory.mktemp("demonstration")) as shared:
        yield shared


@contextmanager
def demonstration(folder: Path) -> Iterator[World]:
    """Yield a demonstration with a database of its own."""
    with fresh_database(folder) as url:
        app = create_app(load_settings(mode="demo", database_url=url, instance_path=folder))
        with app.app_context():
            db.create_all()
            with transaction():
                seed.add_demonstration(clock.utc_now())
            db.session.remove()
        with served(app) as address:
            yield World(app, address)
        with app.app_context():
            db.engine.dispose()
