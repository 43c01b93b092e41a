"""A database that is put back as it was, and compared with itself after the same work."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table

from swa.core import clock
from swa.core.db import db

AllRows = dict[Table, list[dict[str, Any]]]

# Drawn anew each time, or counted on by what was rolled back. Whether the chain of the audit log
# holds is asked by `find_broken_line`.
BY_CHANCE = {"id", "uid", "message_id", "first_message_id", "thread_id", "hash", "previous_hash"}
HEADS = "audit_heads"


def copy_all_rows() -> AllRows:
    """Return every row of every table, parents first, read on a connection of its own."""
    with db.engine.connect() as connection:
        return {
            table: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in db.metadata.sorted_tables
        }


def put_back(copy: AllRows) -> None:
    """Make the database hold what the copy holds; the ids of new rows go on from where they are."""
    db.session.remove()
    with db.engine.begin() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        later = "PRAGMA defer_foreign_keys=ON" if on_sqlite else "SET CONSTRAINTS ALL DEFERRED"
        connection.exec_driver_sql(later)
        for table in reversed(copy):
            connection.execute(table.delete())
        for table, rows in copy.items():
            if rows:
                connection.execute(table.insert(), rows)


def look(since: datetime) -> dict[str, list[str]]:
    """Return what each table holds, without what differs between two runs of the same work.

    Args:
        since: Moments between this one and now are those of the work, and all alike.
    """
    now, copy = clock.utc_now(), copy_all_rows()
    invitations = copy[db.metadata.tables["invitations"]]
    of_invitation = {(row["occasion"], row["id"]) for row in invitations}

    def lasting(row: dict[str, Any]) -> str:
        kept = {
            name: "now" if isinstance(value, datetime) and since <= value <= now else value
            for name, value in row.items()
            if name not in BY_CHANCE
        }
        if (row.get("occasion"), row.get("edition")) in of_invitation:
            kept["edition"] = "that of the invitation"
        return repr(kept)

    return {
        table.name: sorted(map(lasting, rows))
        for table, rows in copy.items()
        if table.name != HEADS
    }
