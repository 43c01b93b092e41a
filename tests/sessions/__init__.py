"""The tests of training; what the helpers assert is shown in full when it fails."""

import pytest

pytest.register_assert_rewrite("tests.sessions.screens", "tests.sessions.plain_rows")
pytest.register_assert_rewrite("tests.sessions.invariants", "tests.sessions.http_histories")
