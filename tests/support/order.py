"""The order of the tests, and that none relies on an order of rows that nobody asked for."""

import sqlite3
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the heavy ones, so that no core waits for a long one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("heavy") is None)


@event.listens_for(Engine, "connect")
def _reverse_what_has_no_order(connection: Any, _record: Any) -> None:
    """Have SQLite return rows that nobody ordered last first.

    PostgreSQL may return them in any order, and does so rarely enough to go unseen for weeks.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects=ON")
