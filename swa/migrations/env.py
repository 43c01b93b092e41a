"""How Alembic reaches the database; docs/decisions/0002 has the SQLite part."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.sql.sqltypes import Enum

from swa.core.db import UtcDateTime, db, writing

config = context.config


def render_item(kind: str, item: Any, _context: Any) -> Any:
    """Write our own types as plain ones: migrations must not depend on the code of the day."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def compare_type(_context: Any, _column: Any, _kept: Any, ours: Any, _wanted: Any) -> bool | None:
    """Take words for the text they are stored as; leave the rest to Alembic."""
    return False if isinstance(ours, Enum | UtcDateTime) else None


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave the tables of the task queue alone; it makes them itself, in the same database."""
    return kind != "table" or not (name or "").startswith("huey_")


def refuse_orphans(*, ctx: Any, **_: Any) -> None:
    """Stop before the commit when rows of SQLite lost their parent: nothing is kept then."""
    if ctx.dialect.name != "sqlite":
        return
    broken = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        msg = f"this migration leaves rows without their parent: {broken[:5]}"
        raise RuntimeError(msg)


def run(connection: Connection) -> None:
    """Bring the database to the wanted revision; each migration is one transaction."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        compare_type=compare_type,
        include_name=is_ours,
        on_version_apply=refuse_orphans,
        render_as_batch=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Run on SQLite without foreign keys, since batch mode drops and re-creates parent tables.

    With them on, dropping the old parent would empty the child tables. Inside a transaction the
    pragma is ignored, so it goes to the driver's own connection before anything begins. A
    migration reads before it writes: it begins as a writer, or it fails beside another one.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            run(connection)
            return
        driver = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with writing():
                run(connection)
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys=ON")


with current_app.app_context():
    main()
