"""What every test may ask for: an app with an empty database, makers, clients."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from swa.core.db import db
from swa.people.models import Person
from swa.web.factory import create_app
from swa.web.settings import Settings, load_settings
from tests.support.client import Client
from tests.support.databases import empty_all_tables, fresh_database, wait_for_no_disk
from tests.support.factories import Make
from tests.support.signing_in import signed_in_client

pytest_plugins = [
    "tests.support.order",
    "tests.support.chromium",
    "tests.support.leaks",
]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """One database for the whole run; each test finds it empty."""
    folder: Path = tmp_path_factory.mktemp("instance")
    with fresh_database(folder) as url:
        yield load_settings(
            mode="production",
            secret_key="the tests know this secret and nobody else does",
            base_url="http://localhost",
            database_url=url,
            instance_path=folder,
        )


@pytest.fixture(scope="session")
def app_of_the_run(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    app.test_client_class = Client
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", wait_for_no_disk)
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(app_of_the_run: Flask) -> Iterator[Flask]:
    """The application inside an app context, with an empty database."""
    with app_of_the_run.app_context():
        yield app_of_the_run
        left = [*db.session.new, *db.session.dirty, *db.session.deleted]
        assert not left, "changed, but not committed"
        db.session.remove()
        empty_all_tables()


@pytest.fixture
def make(app: Flask) -> Make:
    """Makers of rows; each argument has an ordinary default."""
    return Make()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Person], FlaskClient]:
    """Return a browser in which the person is signed in, through a real session row."""
    return lambda person: signed_in_client(app, person)
