"""Counts what is asked of the database, and what is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from swa.core.db import db


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Yield the list of SELECTs, which fills while the block runs."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


class Writes:
    """Notes whether anything was written since somebody asked last."""

    def __init__(self) -> None:
        self._noted = True
        event.listen(db.engine, "before_cursor_execute", self._note)

    def happened(self) -> bool:
        noted, self._noted = self._noted, False
        return noted

    def end(self) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN")):
            self._noted = True
