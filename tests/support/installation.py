"""A database of its own that goes from release to release, also to one that is still to come."""

import shutil
from pathlib import Path
from typing import Self

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from swa.core import clock
from swa.core.db import db
from tests.sessions.doing import book, cancel
from tests.support.factories import Make
from tests.support.helpers import make_app
from tests.support.mortal import Mortal, Run
from tests.support.snapshots import OF_ALEMBIC, take_snapshot

MIGRATIONS = Path("swa/migrations")
NEXT = "the_next_one"


class Installation:
    """One database, empty at first, with a release to come.

    Attributes:
        releases: The revisions that there are, the oldest first; ``NEXT`` comes after them.
    """

    def __init__(self, folder: Path, url: str, next_release: str) -> None:
        self.app = make_app(url, folder)
        self.mortal = Mortal(self.app.extensions["swa_settings"])
        self.filled_at = clock.utc_now()
        self.migrations = folder / "migrations"
        shutil.copytree(MIGRATIONS, self.migrations, ignore=shutil.ignore_patterns("__pycache__"))
        self.releases = self._list_releases()
        head = f'revision = "{NEXT}"\ndown_revision = "{self.releases[-1]}"\n'
        file = self.migrations / "versions" / "next.py"
        file.write_text(head + next_release, encoding="utf-8")

    def _list_releases(self) -> list[str]:
        config = Config()
        config.set_main_option("script_location", str(self.migrations))
        scripts = ScriptDirectory.from_config(config).walk_revisions()
        return [script.revision for script in reversed(list(scripts))]

    def upgrade(self, to: str = NEXT, **death: float) -> Run:
        return self.mortal.run("db", "-d", str(self.migrations), "upgrade", to, **death)

    def go_back(self, to: str | None) -> None:
        run = self.mortal.run("db", "-d", str(self.migrations), "downgrade", to or "base")
        assert run.code == 0

    def look(self) -> tuple[str | None, dict[str, str]]:
        """Return the revision, and what the database is made of and holds."""
        with self.app.app_context(), db.engine.connect() as connection:
            return find_revision(connection), take_snapshot(connection, since=self.filled_at)

    def fill(self) -> None:
        """Write some of everything that bookings bring along."""
        with self.app.app_context():
            make = Make()
            session = make.session(places={"largest": 5})
            rows = [book(session, make.person(team=make.team())) for _ in range(8)]
            cancel(rows[0])
            db.session.remove()
        self.filled_at = clock.utc_now()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.mortal.end()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def find_revision(connection: Connection) -> str | None:
    """Return the revision that the database is at, None before the first one."""
    if not inspect(connection).has_table(OF_ALEMBIC):
        return None
    revision: str | None = connection.exec_driver_sql(
        f"SELECT version_num FROM {OF_ALEMBIC}"  # noqa: S608 - a constant of ours
    ).scalar()
    return revision
