"""A database of its own, filled the same way every time, on either engine."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import insert, text

from swa.core import clock
from swa.core.db import db
from swa.messaging import engine as engine_of_hints
from swa.people.models import Organisation, Person, Team
from swa.sessions.models import Booking, Topic, TrainingSession
from swa.web.factory import create_app
from swa.web.settings import load_settings

START = clock.utc_now().replace(hour=9, minute=0, second=0, microsecond=0)
ORGANISATIONS = 40
PEOPLE = 400


@contextmanager
def stage(engine: str, postgresql: str) -> Iterator[Flask]:
    """Yield an app whose database is empty and its own; the queue of hints is off."""
    with tempfile.TemporaryDirectory(prefix="swa-bench-") as folder:
        schema = f"swa_bench_{Path(folder).name[-8:].lower()}"
        url = f"sqlite:///{Path(folder) / 'swa.db'}"
        if engine == "PostgreSQL":
            url = f"{postgresql}?options=-csearch_path%3D{schema}"
            with psycopg.connect(postgresql, autocommit=True) as connection:
                connection.execute(f'CREATE SCHEMA "{schema}"')
        app = create_app(
            load_settings(
                mode="production",
                secret_key="the bench knows this secret and nobody else",
                base_url="http://localhost",
                database_url=url,
                instance_path=Path(folder),
            )
        )
        app.extensions.pop(engine_of_hints.KEY, None)
        try:
            with app.app_context():
                db.create_all()
                yield app
                db.session.remove()
                db.engine.dispose()
        finally:
            if engine == "PostgreSQL":
                with psycopg.connect(postgresql, autocommit=True) as connection:
                    connection.execute(f'DROP SCHEMA "{schema}" CASCADE')


def fill(sessions: int, *, bookings: int = 0, largest: int = 20) -> None:
    """Put in people of many organisations, sessions, and a history of bookings.

    Args:
        sessions: Coming sessions without bookings; their ids are 1 to this number.
        bookings: Confirmed bookings on past sessions, at most 20 a session.
        largest: Places of each coming session.
    """
    db.session.remove()
    with db.engine.begin() as connection:
        _empty(connection)
        connection.execute(insert(Organisation), [_organisation(n) for n in range(ORGANISATIONS)])
        connection.execute(insert(Team), [_team(n) for n in range(ORGANISATIONS)])
        connection.execute(insert(Person), [_person(n) for n in range(PEOPLE)])
        connection.execute(insert(Topic), [_topic()])
        past = -(-bookings // 20)
        rows = [_session(n, largest, START + timedelta(days=60 + n % 300)) for n in range(sessions)]
        rows += [_session(n, 20, START - timedelta(days=1 + n % 900)) for n in range(past)]
        connection.execute(insert(TrainingSession), rows)
        for first in range(0, bookings, 5000):
            chunk = range(first, min(first + 5000, bookings))
            connection.execute(insert(Booking), [_booking(n, sessions) for n in chunk])
        if connection.dialect.name == "postgresql":
            tables = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
            connection.execute(text(f"ANALYZE {tables}"))


def _empty(connection: Any) -> None:
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        return
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for table in reversed(db.metadata.sorted_tables):
        connection.execute(table.delete())


def _organisation(number: int) -> dict[str, Any]:
    return {"name": f"Organisation {number}", "sector": "council", "borough": "", "is_active": True}


def _team(number: int) -> dict[str, Any]:
    return {"organisation_id": number + 1, "name": "Team"}


def _person(number: int) -> dict[str, Any]:
    return {
        "name": f"Person {number}",
        "email": f"person{number}@example.org",
        "organisation_id": number % ORGANISATIONS + 1,
        "team_id": number % ORGANISATIONS + 1,
        "kind": "paid",
        "created_at": START,
    }


def _topic() -> dict[str, Any]:
    return {"title": "Core Conversations", "kind": "core", "created_at": START} | _numbers(20)


def _session(_number: int, largest: int, starts_at: datetime) -> dict[str, Any]:
    return {
        "topic_id": 1,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "mode": "online",
        "online_link": "https://meet.example.org/room",
        "lead_facilitator_id": 1,
        "support_person_id": 2,
        "status": "published",
        "published_at": START,
        "created_at": START,
        "joining_instructions": "Come early.",
        "expectations": "Be kind.",
        "prework": "Think of a conversation.",
        "resources": "Slides",
    } | _numbers(largest)


def _numbers(largest: int) -> dict[str, Any]:
    return {
        "smallest": min(12, largest),
        "recommended": min(16, largest),
        "largest": largest,
        "most_per_team": 400,
        "most_percent": 100,
        "caps_lift_days": 5,
        "go_ahead_days": 7,
    }


def _booking(number: int, sessions: int) -> dict[str, Any]:
    person = number % PEOPLE
    return {
        "session_id": sessions + 1 + number // 20,
        "reference": f"H{number:09d}",
        "person_id": person + 1,
        "organisation_id": person % ORGANISATIONS + 1,
        "team_id": person % ORGANISATIONS + 1,
        "status": "confirmed",
        "booked_at": START - timedelta(days=30),
    }
