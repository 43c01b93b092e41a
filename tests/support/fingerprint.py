"""A hash of everything that is stored, to show that something changed nothing."""

import hashlib

from swa.core.db import db


def whole_database() -> str:
    """Return a hash over every row of every table, read on a connection of its own."""
    digest = hashlib.sha256()
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in connection.execute(table.select()))
            digest.update(f"{table.name} {rows}".encode())
    return digest.hexdigest()
