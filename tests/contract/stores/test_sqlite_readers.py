"""SQLite keeps the contracts of readers' acts, and what is erased is gone from the file."""

from pathlib import Path
from typing import Any

import pytest

from newsletter.model import DeliveryState
from newsletter.stores.sqlite import SqliteStore
from subscribers.consent import ConsentAct
from tests.contract.stores.reader_stores import (
    FeedbackStoreContract,
    MoveStoreContract,
    NoticeStoreContract,
    ReaderStoreContract,
    entry,
)
from tests.contract.stores.values import make_delivery
from tests.factories import make_issue, make_subscriber


class _OnSqlite:
    @pytest.fixture
    def readers(self, store: SqliteStore) -> Any:
        return store.readers

    @pytest.fixture
    def subscribers(self, store: SqliteStore) -> Any:
        return store.subscribers

    @pytest.fixture
    def suppressions(self, store: SqliteStore) -> Any:
        return store.suppressions

    @pytest.fixture
    def notices(self, store: SqliteStore) -> Any:
        return store.notices

    @pytest.fixture
    def moves(self, store: SqliteStore) -> Any:
        return store.moves

    @pytest.fixture
    def feedback(self, store: SqliteStore) -> Any:
        return store.feedback


class TestSqliteReaders(_OnSqlite, ReaderStoreContract):
    pass


class TestSqliteNotices(_OnSqlite, NoticeStoreContract):
    pass


class TestSqliteMoves(_OnSqlite, MoveStoreContract):
    pass


class TestSqliteFeedback(_OnSqlite, FeedbackStoreContract):
    pass


def test_the_file_has_no_trace_of_who_was_erased(store: SqliteStore, database: Path) -> None:
    for number in range(50):
        store.subscribers.add(make_subscriber(number, address=f"trace{number}@example.org"))
    reader = store.subscribers.find("trace7@example.org")
    assert reader is not None
    store.readers.erase(reader.id, entry(reader, ConsentAct.ERASED))
    for path in database.parent.glob("newsletter.db*"):
        assert b"trace7@" not in path.read_bytes(), path
    assert any(b"trace8@" in path.read_bytes() for path in database.parent.glob("newsletter.db*"))


def test_an_erased_readers_deliveries_stay_as_numbers_only(store: SqliteStore) -> None:
    reader = make_subscriber()
    store.subscribers.add(reader)
    store.ledger.plan(make_issue(), [make_delivery()])
    assert store.readers.received(reader.id, limit=9)[0].papers
    store.readers.erase(reader.id, entry(reader, ConsentAct.ERASED))
    assert store.readers.received(reader.id, limit=9)[0].papers == ()
    assert store.ledger.count_by_state(make_issue().id) == {DeliveryState.PLANNED: 1}
