"""``swa import-people`` killed at any moment saves everybody or nobody (RL-4, row 5).

``SWA_OTHER_KILLS`` says how often web, import, migration and tick together are killed on one
engine.
"""

import random

import pytest
from sqlalchemy import func, select

from swa.core.csv_files import write_rows
from swa.core.db import db
from swa.people.models import AuditEvent, Organisation, Person, Team
from tests.support.figures import seed_of
from tests.support.mortal import KILLS, Mortal, draw_death

HEADINGS = ["Name", "Email", "Organisation", "Sector", "Team", "Line manager"]
ROWS = 3000
NOTHING = (0, 0, 0, 0, 0)
ALL = (ROWS, 1, 50, 2, ROWS - 9)


@pytest.fixture
def run_import(settings, tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(write_rows([HEADINGS, *map(row, range(ROWS))]))
    mortal = Mortal(settings)
    yield lambda **death: mortal.run("import-people", str(path), "--yes", **death)
    mortal.end()


def row(number):
    manager = f"p{number // 9}@example.org" if number > 8 else ""
    team = f"Team {number % 50}"
    name, email = f"Person {number}", f"p{number}@example.org"
    return [name, email, "Big Council", "council", team, manager]


@pytest.mark.heavy
@pytest.mark.figures
@pytest.mark.timeout(120 + 5 * KILLS)
def test_a_killed_import_leaves_everything_or_nothing(app, run_import):
    chance, killed = random.Random(seed_of(0)), 0
    whole = run_import()
    assert (whole.code, counted()) == (0, ALL)

    for number in range(KILLS):
        if counted() == ALL:
            empty()
        run = run_import(**draw_death(chance, number, KILLS, whole))
        killed += run.killed
        assert counted() in (NOTHING, ALL), f"kill {number}: {run}"
        assert run.killed or counted() == ALL

    assert killed >= KILLS / 2, "most kills came in time"
    if counted() == NOTHING:
        assert run_import().code == 0, "it can simply be run again"
    assert counted() == ALL


def counted():
    db.session.rollback()
    tables = (Person, Organisation, Team, AuditEvent)
    rows = [db.session.scalar(select(func.count()).select_from(table)) for table in tables]
    managed = db.session.scalar(select(func.count()).where(Person.line_manager_id.is_not(None)))
    db.session.rollback()
    return (*rows, managed)


def empty():
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(Person.__table__.update().values(line_manager_id=None))
        for table in (AuditEvent, Person, Team, Organisation):
            connection.execute(table.__table__.delete())
        connection.exec_driver_sql("DELETE FROM audit_heads")
