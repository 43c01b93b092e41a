"""Row 3: how many queries a page takes, with few and with many rows."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from bench.stage import fill
from bench.timing import row
from swa.core import clock
from swa.core.db import db, transaction
from swa.people.access import COOKIE
from swa.people.services import web_sessions
from swa.sessions.models import Topic, TrainingSession

PAGES = {"/sessions/": 12, "/topics/": 12, "/bookings/": 12, "/home": 20}
FEW, MANY = 10, 1000


def row_3(app: Flask, engine: str) -> bool:
    """Count the queries of each list page at 10 and at 1,000 sessions: equal, and few.

    The control asks for the topic of each session in turn, as pages do that load nothing at once.
    """
    counts: dict[str, list[int]] = {page: [] for page in PAGES}
    naive = []
    for number in (FEW, MANY):
        fill(number)
        with transaction():
            token = web_sessions.begin(20, browser="bench", now=clock.utc_now())
        client = app.test_client()
        client.set_cookie(COOKIE, token)
        for page in PAGES:
            client.get(page)
            counts[page].append(_queries(lambda page=page: _open(client, page)))
        naive.append(_queries(_list_one_by_one))
    fine = True
    for page, (few, many) in counts.items():
        what = f"{engine}: queries of {page} at {FEW} and {MANY} sessions (≤ {PAGES[page]})"
        fine &= row("3", what, f"{few} and {many}", few == many <= PAGES[page])
    what = f"{engine}: control: each session asks for its topic (must grow)"
    return row("", what, f"{naive[0]} and {naive[1]}", naive[0] < naive[1]) and fine


def _open(client: FlaskClient, page: str) -> None:
    response = client.get(page)
    if response.status_code != 200:
        msg = f"{page} answered {response.status_code}"
        raise RuntimeError(msg)


def _list_one_by_one() -> None:
    wanted = select(TrainingSession.topic_id)
    for topic_id in db.session.scalars(wanted).all():
        db.session.execute(select(Topic.title).where(Topic.id == topic_id)).all()
    db.session.remove()


def _queries(visit: Callable[[], object]) -> int:
    seen = []

    def note(_connection, _cursor, statement, *_rest):  # type: ignore[no-untyped-def]
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        visit()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)
