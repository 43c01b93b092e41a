"""Migrations are numbered, one after the other; rows of child tables survive batch mode (AR-11)."""

import re
import sqlite3
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

VERSIONS = Path("swa/migrations/versions")


def test_there_is_one_head_and_the_file_names_it():
    config = Config()
    config.set_main_option("script_location", "swa/migrations")
    heads = ScriptDirectory.from_config(config).get_heads()

    assert heads == [Path("swa/migrations/.current-head").read_text(encoding="utf-8").strip()]


def test_migrations_are_numbered_and_named():
    names = sorted(path.name for path in VERSIONS.glob("*.py"))

    assert names
    for number, name in enumerate(names, 1):
        assert re.fullmatch(rf"{number:04d}_[a-z0-9_]+\.py", name), name


def test_sqlite_keeps_child_rows_only_without_foreign_keys(tmp_path):
    """The control of env.py: with them on, dropping a copied parent empties the child."""
    left = {}
    for setting in ("ON", "OFF"):
        database = sqlite3.connect(tmp_path / f"{setting}.db", isolation_level=None)
        for statement in (
            f"PRAGMA foreign_keys={setting}",
            "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
            "CREATE TABLE child (parent_id REFERENCES parent (id) ON DELETE CASCADE)",
            "INSERT INTO parent VALUES (1)",
            "INSERT INTO child VALUES (1)",
            "CREATE TABLE copy (id INTEGER PRIMARY KEY)",
            "INSERT INTO copy SELECT * FROM parent",
            "DROP TABLE parent",
            "ALTER TABLE copy RENAME TO parent",
        ):
            database.execute(statement)
        left[setting] = database.execute("SELECT count(*) FROM child").fetchone()[0]
        database.close()

    assert left == {"ON": 0, "OFF": 1}
