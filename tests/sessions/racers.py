"""Half of the clients of a race: ``python -m tests.sessions.racers URL FOLDER``.

Two of these run at the same time: inside one process SQLite's writers stand in line whatever they
begin with, so only a second process shows how they begin. A line of JSON is a race: what each
client does, and how the product is to be spoilt for it, if at all. The helper says "at the line"
when all its clients wait there, and lets them run at the next line that it hears.
"""

import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

import swa.core.db as database
from swa.core.db import db, transaction
from swa.people.models import Person
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.rules.places import AlreadyBooked
from swa.sessions.services import booking as services
from swa.sessions.types import BookingDetails
from tests.support import helpers

CLIENTS = 8
AT_THE_LINE = "at the line"
BOOK, CANCEL = "book", "cancel"
ALREADY, CANCELLED = "already booked", "cancelled"
NO_LOCK, PLAIN_BEGIN = "no lock", "plain begin"
# Before the caps lift, and before anything but the first mail is due.
LONG_BEFORE = timedelta(days=9)


class NeverWriting:
    """Makes every transaction begin like one that only reads."""

    def get(self) -> bool:
        return False

    def set(self, _value: bool) -> None:
        """Forget it."""

    def reset(self, _token: None) -> None:
        """Nothing was set."""


def be_patient(connection: Any, _record: object) -> None:
    """Let everybody wait: how long is not under test here, and the machine may be busy."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA busy_timeout=60000")
        return
    connection.execute("SET lock_timeout = '60s'")
    connection.execute("SET statement_timeout = '60s'")
    connection.commit()


def spoilt(how: str | None) -> AbstractContextManager[object]:
    """Take the product's protection away for one race."""
    if how == NO_LOCK:
        return patch.object(services, "lock_session", db.session.refresh)
    if how == PLAIN_BEGIN:
        return patch.object(database, "_is_writing", NeverWriting())
    return nullcontext()


def book(session_id: int, person_id: int) -> str:
    """Book as a request would: read, then open the transaction."""
    person = db.session.get_one(Person, person_id)
    session = db.session.get_one(TrainingSession, session_id)
    now = session.starts_at - LONG_BEFORE
    try:
        with transaction():
            row = services.book_place(session, person, by=person, details=BookingDetails(), now=now)
            return str(row.status)
    except AlreadyBooked:
        return ALREADY


def cancel(booking_id: int) -> str:
    row = db.session.get_one(Booking, booking_id)
    with transaction():
        services.cancel_booking(row, by=row.person, now=row.session.starts_at - LONG_BEFORE)
    return CANCELLED


def take_part(app: Flask, line: threading.Barrier, act: str, *ids: int) -> str:
    with app.app_context():
        line.wait()
        try:
            return {BOOK: book, CANCEL: cancel}[act](*ids)
        except SQLAlchemyError as error:
            return f"{type(error).__name__}: {error}"
        finally:
            db.session.remove()


def main(database_url: str, folder: str) -> None:
    app = helpers.make_app(database_url, folder)
    event.listen(Engine, "connect", be_patient)
    heard = helpers.questions()
    with ThreadPoolExecutor(CLIENTS) as threads:
        for race in heard:
            line = threading.Barrier(len(race["acts"]) + 1, timeout=60)
            with spoilt(race["spoilt"]):
                runs = [threads.submit(take_part, app, line, *act) for act in race["acts"]]
                helpers.answer(AT_THE_LINE)
                next(heard)
                line.wait()
                answers = [run.result() for run in runs]
            helpers.answer(answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
