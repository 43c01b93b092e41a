"""What the tests of sign-in and accounts ask for beside the common fixtures."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import event

from swa.core import clock
from swa.core.db import db


@pytest.fixture
def moved_clock() -> Iterator[Callable[..., None]]:
    """Move the clock to so far after the beginning of the test: ``moved_clock(minutes=10)``."""
    began, travels = clock.utc_now(), []

    def move(**distance: float) -> None:
        while travels:
            travels.pop().stop()
        travel = time_machine.travel(began + timedelta(**distance), tick=True)
        travel.start()
        travels.append(travel)

    yield move
    while travels:
        travels.pop().stop()


@pytest.fixture
def count_statements(app: Any) -> Callable[[], Any]:
    """Collect the statements that reach the database inside a ``with`` block."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting
