"""The installed command ``swa`` works from a bare shell, as ``make run`` calls it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SWA = Path(sys.executable).with_name("swa")


@pytest.fixture
def swa(tmp_path):
    settings = {"SWA_MODE": "demo", "SWA_INSTANCE_PATH": str(tmp_path), "PATH": os.environ["PATH"]}

    def run(*words):
        return subprocess.run(
            [SWA, *words], env=settings, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def test_make_run_can_set_up_and_fill_a_new_machine(swa):
    assert swa("db", "upgrade").returncode == 0

    first, second = swa("demo"), swa("demo", "--if-empty")

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("Made an invented alliance")
    assert (second.returncode, second.stdout) == (0, "")
    assert swa("sessions", "keep-up").stdout.startswith("Places given: 0")


def test_the_template_of_the_import_needs_no_database(swa):
    printed = swa("import-people", "--template")

    assert printed.returncode == 0
    assert "email" in printed.stdout.lower()
