"""``swa db upgrade`` killed at any moment can be run again and ends the same (RL-4, RL-11).

From nothing and from each release, filled. One release to come is invented here, with what is
dangerous: a new table, a data step, and a table with children that SQLite has to copy. A release
that a kill left half-made would look like neither of its neighbours. ``SWA_OTHER_KILLS`` says how
often web, import, migration and tick together are killed on one engine.
"""

import random
import threading
from contextlib import ExitStack

import pytest

from swa.core.db import db
from tests.support.databases import fresh_database
from tests.support.figures import seed_of
from tests.support.installation import NEXT, Installation
from tests.support.mortal import KILLS, draw_death

NEXT_RELEASE = """
import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_table(
        "greetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_greetings_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_greetings"),
    )
    op.execute("INSERT INTO greetings (person_id, words) SELECT id, 'Dear ' || name FROM people")
    with op.batch_alter_table("organisations") as batch:
        batch.add_column(sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
        batch.alter_column("borough", existing_type=sa.String(80), type_=sa.String(120))
    op.execute(
        "UPDATE organisations SET size ="
        " (SELECT count(*) FROM people WHERE organisation_id = organisations.id)"
    )


def downgrade():
    with op.batch_alter_table("organisations") as batch:
        batch.drop_column("size")
        batch.alter_column("borough", existing_type=sa.String(120), type_=sa.String(80))
    op.drop_table("greetings")
"""
# It would leave people in organisations that there are no more.
LOSES_PARENTS = """
from alembic import op


def upgrade():
    op.execute("DELETE FROM organisations")
"""
NEWEST = -1

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(180 + 10 * KILLS)]


@pytest.fixture
def install(tmp_path):
    """Install the newest release with something in it; the one to come is what the test says."""
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database(tmp_path))

        def install(next_release):
            made = stack.enter_context(Installation(tmp_path, url, next_release))
            assert made.upgrade(made.releases[NEWEST]).code == 0
            made.fill()
            return made

        yield install


@pytest.mark.figures
def test_a_killed_upgrade_is_run_again_and_ends_the_same(install):
    installation = install(NEXT_RELEASE)
    chance, killed, done = random.Random(seed_of(0)), 0, 0
    # In this order, since the way back throws away what came with a release.
    starts = [*reversed(installation.releases), None]
    starts = starts if len(starts) <= KILLS else [starts[0], None]

    for start in starts:
        whole, known = learn(installation, start)
        each = -(-KILLS // len(starts))
        for number in range(each):
            installation.go_back(start)
            run = installation.upgrade(**draw_death(chance, number, each, whole))
            revision, found = installation.look()
            assert found == known[revision], f"killed {run} on the way from {start}"
            assert installation.upgrade().code == 0, "nothing has to be mended by hand"
            assert installation.look() == (NEXT, known[NEXT])
            killed, done = killed + run.killed, done + 1

    assert killed >= done / 2, "most kills came in time"


def learn(installation, start):
    """Go from a release to the last one undisturbed; return how, and how each one looks."""
    ahead = [*installation.releases, NEXT]
    ahead = ahead[ahead.index(start) + 1 :] if start else ahead
    for _ in range(2):  # the first time round, SQLite writes the words of copied tables anew
        installation.go_back(start)
        known = dict([installation.look()])
        for release in ahead:
            assert installation.upgrade(release).code == 0
            known |= dict([installation.look()])
    installation.go_back(start)
    whole = installation.upgrade()
    assert whole.code == 0
    assert installation.look() == (NEXT, known[NEXT])
    return whole, known


def test_a_release_that_loses_parents_is_refused_and_leaves_nothing(install):
    installation = install(LOSES_PARENTS)
    before = installation.look()

    assert installation.upgrade().code != 0

    assert installation.look() == before


def test_an_upgrade_waits_for_somebody_who_writes(install):
    installation = install(NEXT_RELEASE)
    with installation.app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE organisations SET borough = 'Hackney'")
        ends = threading.Timer(0.5, connection.commit)
        ends.start()

        assert installation.upgrade().code == 0

        ends.join()
    assert installation.look()[0] == NEXT
