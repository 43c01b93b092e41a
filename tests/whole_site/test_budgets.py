"""Files stay small, functions are documented, and one place does each dangerous thing (AR-10)."""

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

SOURCES = sorted(path for path in Path("swa").rglob("*.py") if "migrations" not in path.parts)
MOST_LINES = 300
MOST_LINES_OF_CONFTEST = 100
MAY_OPEN_TRANSACTIONS = re.compile(
    r"(views/\w+|views|cli|commands|dispatcher/\w+|replies/polling|bounces/arrivals|access|periodic|db|saving)\.py$"
)


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_no_file_is_longer_than_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_conftest_is_short():
    lines = Path("tests/conftest.py").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= MOST_LINES_OF_CONFTEST


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_every_public_thing_is_documented(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [
        node
        for node in [tree, *tree.body]
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and not getattr(node, "name", "").startswith("_")
    ]

    assert all(ast.get_docstring(node) for node in public)


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_only_the_database_module_commits(path):
    if path.as_posix() != "swa/core/db.py":
        assert ".commit(" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_only_the_edge_opens_transactions(path):
    if not MAY_OPEN_TRANSACTIONS.search(path.as_posix()):
        assert "with transaction()" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_the_clock_is_read_in_one_place(path):
    if path.as_posix() != "swa/core/clock.py":
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"datetime\.(now|utcnow|today)\(|date\.today\(", source)


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if re.search(r"(views|forms|services)[/.]", path.as_posix())],
    ids=str,
)
def test_objects_come_through_the_gateway(path):
    assert not re.search(r"session\.get(_one)?\(", path.read_text(encoding="utf-8")), (
        "load it through a query that knows who asks (SC-4)"
    )


# Where a dangerous thing is used on purpose, with the reason.
EXCEPTIONS = {
    ("swa/messaging/rendering.py", "Markup("): "the HTML of a mail, cleaned by nh3 just before",
}


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_nothing_dangerous_is_used(path):
    source = path.read_text(encoding="utf-8")
    words = (
        "import pickle",
        "render_template_string",
        "Markup(",
        "yaml.load",
        "eval(",
        "shell=True",
    )

    for word in words:
        assert word not in source or (path.as_posix(), word) in EXCEPTIONS, f"{word} in {path}"
