"""Each line of the checklists of calendars and mail has a test that names it.

A test names ``CAL-9`` or, in a name, ``cal_9``. "CAL-1 to CAL-10" at the head of a file says what
the file is about and names none of them.
"""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

LAST_LINES = {"CAL": 24, "MAIL": 15, "REPLY": 11, "FEED": 8, "PLAN": 15}
LISTS = "|".join(LAST_LINES)
NAMED = re.compile(rf"\b({LISTS})-(\d+)\b|(?<=_)({LISTS.lower()})_(\d+)(?=_)")
RANGES = re.compile(rf"\b({LISTS})-\d+ to \1-\d+")
TEXTS = [
    RANGES.sub("", path.read_text(encoding="utf-8"))
    for path in Path("tests").rglob("test_*.py")
    if path.name != Path(__file__).name
]
FOUND = {
    (in_words or in_name.upper(), int(number or number_in_name))
    for text in TEXTS
    for in_words, number, in_name, number_in_name in NAMED.findall(text)
}


@pytest.mark.parametrize("name", LAST_LINES)
def test_each_line_of_the_checklist_has_a_test_that_names_it(name):
    lines = range(1, LAST_LINES[name] + 1)

    assert [f"{name}-{line}" for line in lines if (name, line) not in FOUND] == []


@pytest.mark.parametrize("name", LAST_LINES)
def test_no_test_names_a_line_that_there_is_not(name):
    assert {line for a_list, line in FOUND if a_list == name} <= set(range(1, LAST_LINES[name] + 1))
