"""SQLite keeps the contracts of all three store ports."""

import pytest

from newsletter.ports import Ledger, PaperStore
from newsletter.stores.sqlite import SqliteStore
from subscribers.ports import SubscriberStore
from tests.contract.stores.ledger import LedgerContract
from tests.contract.stores.paper_store import PaperStoreContract
from tests.contract.stores.subscriber_store import SubscriberStoreContract


@pytest.fixture
def papers(store: SqliteStore) -> PaperStore:
    return store.papers


@pytest.fixture
def ledger(store: SqliteStore) -> Ledger:
    return store.ledger


@pytest.fixture
def subscribers(store: SqliteStore) -> SubscriberStore:
    return store.subscribers


class TestSqlitePapers(PaperStoreContract):
    """``SqlitePapers`` is a ``PaperStore``."""


class TestSqliteSubscribers(SubscriberStoreContract):
    """``SqliteSubscribers`` is a ``SubscriberStore``."""


class TestSqliteLedger(LedgerContract):
    """``SqliteLedger`` is a ``Ledger``."""
