"""One browser for the stories, and a database of each engine."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.accessibility.conftest import World, demonstration
from tests.support.databases import fresh_database

POSTGRESQL = os.environ.get("SWA_TEST_POSTGRESQL_URL", "postgresql://root@127.0.0.1:5432/test")
IN_CI = os.environ.get("CI") == "true"


@pytest.fixture(scope="session")
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each engine, since the browser tests run once only."""
    is_sqlite = request.param == "sqlite"
    if not is_sqlite and not _has_postgresql():
        assert not IN_CI, "PostgreSQL is missing in CI"
        pytest.skip("PostgreSQL does not answer")
    with fresh_database(tmp_path, server="" if is_sqlite else POSTGRESQL) as url:
        yield url


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A demonstration that the tests of this folder may change."""
    with demonstration(tmp_path_factory.mktemp("demonstration")) as own:
        yield own


def _has_postgresql() -> bool:
    try:
        psycopg.connect(POSTGRESQL, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True
