"""The control that keeps a check from counting which is red, or runs nothing, without any bug."""

import os
import sys

import pytest

from tests.mutants.control import covers, find_unfit, judge

pytestmark = pytest.mark.once
TEST = "tests/people/test_access.py::test_no_door[of the Desk]"
CHECKS = """
import pytest

def test_fit(): pass
def test_red(): assert False
def test_left_out(): assert False
@pytest.mark.skip
def test_asleep(): pass
@pytest.fixture
def broken(): yield; raise OSError
def test_breaks_after(broken): pass
"""


@pytest.mark.parametrize(
    ("run", "is_covered"),
    [
        ("tests/people/test_access.py", True),
        ("tests/people/test_access.py::test_no_door", True),
        ("tests/people/test_access.py::test_no", False),
        ("tests/people/test_access.py -k desk", True),
        ("tests/people/test_access.py -k people", False),
        ("tests/core/test_dates.py tests/people/test_access.py -k door", True),
        ("tests/core/test_dates.py", False),
    ],
)
def test_a_check_covers_the_tests_that_its_line_names(run, is_covered):
    assert covers(run, TEST) is is_covered


def test_a_check_that_is_red_or_runs_nothing_is_named():
    runs = ["a.py -k one", "a.py -k two", "b.py"]

    told = judge(runs, green=["a.py::test_one"], red=["a.py::test_two"])

    assert told == [
        "“a.py -k two” is red without its seeded bug: a.py::test_two",
        "“b.py” runs no test: it was renamed, or skips itself here",
    ]


@pytest.mark.heavy
def test_only_the_tests_of_the_checks_are_run_and_each_ending_counts(tmp_path):
    (tmp_path / "test_it.py").write_text(CHECKS)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    runs = [f"test_it.py::test_{name}" for name in ("fit", "red", "asleep", "breaks_after")]

    red = "test_it.py::test_breaks_after"
    *told, output = find_unfit([*runs, "test_it.py -k gone"], tmp_path, environment)

    assert told == [
        "“test_it.py -k gone” runs no test: it was renamed, or skips itself here",
        "“test_it.py::test_asleep” runs no test: it was renamed, or skips itself here",
        f"“{red}” is red without its seeded bug: {red}",
        "“test_it.py::test_red” is red without its seeded bug: test_it.py::test_red",
    ]
    assert "left_out" not in output


@pytest.mark.heavy
def test_files_that_cannot_be_read_make_their_checks_unfit(tmp_path):
    (tmp_path / "test_it.py").write_text("import nothing_of_that_name")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

    told = find_unfit(["test_it.py"], tmp_path, environment)

    assert told[0] == "“test_it.py” runs no test: it was renamed, or skips itself here"
    assert "nothing_of_that_name" in told[1]
