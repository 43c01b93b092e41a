"""The whole test suite: everything on SQLite, and everything but the browser on PostgreSQL again.

`make test` calls it; `make heavy` calls it with a marker and so runs those tests alone. Where
PostgreSQL or Chromium is missing it says so and goes on; with CI=true a missing one is a failure.
"""

import os
import shutil
import subprocess
import sys

import psycopg

POSTGRESQL = os.environ.get("SWA_TEST_POSTGRESQL_URL", "postgresql://root@127.0.0.1:5432/test")
IN_CI = os.environ.get("CI") == "true"
CHROMIUMS = (os.environ.get("SWA_CHROMIUM", ""), "chromium-headless-shell", "chromium")


def main() -> int:
    """Run the suite on each engine that is here; return the exit code."""
    missing = [
        name
        for name, is_here in (("PostgreSQL", has_postgresql()), ("Chromium", has_chromium()))
        if not is_here
    ]
    if missing and IN_CI:
        print(f"Missing in CI: {', '.join(missing)}")
        return 1
    engines = {"SQLite": ""} | ({} if "PostgreSQL" in missing else {"PostgreSQL": POSTGRESQL})
    codes = []
    for engine, url in engines.items():
        print(f"\n== The suite on {engine} ==", flush=True)
        codes.append(
            pytest(url, "-m", chosen(is_second=bool(url), has_browser="Chromium" not in missing))
        )
    for name in missing:
        print(f"Not tested, since it is not on this machine: {name}")
    return max(codes)


def chosen(*, is_second: bool, has_browser: bool) -> str:
    """Say which tests one pass runs: pages look the same on the second engine."""
    words = sys.argv[1:2]
    words += ["not browser"] if is_second or not has_browser else []
    words += ["not once"] if is_second else []
    return " and ".join(words)


def pytest(url: str, *arguments: str) -> int:
    """Run pytest on one engine with a process per core."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", *arguments]
    environment = os.environ | {"SWA_TEST_DATABASE_URL": url}
    if url and not sys.argv[1:]:  # the figures of the scorecard are for one engine; see make heavy
        environment["SWA_FIGURES"] = "test"
    return subprocess.run(command, env=environment, check=False).returncode


def has_postgresql() -> bool:
    """Say whether the server answers."""
    try:
        psycopg.connect(POSTGRESQL, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def has_chromium() -> bool:
    """Say whether the browser of the tests is installed."""
    return any(map(shutil.which, filter(None, CHROMIUMS)))


if __name__ == "__main__":
    sys.exit(main())
