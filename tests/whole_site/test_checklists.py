"""Each line of the checklists of calendars and mail has a test that names it.

A test names ``CAL-9`` in its docstring, that of its class or the id of one of its cases, or
``cal_9`` in its name. What stands anywhere else, such as at the head of a file, names no test.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

LAST_LINES = {"CAL": 24, "MAIL": 15, "REPLY": 11, "FEED": 8, "PLAN": 15}
LISTS = "|".join(LAST_LINES)
NAMED = re.compile(rf"\b({LISTS})-(\d+)\b|(?<=_)({LISTS.lower()})_(\d+)(?=_|$)", re.MULTILINE)


def words_of_tests(source: str) -> Iterator[str]:
    """Give name and docstring of each test and class of tests, and the ids of their cases."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        if not node.name.lower().startswith("test"):
            continue
        yield node.name
        yield ast.get_docstring(node) or ""
        for decorator in node.decorator_list:
            yield from _ids(decorator)


def _ids(decorator: ast.expr) -> Iterator[str]:
    for node in ast.walk(decorator):
        if isinstance(node, ast.keyword) and node.arg in {"id", "ids"}:
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant):
                    yield str(part.value)


def lines_named(source: str) -> set[tuple[str, int]]:
    return {
        (in_words or in_name.upper(), int(number or number_in_name))
        for words in words_of_tests(source)
        for in_words, number, in_name, number_in_name in NAMED.findall(words)
    }


FOUND = {
    line
    for path in Path("tests").rglob("test_*.py")
    if path.name != Path(__file__).name
    for line in lines_named(path.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("name", LAST_LINES)
def test_each_line_of_the_checklist_has_a_test_that_names_it(name):
    lines = range(1, LAST_LINES[name] + 1)

    assert [f"{name}-{line}" for line in lines if (name, line) not in FOUND] == []


@pytest.mark.parametrize("name", LAST_LINES)
def test_no_test_names_a_line_that_there_is_not(name):
    assert {line for a_list, line in FOUND if a_list == name} <= set(range(1, LAST_LINES[name] + 1))


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('"""CAL-1."""', set()),
        ("# CAL-1\ndef test_it():\n    pass", set()),
        ('def help_it():\n    """CAL-1."""', set()),
        ('def test_it():\n    assert x, "CAL-1"', set()),
        ('def test_it():\n    """CAL-1."""', {("CAL", 1)}),
        ("def test_cal_1_holds():\n    pass", {("CAL", 1)}),
        ('class TestIt:\n    """CAL-1, MAIL-2."""', {("CAL", 1), ("MAIL", 2)}),
        ('@p("x", [param(1, id="CAL-1")])\ndef test_it(x):\n    pass', {("CAL", 1)}),
        ('@p("x", ["CAL-2"], ids=["CAL-1"])\ndef test_it(x):\n    pass', {("CAL", 1)}),
    ],
)
def test_only_what_belongs_to_a_test_names_a_line(source, lines):
    assert lines_named(source) == lines
