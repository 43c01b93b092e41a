"""What a database is made of and what it holds, in a form that can be compared."""

import hashlib
import re
from datetime import UTC, datetime

from sqlalchemy import Connection, inspect, text

OF_ALEMBIC = "alembic_version"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?")
ON_SQLITE = """
SELECT type || ' ' || name, sql FROM sqlite_master
WHERE name NOT LIKE 'sqlite_%' AND tbl_name != 'alembic_version'
"""
ON_POSTGRESQL = """
SELECT 'column ' || table_name || '.' || column_name,
       concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name != 'alembic_version'
UNION ALL
SELECT 'index ' || indexname, indexdef
FROM pg_indexes WHERE schemaname = current_schema() AND tablename != 'alembic_version'
UNION ALL
SELECT 'constraint ' || conname, pg_get_constraintdef(oid)
FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace
  AND conrelid::regclass::text NOT LIKE '%alembic_version'
UNION ALL
SELECT 'trigger ' || tgname, pg_get_triggerdef(pg_trigger.oid)
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'function ' || proname, prosrc
FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
"""


def take_snapshot(connection: Connection, *, since: datetime) -> dict[str, str]:
    """Return each part of the schema with its definition, and each table with a hash of its rows.

    The table in which Alembic keeps the revision is left out.

    Args:
        connection: To either engine.
        since: Moments between this one and now are those of an upgrade, and all alike.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    parts = connection.execute(text(ON_SQLITE if is_sqlite else ON_POSTGRESQL))
    found = {name: _in_one_order(definition) for name, definition in parts}
    now = datetime.now(UTC)
    for table in set(inspect(connection).get_table_names()) - {OF_ALEMBIC}:
        names = sorted(column["name"] for column in inspect(connection).get_columns(table))
        columns = ", ".join(f'"{name}"' for name in names)
        rows = connection.exec_driver_sql(f'SELECT {columns} FROM "{table}"')  # noqa: S608 - ours
        lines = [
            repr(["now" if _is_between(since, value, now) else value for value in row])
            for row in rows
        ]
        content = "\n".join(sorted(lines))
        found[f"rows of {table}"] = hashlib.sha256(content.encode()).hexdigest()
    return found


def _in_one_order(definition: str) -> str:
    """Sort the lines: a table that is made anew lists its constraints as they come."""
    return "\n".join(sorted(line.strip().rstrip(",") for line in definition.splitlines()))


def _is_between(first: datetime, value: object, last: datetime) -> bool:
    """Say whether a value is a moment between two; SQLite keeps it as text without an offset."""
    if isinstance(value, str) and MOMENT.fullmatch(value):
        value = datetime.fromisoformat(value).replace(tzinfo=UTC)
    return isinstance(value, datetime) and first <= value <= last
