"""One Chromium for all browser tests."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import find_chromium, open_chromium


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A running Chromium; the tests skip where none is installed, and fail in CI.

    It ends with this folder's tests: playwright keeps an event loop running in the main thread,
    beside which no other can run.
    """
    executable = find_chromium()
    if executable is None:
        message = "Chromium is not installed: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with open_chromium(executable) as browser:
        yield browser
