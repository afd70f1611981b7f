"""SQLite keeps the contract of slots, and finds the readers of an hour by an index."""

from typing import Any

import pytest

from newsletter.stores.sqlite import SqliteStore
from tests.contract.stores.slot_store import SLOT, SlotStoreContract


class TestSqliteSlots(SlotStoreContract):
    @pytest.fixture
    def slots(self, store: SqliteStore) -> Any:
        return store.slots

    @pytest.fixture
    def subscribers(self, store: SqliteStore) -> Any:
        return store.subscribers


def test_what_is_old_is_counted_when_it_is_forgotten(store: SqliteStore) -> None:
    store.slots.note_progress(SLOT, after=None)
    assert store.slots.forget(SLOT.announced_on) == 0
    assert store.slots.forget(SLOT.announced_on.replace(day=21)) == 1
    assert store.slots.progress(SLOT.announced_on) == {}
