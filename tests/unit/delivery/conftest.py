"""A real ledger with readers, a mailer that does as it is told, a clock that stands still."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.stores.sqlite import SqliteStore, open_store
from tests.contract.stores.values import KEY
from tests.unit.delivery.scripted import ScriptedMailer


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "newsletter.db", address_key=KEY) as opened:
        yield opened


@pytest.fixture
def mailer() -> ScriptedMailer:
    return ScriptedMailer()
