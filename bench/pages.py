"""Row 3: how many queries a page takes, with few and with many rows."""

from flask import Flask
from sqlalchemy import event

from bench.stage import fill
from bench.timing import row
from swa.core import clock
from swa.core.db import db, transaction
from swa.people.access import COOKIE
from swa.people.services import web_sessions

PAGES = {"/sessions/": 12, "/topics/": 12, "/bookings/": 12, "/home": 20}
FEW, MANY = 10, 1000


def row_3(app: Flask, engine: str) -> bool:
    """Count the queries of each list page at 10 and at 1,000 sessions: equal, and few."""
    counts = {page: [] for page in PAGES}
    for number in (FEW, MANY):
        fill(number)
        with transaction():
            token = web_sessions.begin(20, browser="bench", now=clock.utc_now())
        client = app.test_client()
        client.set_cookie(COOKIE, token)
        for page in PAGES:
            client.get(page)
            counts[page].append(_queries(lambda page=page: client.get(page)))
    fine = True
    for page, (few, many) in counts.items():
        what = f"{engine}: queries of {page} at {FEW} and {MANY} sessions (≤ {PAGES[page]})"
        fine &= row("3", what, f"{few} and {many}", few == many <= PAGES[page])
    return fine


def _queries(visit: object) -> int:
    seen = []

    def note(_connection, _cursor, statement, *_rest):  # type: ignore[no-untyped-def]
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        response = visit()  # type: ignore[operator]
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    if response.status_code != 200:
        msg = f"the page answered {response.status_code}"
        raise RuntimeError(msg)
    return len(seen)
