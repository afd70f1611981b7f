"""A fresh SQLite store for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.stores.sqlite import SqliteStore, open_store
from tests.contract.stores.values import KEY


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the store of this test is."""
    return tmp_path / "newsletter.db"


@pytest.fixture
def store(database: Path) -> Iterator[SqliteStore]:
    """An open, empty store."""
    with open_store(database, address_key=KEY) as opened:
        yield opened
