"""Counts what a page asks of the database."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from swa.core.db import db


def count_reads(client: FlaskClient, path: str) -> int:
    """Open the page twice and count the SELECTs of the second time."""
    client.get(path)
    db.session.remove()
    asked: list[str] = []

    def note(*about: Any) -> None:
        asked.append(about[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        client.get(path)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in asked)
