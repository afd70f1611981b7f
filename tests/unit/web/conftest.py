"""A fresh site for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web_site import WebSite, open_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WebSite]:
    with open_site(tmp_path) as opened:
        yield opened
