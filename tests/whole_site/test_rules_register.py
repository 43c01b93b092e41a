"""docs/rules.md, the code and the tests name the same rules, each way."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

RULE_ID = re.compile(r"\b(?:AN|TR|CC|SS|PS|MT|EV|RT|LW|OT|DC|IN|CF)-\d{2}\b")


def ids_in(paths):
    return {rule for path in paths for rule in RULE_ID.findall(path.read_text(encoding="utf-8"))}


ROWS = [
    line
    for line in Path("docs/rules.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and RULE_ID.match(line[2:])
]
REGISTER = {RULE_ID.match(row[2:]).group() for row in ROWS}
CODE = ids_in(Path("swa").rglob("*.py"))
TESTS = ids_in(
    path for path in Path("tests").rglob("test_*.py") if path.name != Path(__file__).name
)


def test_no_code_cites_an_unknown_rule():
    assert CODE <= REGISTER, f"not in docs/rules.md: {sorted(CODE - REGISTER)}"


@pytest.mark.parametrize("rule_id", sorted(REGISTER))
def test_every_rule_is_carried_out_and_tested(rule_id):
    assert rule_id in CODE, f"no code cites {rule_id}"
    assert rule_id in TESTS, f"no test cites {rule_id}"


def test_the_register_is_in_order_and_names_each_rule_once():
    ids = [RULE_ID.match(row[2:]).group() for row in ROWS]

    assert ids == sorted(set(ids))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:7])
def test_the_register_names_files_that_exist(row):
    for name in re.findall(r"swa/[\w/]+\.py", row):
        assert Path(name).exists(), name
