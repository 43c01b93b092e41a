"""Looks at the database: can it be reached, is it set up and up to date, is mail stuck in it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

import swa
from swa.core.dates import duration
from swa.messaging.models import MailCircuit, OutboxMessage
from swa.messaging.types import MessageState
from swa.web.doctor.findings import Finding, fine, to_mend

MIGRATIONS = Path(swa.__file__).parent / "migrations"
OLDEST_POSTGRESQL = 15
CONNECT_WITHIN_SECONDS = 10
WANTED_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
# The worker looks once a minute; somebody who waits this long waits for nobody.
LONGEST_WAIT = timedelta(minutes=10)
# Held and finished messages wait for nobody; these are the worker's.
FOR_THE_WORKER = (
    MessageState.WAITING,
    MessageState.CLAIMED,
    MessageState.SENDING,
    MessageState.UNKNOWN,
)


def check_database(database_url: str, *, now: datetime) -> Iterator[Finding]:
    """Say how the database is, without changing it or making one.

    Args:
        database_url: As SQLAlchemy takes it.
        now: UTC; how long mail has been waiting is counted up to it.
    """
    name = "Database"
    try:
        url = make_url(database_url)
    except ArgumentError:
        yield to_mend(name, "SWA_DATABASE_URL cannot be read", "Write it as postgresql://…")
        return
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite and not Path(url.database or "").is_file():
        # Connecting would make an empty file and hide that something is missing.
        yield to_mend(name, f"There is no file {url.database}", "Make it: swa db upgrade")
        return
    try:
        yield from _check_engine(url, now, is_sqlite=is_sqlite)
    except (SQLAlchemyError, ImportError) as wrong:
        first_line = str(getattr(wrong, "orig", None) or wrong).strip().partition("\n")[0]
        where = url.render_as_string(hide_password=True)
        yield to_mend(
            name,
            f"{where} does not answer: {first_line}",
            "Start the database, or put the right address into SWA_DATABASE_URL",
        )


def _check_engine(url: URL, now: datetime, *, is_sqlite: bool) -> Iterator[Finding]:
    patience = {} if is_sqlite else {"connect_timeout": CONNECT_WITHIN_SECONDS}
    engine = create_engine(url, connect_args=patience)
    try:
        with engine.connect() as connection:
            yield from _check_connection(connection, now)
    finally:
        engine.dispose()


def _check_connection(connection: Connection, now: datetime) -> Iterator[Finding]:
    if connection.dialect.name == "sqlite":
        yield _check_sqlite(connection)
    else:
        yield _check_postgresql(connection)
    migrations = check_migrations(connection)
    yield migrations
    if migrations.advice:
        return  # tables may be missing
    yield check_waiting_mail(connection, now=now)
    yield check_circuit(connection, now=now)


def _check_sqlite(connection: Connection) -> Finding:
    found = {
        pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()
        for pragma in WANTED_PRAGMAS
    }
    wrong = [
        f"{pragma} is {found[pragma]}"
        for pragma in found
        if found[pragma] != WANTED_PRAGMAS[pragma]
    ]
    version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    if wrong:
        return to_mend(
            "Database",
            f"SQLite {version} answers, but {', '.join(wrong)}",
            "Keep the file on a disk of this machine, not on a network drive, and let only this"
            " service open it",
        )
    return fine("Database", f"SQLite {version} answers, with WAL, full sync and foreign keys")


def _check_postgresql(connection: Connection) -> Finding:
    version = connection.exec_driver_sql("SHOW server_version").scalar_one().split()[0]
    if int(version.split(".")[0]) < OLDEST_POSTGRESQL:
        return to_mend(
            "Database",
            f"PostgreSQL {version} answers, but it is too old",
            f"Use PostgreSQL {OLDEST_POSTGRESQL} or newer",
        )
    return fine("Database", f"PostgreSQL {version} answers")


def check_migrations(connection: Connection) -> Finding:
    """Say whether the tables are those that this version of the service expects."""
    name = "Migrations"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    wanted = set(ScriptDirectory.from_config(config).get_heads())
    found = set(MigrationContext.configure(connection).get_current_heads())
    if not wanted:
        return to_mend(name, "This copy of the service has no migrations", "Install it again")
    if found == wanted:
        return fine(name, f"The tables are up to date ({', '.join(sorted(wanted))})")
    at = f"at {', '.join(sorted(found))}" if found else "not made yet"
    return to_mend(
        name,
        f"The tables are {at}; this version needs {', '.join(sorted(wanted))}",
        "Bring them up to date: swa db upgrade",
    )


def check_waiting_mail(connection: Connection, *, now: datetime) -> Finding:
    """Say whether messages that are due leave in time; ``now`` is UTC."""
    name = "Outgoing messages"
    overdue = (
        OutboxMessage.state.in_(FOR_THE_WORKER),
        OutboxMessage.next_try_at <= now - LONGEST_WAIT,
        OutboxMessage.give_up_at > now,
    )
    number, oldest = connection.execute(
        select(func.count(), func.min(OutboxMessage.due_at)).where(*overdue)
    ).one()
    if not number:
        return fine(name, "Nothing that is due has been waiting")
    age = duration(int((now - oldest).total_seconds() // 60))
    return to_mend(
        name,
        f"{number} due and not sent, the oldest for {age}",
        "See that the worker runs: swa worker (or swa send-due once)",
    )


def check_circuit(connection: Connection, *, now: datetime) -> Finding:
    """Say whether a way out is being left alone after it failed; ``now`` is UTC."""
    name = "Sending"
    resting = connection.execute(
        select(MailCircuit.channel, MailCircuit.last_answer, MailCircuit.failures)
        .where(MailCircuit.closed_until > now)
        .order_by(MailCircuit.channel)
    ).first()
    if resting is None:
        return fine(name, "The worker is not holding mail back")
    is_notify = resting.channel == "notify"
    return to_mend(
        name,
        f"The worker holds mail back: {'GOV.UK Notify' if is_notify else 'the mail server'} failed"
        f" {resting.failures} times in a row, last with: {resting.last_answer or 'no answer'}",
        f"Mend {'the settings of Notify' if is_notify else 'the mail server'}; the worker tries"
        " again by itself",
    )
