"""The browser of all browser tests; Playwright runs once in a process, so there is one fixture."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.browser import CHROMIUM, launch


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; in CI a missing one is a failure."""
    if shutil.which(CHROMIUM) is None:
        assert os.environ.get("CI") != "true", "Chromium is missing in CI"
        pytest.skip("Chromium is not on this machine")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()
