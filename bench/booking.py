"""Rows 1, 2, 4 and 5: what booking a place costs, and that no place is given twice."""

import statistics
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select, text

from bench.stage import START, fill
from bench.timing import ROUNDS, row, seconds, spread
from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.people.models import Person
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.queries import access
from swa.sessions.services import booking
from swa.sessions.types import BookingDetails, BookingStatus

NOW = START + timedelta(days=1)
LIMITS = {"PostgreSQL": 4.0, "SQLite": 25.0}
FLAT = 1.3
BOOKINGS = 60  # of one round: 20 on each of three sessions
RUSH = 200
Statements = list[tuple[str, Any, bool]]


def row_1(app: Flask, engine: str) -> bool:
    """Compare the service with a raw-driver transaction of the very same statements."""
    ratios = []
    for _ in range(ROUNDS):
        fill(3)
        ours = seconds(lambda: _book_in_turn(BOOKINGS))
        fill(3)
        recorded = _record(lambda: _book_in_turn(BOOKINGS))
        fill(3)
        raw = seconds(lambda: _replay(recorded))
        ratios.append(ours / raw)
    verdict = statistics.median(ratios) <= LIMITS[engine]
    what = f"{engine}: book a place ÷ the same statements, raw driver (≤ {LIMITS[engine]:.0f})"
    return row("1", what, spread(ratios), verdict)


def row_2(app: Flask, engine: str) -> bool:
    """Compare a booking beside 100,000 others with one beside 100; then with a look at them all."""
    ours, scanning = [], []
    for _ in range(ROUNDS):
        few, many = (_time_beside(others) for others in (100, 100_000))
        ours.append(many[0] / few[0])
        scanning.append(many[1] / few[1])
    what = f"{engine}: booking beside 100,000 others ÷ beside 100 (≤ {FLAT})"
    fine = row("2", what, spread(ours), statistics.median(ours) <= FLAT)
    what = f"{engine}: control: each looks at all bookings (must be dearer)"
    return row("", what, spread(scanning), statistics.median(scanning) > FLAT) and fine


def _time_beside(others: int) -> tuple[float, float]:
    """Return the seconds of twenty bookings beside others, and of twenty that look at them all."""
    fill(3, bookings=others)
    _book_in_turn(10)
    ours = seconds(lambda: _book_in_turn(20, after=10))
    return ours, seconds(lambda: _book_in_turn(20, after=30, book=_book_after_a_look_at_all))


def row_4(app: Flask, engine: str) -> bool:
    """Let 200 people ask at once for 20 places; then the same without the lock, which must fail."""
    faults = []
    for _ in range(3):
        fill(1)
        _rush(app, _book_ours)
        counts = _counts()
        faults.append(counts)
    exact = all(
        taken == 20 and waiting == RUSH - 20 and mails == RUSH for taken, waiting, mails in faults
    )
    fine = row("4", f"{engine}: {RUSH} people at once for 20 places, 3 runs", f"{faults}", exact)
    naive = []
    for _ in range(3):
        fill(1)
        naive.append(_rush(app, _book_unlocked))
    broke = any(taken != 20 or errors for taken, errors in naive)
    what = f"{engine}: control: count, then insert, no lock (must go wrong)"
    return row("", what, f"(taken, errors) {naive}", broke) and fine


def row_5(app: Flask, engine: str) -> bool:
    """Compare ours with an advisory lock and a count, and with an unlocked check, in a rush."""
    ways: dict[str, Callable[[Flask, int], object]] = {"ours": _book_ours}
    if engine == "PostgreSQL":
        ways["advisory lock + count"] = _book_advisory
    ways["unlocked check"] = _book_unlocked
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            fill(1)
            times[name].append(seconds(lambda way=way: _rush(app, way)))
    medians = {name: statistics.median(values) for name, values in times.items()}
    result = "  ".join(f"{name} {RUSH / value:.0f}/s" for name, value in medians.items())
    return row("5", f"{engine}: attempts per second in the rush (approaches)", result, None)


