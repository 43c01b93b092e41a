"""Rows that nobody ordered come last first on SQLite, so that no test and no page relies on luck.

PostgreSQL may return them in any order, and does so rarely enough to go unseen for weeks.
"""

import sqlite3
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


@event.listens_for(Engine, "connect")
def _reverse_what_has_no_order(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects=ON")
