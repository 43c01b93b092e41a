"""What the tests of mail may ask for beside the app: a real mail server, and its address."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import event

from swa.core.db import db
from swa.messaging import setup, smtp
from tests.messaging import outbox
from tests.messaging.servers import Sink


@pytest.fixture(autouse=True)
def test_kinds() -> None:
    outbox.register_kinds()


@pytest.fixture
def use_server(app: Flask) -> Iterator[Callable[..., None]]:
    """Send through another mail server, or set other facts of the installation, for one test."""
    before, mail, config = app.extensions[setup.KEY], app.extensions["mail"], dict(app.config)

    def use(url: str, **facts: object) -> None:
        app.extensions[setup.KEY] = replace(before, smtp_url=url, **facts)
        smtp.install(app, url)

    yield use
    app.extensions[setup.KEY], app.extensions["mail"] = before, mail
    app.config.clear()
    app.config.update(config)
    app.testing = True


@pytest.fixture
def sink(use_server: Callable[..., None]) -> Iterator[Sink]:
    """A real mail server that keeps what it takes."""
    with Sink() as server:
        use_server(server.url)
        yield server


@dataclass
class Counted:
    """How many statements were run."""

    number: int = 0


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[Counted]]:
    """Count what the block asks of the database."""

    @contextmanager
    def counting() -> Iterator[Counted]:
        counted = Counted()

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            counted.number += statement.lstrip().upper().startswith("SELECT")

        event.listen(db.engine, "before_cursor_execute", note)
        yield counted
        event.remove(db.engine, "before_cursor_execute", note)

    return counting
