"""Keeps the demonstration away from real people, and empties its database for a fresh start.

Source:
    IN-18 (demonstration people are invented, every address is one that nobody can own).
"""

from flask import Flask
from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import OperationalError

from swa.core.db import db
from swa.people.models import Person
from swa.web.settings import Settings

# RFC 2606 keeps these for examples; what ends in them reaches nobody.
NOBODYS_DOMAINS = (
    *("example.org", "example.com", "example.net"),
    *("example", "test", "invalid"),
)


class RealPeopleError(RuntimeError):
    """The demonstration was pointed at a database in which real people may be listed."""


def check_no_real_people(app: Flask, *, is_server: bool = False) -> None:
    """Stop a demonstration on a database of real people, which it would lay open or throw away.

    Each process asks before it does anything else: server, worker and command. No connection stays
    open, since a server may fork afterwards. Without demo mode this does nothing.

    Args:
        app: Its settings say where the database is.
        is_server: It would go on without asking again, so it does not start where the database
            cannot be reached; a command ends with a sentence of its own then.

    Raises:
        RealPeopleError: Says which database it is, and what to do.
    """
    settings: Settings = app.extensions["swa_settings"]
    if not settings.is_demo:
        return
    with app.app_context():
        engine = db.engine
        try:
            connection = engine.connect()
        except OperationalError as away:
            if not is_server:
                return
            msg = "The database cannot be reached, so nobody can say whether real people are in it"
            raise RealPeopleError(msg) from away
        connection.detach()  # from the pool, so that it is closed and not kept
        with connection:
            is_harmless = not _lists_real_people(connection)
        where = engine.url.render_as_string(hide_password=True)
    if is_harmless:
        return
    msg = (
        f"{where} holds people whose addresses may be real, and the demonstration lets anybody sign"
        " in as any of them. Nothing was changed. Set SWA_DATABASE_URL to another database, or"
        " SWA_MODE=production if this is the real one. If it is only a demonstration that somebody"
        " added their own address to, delete it by hand"
    )
    raise RealPeopleError(msg)


def _lists_real_people(connection: Connection) -> bool:
    if not inspect(connection).has_table("people"):
        return False
    return any(not is_nobodys(email) for email in connection.scalars(select(Person.email)))


def has_tables() -> bool:
    """Say whether the database was set up."""
    return inspect(db.engine).has_table("people")


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
