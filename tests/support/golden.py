"""Compares a text with the approved one; UPDATE_GOLDEN=1 rewrites it, the diff is the review."""

import os
from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden"


def assert_golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    assert path.exists(), f"nobody has approved {name} yet: run with UPDATE_GOLDEN=1 and read it"
    assert text == path.read_bytes().decode("utf-8")
