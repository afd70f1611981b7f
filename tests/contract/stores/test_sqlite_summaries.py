"""SQLite keeps the contract of the summary store, and says when a row makes no sense."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from newsletter.errors import StoreError
from newsletter.ports import SummaryStore
from newsletter.stores.sqlite import SqliteStore, open_store
from newsletter.stores.sqlite.summaries import KEPT_RUNS
from tests.contract.stores.summary_store import SummaryStoreContract
from tests.contract.stores.values import KEY
from tests.unit.summaries.values import make_run, make_summary


@pytest.fixture
def summaries(store: SqliteStore) -> SummaryStore:
    return store.summaries


class TestSqliteSummaries(SummaryStoreContract):
    """``SqliteSummaries`` is a ``SummaryStore``."""


def test_another_process_sees_what_was_saved(store: SqliteStore, database: Path) -> None:
    store.summaries.save([make_summary(1)])
    with open_store(database, address_key=KEY) as other:
        assert other.summaries.newest(limit=9) == (make_summary(1),)


def test_a_damaged_row_is_told_with_its_paper(store: SqliteStore, database: Path) -> None:
    store.summaries.save([make_summary(1)])
    other = Database(str(database))
    with other.conn:
        other.conn.execute("UPDATE summaries SET content = '{}'")
    other.close()
    with pytest.raises(StoreError, match=r"the summary of 2611\.00001"):
        store.summaries.newest(limit=1)


def test_old_runs_are_forgotten(store: SqliteStore) -> None:
    for _ in range(KEPT_RUNS + 5):
        store.summaries.add_run(make_run())
    assert len(store.summaries.runs(limit=2 * KEPT_RUNS)) == KEPT_RUNS
