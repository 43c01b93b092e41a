"""Keeps the demonstration away from real people, and empties its database for a fresh start.

Source:
    IN-18 (demonstration people are invented, every address is one that nobody can own).
"""

from sqlalchemy import Connection, inspect, select

from swa.core.db import db
from swa.people.models import Person

# RFC 2606 keeps these for examples; what ends in them reaches nobody.
NOBODYS_DOMAINS = (
    *("example.org", "example.com", "example.net"),
    *("example", "test", "invalid"),
)


def has_tables() -> bool:
    """Say whether the database was set up."""
    return inspect(db.engine).has_table("people")


def holds_real_people() -> bool:
    """Say whether somebody is listed whose address may be a real one."""
    return any(not is_nobodys(email) for email in db.session.scalars(select(Person.email)))


def is_nobodys(email: str) -> bool:
    """Say whether an address ends in a domain that is kept for examples."""
    domain = f".{email.rpartition('@')[2]}"
    return domain.endswith(tuple(f".{kept}" for kept in NOBODYS_DOMAINS))


def empty() -> None:
    """Delete all rows in the transaction that the caller opened; a server may have them open.

    The audit log of a demonstration goes too, so its triggers step aside meanwhile.
    """
    connection = db.session.connection()
    tables = list(reversed(db.metadata.sorted_tables))
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in tables)
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")  # fires no row trigger
        return
    triggers = _list_triggers(connection)
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for table in tables:
        connection.execute(table.delete())
    for _, statement in triggers:
        connection.exec_driver_sql(statement)


def _list_triggers(connection: Connection) -> list[tuple[str, str]]:
    wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    return [(name, sql) for name, sql in connection.exec_driver_sql(wanted)]
