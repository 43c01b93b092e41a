"""A database of its own for each test process: a SQLite file, or a schema on PostgreSQL."""

import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Table

from swa.core.db import db

DATABASE_URL = os.environ.get("SWA_TEST_DATABASE_URL", "")
PATIENCE_SECONDS = 30


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
        # No test pulls the plug, so none has to wait for the disk at each commit.
        yield f"{server}?options=-csearch_path%3D{schema}%20-csynchronous_commit%3Doff"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP SCHEMA "{schema}" CASCADE')


def wait_until_alone(name: str) -> None:
    """Wait until PostgreSQL has ended what a killed program had open; SQLite ends with it.

    The server still does what it was told last, and that may have been the commit.

    Args:
        name: The program's ``PGAPPNAME``.
    """
    if not DATABASE_URL:
        return
    end = time.monotonic() + PATIENCE_SECONDS
    count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
    with psycopg.connect(DATABASE_URL, autocommit=True) as connection:
        while connection.execute(count, [name]).fetchone() != (0,):
            assert time.monotonic() < end, f"{name} is still connected"
            time.sleep(0.005)


def wait_for_no_disk(connection: sqlite3.Connection, _record: object) -> None:
    """Save two milliseconds a commit: no test pulls the plug, and a kill loses nothing by it."""
    connection.execute("PRAGMA synchronous=OFF")


def empty_all_tables() -> None:
    """Delete every row, so that the next test finds an empty database."""
    tables = list(reversed(db.metadata.sorted_tables))
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # TRUNCATE would take 170 ms, since it makes a file anew for each table and index.
            lines = [f"{table.delete()}; {_restart(table)}" for table in tables]
            off = "SET LOCAL session_replication_role = replica;"
            connection.exec_driver_sql(f"DO $$ BEGIN {off} {' '.join(lines)} END $$")
            return
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA defer_foreign_keys=ON")
        for table in tables:
            cursor.execute(str(table.delete()))


def _restart(table: Table) -> str:
    """Let the ids of a table begin at 1 again."""
    return f"PERFORM setval('{table.name}_id_seq', 1, false);" if "id" in table.columns else ""
