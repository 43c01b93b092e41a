"""Every line of section 5 of the calendar notes is named by a test."""

import re
from pathlib import Path

LINES = range(1, 9)


def test_every_line_of_the_feed_checklist_is_the_name_of_a_test():
    texts = [path.read_text(encoding="utf-8") for path in Path("tests").rglob("test_*.py")]
    named = {int(n) for text in texts for n in re.findall(r"def test_feed_(\d)_", text)}

    assert [number for number in LINES if number not in named] == []
