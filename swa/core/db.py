"""The database: base class of the models, moments in UTC, and the one way to write."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, Enum, MetaData, event
from sqlalchemy.exc import InvalidRequestError, NoResultFound
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

log = logging.getLogger(__name__)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
PRAGMAS = ("busy_timeout=10000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime that survives SQLite, which stores no offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values and store the rest as UTC."""
        if value is not None and value.tzinfo is None:
            msg = f"naive datetime {value!r}: attach a timezone first"
            raise ValueError(msg)
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand the value back as aware UTC on every database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


WORDS = Enum(
    StrEnum,
    native_enum=False,
    length=30,
    values_callable=lambda words: [word.value for word in words],
)


class Base(DeclarativeBase):
    """The parent of every model; gives each an integer ``id``."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime(), StrEnum: WORDS},
    )
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


db = SQLAlchemy(model_class=Base)

_is_writing: ContextVar[bool] = ContextVar("swa_is_writing", default=False)
# SQLite's busy timeout is unfair under load; one process-wide queue of writers is quicker and
# keeps the longest wait short. On PostgreSQL nobody takes it.
_one_writer = threading.Lock()


@event.listens_for(Engine, "connect")
def _set_up_connection(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # the driver begins nothing; _begin does
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # A transaction that has read and then writes fails at once when somebody else wrote in
        # between, whatever the busy timeout; so writers say so when they begin.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_writing.get() else "BEGIN")


def lock_row(row: Base) -> None:
    """Hold a row until the transaction ends and read it afresh.

    PostgreSQL takes a row lock; SQLite already lets one ``transaction()`` run at a time.

    Raises:
        sqlalchemy.exc.NoResultFound: Somebody deleted it in the meantime; a 404.
    """
    # A row that was read with others is read again with them; PostgreSQL cannot lock the outer
    # side of that join, so the lock names the one table.
    try:
        db.session.refresh(row, with_for_update={"of": type(row)})
    except InvalidRequestError as gone:
        raise NoResultFound from gone


def before_commit(act: Callable[[], None]) -> None:
    """Have ``act`` run inside the open transaction, just before it commits, in order of asking.

    Raises:
        RuntimeError: No ``transaction()`` is open.
    """
    _notes("before").append(act)


def after_commit(act: Callable[[], None]) -> None:
    """Have ``act`` run once the open transaction has committed; its errors are logged only.

    Asking twice for the same function runs it once. For hints that may be lost, such as waking
    the mail worker; what must happen is a row.

    Raises:
        RuntimeError: No ``transaction()`` is open.
    """
    if act not in (acts := _notes("after")):
        acts.append(act)


def _notes(when: str) -> list[Callable[[], None]]:
    notes = db.session().info.get("writing")
    if notes is None:
        msg = "this needs an open transaction()"
        raise RuntimeError(msg)
    acts: list[Callable[[], None]] = notes[when]
    return acts


@contextmanager
def writing() -> Iterator[None]:
    """Have what begins in this block begin as a writer, on SQLite after the others of this process.

    ``transaction()`` and the migrations are the only ones who need it.
    """
    token = _is_writing.set(True)
    try:
        with _one_writer if db.engine.dialect.name == "sqlite" else nullcontext():
            yield
    finally:
        _is_writing.reset(token)


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what the block changed, or roll all of it back.

    Views, commands and workers open it; services never do. Rows read earlier are read afresh
    inside: on SQLite a read that turns into a write fails when somebody else wrote in between.

    Raises:
        RuntimeError: Something was changed before it, or one is open already.
        Exception: Whatever the block raised, after the rollback.
    """
    session = db.session()
    if "writing" in session.info or session.new or session.dirty or session.deleted:
        msg = "open transaction() once, before changing anything"
        raise RuntimeError(msg)
    session.rollback()
    notes: dict[str, list[Callable[[], None]]] = {"before": [], "after": []}
    session.info["writing"] = notes
    try:
        with writing():
            try:
                session.connection()
                yield
                session.flush()
                for act in notes["before"]:
                    act()
                session.commit()
            except BaseException:
                session.rollback()
                raise
    finally:
        del session.info["writing"]
    _run_after(notes["after"])


def _run_after(acts: list[Callable[[], None]]) -> None:
    for act in acts:
        try:
            act()
        except Exception:
            log.exception("a hint after the commit failed; the next tick makes up for it")
