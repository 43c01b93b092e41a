"""Prints the rows for SQLite and PostgreSQL; exit code 1 when a claim misses."""

import os
import sys

import psycopg

from bench import booking, calendars, mail, pages
from bench.stage import stage
from bench.timing import ROUNDS, load

POSTGRESQL = os.environ.get("SWA_TEST_POSTGRESQL_URL", "postgresql://root@127.0.0.1:5432/test")
ROWS = {
    "1": booking.row_1,
    "2": booking.row_2,
    "3": pages.row_3,
    "4": booking.row_4,
    "5": booking.row_5,
    "6": mail.row_6,
    "8": mail.row_8,
    "9": mail.row_9,
    "10": calendars.row_10,
}


def main(words: list[str]) -> int:
    """Measure the rows named, or all."""
    engines = ["SQLite"]
    try:
        psycopg.connect(POSTGRESQL, connect_timeout=3).close()
        engines.append("PostgreSQL")
    except psycopg.OperationalError:
        print("PostgreSQL is not on this machine: its rows are left out")
    print(f"{ROUNDS} rounds each, {load()}; only the ratios are claims\n")
    fine = True
    for number, measure in ROWS.items():
        if words and number not in words:
            continue
        for engine in engines:
            with stage(engine, POSTGRESQL) as app:
                fine &= measure(app, engine)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
