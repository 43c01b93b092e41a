"""Rules are pure: each imports alone, without the web, the database or the clock (AR-3)."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

MODULES = sorted(
    path.with_suffix("").as_posix().replace("/", ".")
    for path in Path("swa").rglob("*.py")
    if "rules" in path.parts or path.name in {"rules.py", "types.py"}
)


@pytest.mark.parametrize("module", MODULES)
def test_a_rule_loads_without_flask_and_sqlalchemy(module):
    program = (
        f"import sys, {module}\n"
        "names = ('flask', 'sqlalchemy', 'wtforms', 'icalendar')\n"
        "loaded = [name for name in names if name in sys.modules]\n"
        "sys.exit(f'{loaded}' if loaded else 0)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr


def test_there_are_rules_to_look_at():
    assert "swa.sessions.types" in MODULES
    assert any("rules" in module for module in MODULES)
