"""The import contracts are kept, and they do notice what they are there for (AR-1)."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

MISTAKES = {
    "a page imported by a rule": ("swa/sessions/rules/stray.py", "import flask\n"),
    "people import sessions": ("swa/people/services/stray.py", "import swa.sessions.models\n"),
    "a folder for everything": ("swa/utils.py", '"""Stray."""\n'),
    "a clock in a service": ("swa/sessions/services/stray.py", "import swa.core.clock\n"),
    "a form that asks the database": ("swa/sessions/forms/stray.py", "import swa.core.db\n"),
    "a query that imports a service": (
        "swa/sessions/queries/stray.py",
        "import swa.sessions.services\n",
    ),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("mistake", [None, *MISTAKES], ids=lambda name: name or "as it is")
def test_contracts(mistake, tmp_path):
    shutil.copytree("swa", tmp_path / "swa", ignore=shutil.ignore_patterns("static", "__pycache__"))
    shutil.copy("pyproject.toml", tmp_path)
    if mistake:
        name, line = MISTAKES[mistake]
        (tmp_path / name).write_text(line, encoding="utf-8")

    done = lint(tmp_path)

    assert (done.returncode == 0) == (mistake is None), done.stdout[-1500:]
