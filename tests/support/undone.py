"""Lets a test write and read as always, and undoes it: nothing is committed, nothing is emptied.

One connection carries everything inside a transaction that is rolled back at the end. What the
application commits releases a savepoint, so its own ``transaction()`` works as it always does.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, event

from swa.core.db import db

# Bookkeeping that even a page which changes nothing may write (security notes, decision 4).
KEEPS_COUNT = re.compile(
    r"(INSERT INTO|UPDATE|DELETE FROM) rate_counts|UPDATE web_sessions SET last_seen_at"
    r"|UPDATE feed_links SET fetched_at"
)
CHANGES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")


class Undoing:
    """A connection on which each block of ``undone()`` leaves no trace.

    Attributes:
        changed: The tables in which the last block changed rows and committed them, without those
            that only keep count.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.changed: set[str] = set()
        self._written: set[str] = set()
        event.listen(connection, "after_cursor_execute", self._note)
        event.listen(db.session.session_factory, "after_commit", self._keep)
        event.listen(db.session.session_factory, "after_rollback", self._forget)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undo what the block does to the database, whatever it committed."""
        db.session.remove()
        self.changed.clear()
        self._written.clear()
        savepoint = self.connection.begin_nested()
        try:
            yield
        finally:
            db.session.remove()
            savepoint.rollback()

    def stop(self) -> None:
        """Listen no longer."""
        event.remove(db.session.session_factory, "after_commit", self._keep)
        event.remove(db.session.session_factory, "after_rollback", self._forget)

    def _note(self, _connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        found = CHANGES.match(statement)
        if found and cursor.rowcount and not KEEPS_COUNT.match(statement):
            self._written.add(found[1])

    def _keep(self, _session: Any) -> None:
        self.changed |= self._written

    def _forget(self, _session: Any) -> None:
        self._written.clear()


@contextmanager
def one_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[Undoing]:
    """Have all sessions of the block use one connection, whose work is rolled back at the end."""
    db.session.remove()
    factory = db.session.session_factory
    monkeypatch.setitem(factory.kw, "join_transaction_mode", "create_savepoint")  # type: ignore[attr-defined]
    with db.engine.connect() as connection:
        monkeypatch.setattr(Session, "get_bind", lambda *_arguments, **_more: connection)
        outermost = connection.begin()
        undoing = Undoing(connection)
        try:
            yield undoing
        finally:
            undoing.stop()
            db.session.remove()
            outermost.rollback()
            monkeypatch.undo()
