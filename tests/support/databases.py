"""A database of its own for each test process: a SQLite file, or a schema on PostgreSQL."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

DATABASE_URL = os.environ.get("SWA_TEST_DATABASE_URL", "")


@contextmanager
def fresh_database(folder: Path, *, server: str = DATABASE_URL) -> Iterator[str]:
    """Yield the address of an empty database; SQLite lies in a file, since memory hides races.

    Args:
        folder: Where the file of SQLite goes.
        server: Address of a PostgreSQL server; empty for SQLite.
    """
    if not server:
        yield f"sqlite:///{folder / 'swa.db'}"
        return
    schema = f"swa_test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{schema}"')
    try:
        yield f"{server}?options=-csearch_path%3D{schema}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP SCHEMA "{schema}" CASCADE')
