"""Migrations on both databases: up, no drift, down to nothing, up again."""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

POSTGRESQL = os.environ["SWA_TEST_POSTGRESQL_URL"]


def main() -> int:
    """Run the round on a SQLite file and on a schema of its own on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        print("-- SQLite", flush=True)
        go_round(f"sqlite:///{Path(folder) / 'swa.db'}", folder)
        schema = f"swa_migrations_{secrets.token_hex(4)}"
        print("-- PostgreSQL", flush=True)
        with psycopg.connect(POSTGRESQL, autocommit=True) as connection:
            connection.execute(f'CREATE SCHEMA "{schema}"')
        try:
            go_round(f"{POSTGRESQL}?options=-csearch_path%3D{schema}", folder)
        finally:
            with psycopg.connect(POSTGRESQL, autocommit=True) as connection:
                connection.execute(f'DROP SCHEMA "{schema}" CASCADE')
    return 0


def go_round(url: str, folder: str) -> None:
    """Upgrade, compare with the models, downgrade to nothing and upgrade again."""
    for words in ("upgrade", "check", "downgrade base", "upgrade", "check"):
        swa_db(url, folder, *words.split())


def swa_db(url: str, folder: str, *words: str) -> None:
    """Run one ``swa db`` command in a process of its own and stop when it fails."""
    environment = os.environ | {
        "SWA_MODE": "demo",
        "SWA_DATABASE_URL": url,
        "SWA_INSTANCE_PATH": folder,
    }
    command = [str(Path(sys.executable).parent / "swa"), "db", *words]
    print("swa db", *words, flush=True)
    subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main())