def _book_in_turn(
    people: int, *, after: int = 0, book: Callable[[int, int], object] | None = None
) -> None:
    for number in range(after, after + people):
        (book or _book)(1 + number // 20, 10 + number)


def _book_after_a_look_at_all(session_id: int, person_id: int) -> None:
    db.session.execute(text("SELECT id, status FROM bookings")).all()
    db.session.rollback()
    _book(session_id, person_id)


def _book(session_id: int, person_id: int) -> Booking:
    with transaction():
        person = db.session.get_one(Person, person_id)
        session = access.get_session(session_id, person)
        return booking.book_place(session, person, by=person, details=BookingDetails(), now=NOW)


def _book_ours(app: Flask, person_id: int) -> None:
    _book(1, person_id)


def _book_unlocked(app: Flask, person_id: int) -> None:
    with db.engine.connect() as connection:
        taken = _taken(connection)
        status = "confirmed" if taken < 20 else "waiting"
        _insert(connection, person_id, status)


def _book_advisory(app: Flask, person_id: int) -> None:
    with db.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(4711)"))
        status = "confirmed" if _taken(connection) < 20 else "waiting"
        _insert(connection, person_id, status)


def _taken(connection: Any) -> int:
    confirmed = Booking.status == BookingStatus.CONFIRMED
    wanted = select(func.count()).select_from(Booking).where(Booking.session_id == 1, confirmed)
    return int(connection.scalar(wanted))


def _insert(connection: Any, person_id: int, status: str) -> None:
    connection.execute(
        text(
            "INSERT INTO bookings (session_id, reference, person_id, organisation_id, status,"
            " booked_at, offers, access_needs, question, hides_name, is_walk_in) VALUES"
            " (1, :reference, :person, 1, :status, :at, 0, '', '', false, false)"
        ),
        {"reference": f"N{person_id}", "person": person_id, "status": status, "at": NOW},
    )
    connection.commit()


def _rush(app: Flask, book: Callable[[Flask, int], object]) -> tuple[int, int]:
    at_once = threading.Barrier(16, timeout=60)
    errors = []

    def take(first: int) -> None:
        at_once.wait()
        for person_id in range(first + 10, RUSH + 10, 16):
            with app.app_context():
                try:
                    book(app, person_id)
                except Exception as error:
                    errors.append(type(error).__name__)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(take, range(16)))
    with db.engine.connect() as connection:
        return _taken(connection), len(errors)


def _counts() -> tuple[int, int, int]:
    def number(status: BookingStatus) -> int:
        wanted = select(func.count()).select_from(Booking).where(Booking.status == status)
        return db.session.scalar(wanted) or 0

    mails = select(func.count(func.distinct(OutboxMessage.occasion))).select_from(OutboxMessage)
    counts = (number(BookingStatus.CONFIRMED), number(BookingStatus.WAITING))
    found = (*counts, db.session.scalar(mails) or 0)
    taken = db.session.scalars(select(TrainingSession.places_taken)).first()
    db.session.remove()
    return found if taken == found[0] else (-1, -1, -1)


def _record(work: Callable[[], object]) -> list[Statements]:
    """Return the statements of each transaction as they went to the driver."""
    transactions: list[Statements] = [[]]

    def note(
        _connection: Any, _cursor: Any, statement: str, values: Any, _c: Any, many: bool
    ) -> None:
        if statement.startswith("BEGIN"):
            return
        transactions[-1].append((statement, values, many))

    def close(_connection: Any) -> None:
        transactions.append([])

    event.listen(db.engine, "before_cursor_execute", note)
    event.listen(db.engine, "commit", close)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        event.remove(db.engine, "commit", close)
    return [statements for statements in transactions if statements]


def _replay(transactions: list[Statements]) -> None:
    link = db.engine.raw_connection()
    try:
        for statements in transactions:
            cursor = link.cursor()
            if db.engine.dialect.name == "sqlite":
                cursor.execute("BEGIN IMMEDIATE")
            for statement, values, many in statements:
                (cursor.executemany if many else cursor.execute)(statement, values)
                if cursor.description:
                    cursor.fetchall()
            link.commit() if db.engine.dialect.name != "sqlite" else cursor.execute("COMMIT")
            cursor.close()
    finally:
        link.close()
