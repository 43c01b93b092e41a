"""What a worker asks each minute reads what is open, not the millions that were sent (IN-05)."""

import re

import pytest
from sqlalchemy import event

from swa.core import clock
from swa.core.db import db
from swa.messaging import kinds, queries
from swa.messaging.dispatcher import rows, statements
from tests.messaging import outbox
from tests.support.databases import DATABASE_URL

QUESTIONS = {
    "claiming": lambda: rows.claim_next(clock.utc_now()),
    "looking": lambda: statements.has_due(clock.utc_now(), *kinds.list_for_worker()),
    "counting": lambda: queries.count_due(clock.utc_now(), kinds.list_names()),
    "waiting for the next": lambda: queries.find_next_due(
        clock.utc_now(), clock.utc_now(), kinds.list_names()
    ),
    "taking stock": lambda: rows.take_stock(clock.utc_now()),
}


@pytest.fixture
def plans():
    """Collect how SQLite would answer each statement about the outbox."""
    found = []

    def explain(connection, _cursor, statement, parameters, *_):
        if re.match(r"(SELECT|UPDATE) ", statement) and "outbox_messages" in statement:
            asked = connection.connection.cursor().execute(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
            found.extend(line[3] for line in asked.fetchall())

    event.listen(db.engine, "before_cursor_execute", explain)
    yield found
    event.remove(db.engine, "before_cursor_execute", explain)


@pytest.mark.skipif(bool(DATABASE_URL), reason="PostgreSQL plans by what it finds in the table")
@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_of_the_worker_reads_the_whole_outbox(make, plans, name):
    outbox.queue("booking 1", outbox.wanted(make.person().id))
    plans.clear()

    QUESTIONS[name]()

    assert any("INDEX ix_outbox_due" in line for line in plans)
    assert [line for line in plans if re.fullmatch(r"SCAN outbox_messages", line)] == []
