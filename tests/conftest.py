"""What every test may ask for: an app with an empty database, makers, clients."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import MetaData, Table

from swa.core.db import db
from swa.people.models import Person
from swa.web.factory import create_app
from swa.web.settings import Settings, load_settings
from tests.support.client import Client
from tests.support.databases import fresh_database
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
        _empty(db.metadata)


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


def _empty(metadata: MetaData) -> None:
    tables = reversed(metadata.sorted_tables)
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # TRUNCATE would take 170 ms, since it makes a file anew for each table and index.
            lines = [f"{table.delete()}; {_restart(table)}" for table in tables]
            off = "SET LOCAL session_replication_role = replica;"
            connection.exec_driver_sql(f"DO $$ BEGIN {off} {' '.join(lines)} END $$")
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in tables:
            connection.execute(table.delete())


def _restart(table: Table) -> str:
    """Let the ids of a table begin at 1 again."""
    return f"PERFORM setval('{table.name}_id_seq', 1, false);" if "id" in table.columns else ""
