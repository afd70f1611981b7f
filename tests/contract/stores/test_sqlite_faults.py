"""Whatever SQLite raises becomes a ``StoreError`` that names the file and the fix."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.stores.sqlite import SqliteStore, open_store
from newsletter.stores.sqlite.faults import WHAT_AND_FIX, reported
from tests.contract.stores.values import KEY, make_delivery
from tests.factories import make_issue, make_paper, make_subscriber


def exceptions() -> Iterator[type[Exception]]:
    for thing in vars(sqlite3).values():
        if isinstance(thing, type) and issubclass(thing, Exception):
            yield thing


@pytest.mark.parametrize("kind", sorted(set(exceptions()), key=str))
def test_no_exception_of_sqlite_escapes(kind: type[Exception]) -> None:
    with pytest.raises(StoreError, match=r"/some/a\.db") as caught, reported(Path("/some/a.db")):
        raise kind("inside")
    assert isinstance(caught.value.__cause__, kind)


@pytest.mark.parametrize("code", sorted(WHAT_AND_FIX))
def test_extended_codes_are_understood_by_their_primary_one(code: int) -> None:
    error = sqlite3.OperationalError("words")
    error.sqlite_errorcode = code | (3 << 8)
    with pytest.raises(StoreError) as caught, reported(Path("a.db")):
        raise error
    assert WHAT_AND_FIX[code] in str(caught.value)


def test_a_lock_that_is_kept_too_long_is_reported(database: Path) -> None:
    open_store(database, address_key=KEY).close()
    with (
        closing(sqlite3.connect(database, isolation_level=None)) as other,
        open_store(database, address_key=KEY, busy_timeout_s=0.05) as store,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked for too long"):
            store.subscribers.add(make_subscriber(1))
        other.execute("ROLLBACK")
        store.subscribers.add(make_subscriber(1))


def test_a_full_disk_is_reported_and_nothing_is_half_written(store: SqliteStore) -> None:
    with store._file.read() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 5}").fetchone()
    papers = [make_paper(number, abstract="x" * 3000) for number in range(50)]
    with pytest.raises(StoreError, match="disk is full"):
        store.papers.save_announcement(papers, [])
    assert store.papers.last_issue_day() is None
    store.subscribers.add(make_subscriber(1))


def test_a_file_that_may_not_be_written_is_reported(store: SqliteStore) -> None:
    with store._file.read() as connection:
        connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="may not be written"):
        store.ledger.plan(make_issue(), [make_delivery(1)])


def test_a_store_that_was_closed_says_so(database: Path) -> None:
    store = open_store(database, address_key=KEY)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.papers.last_issue_day()


def test_a_transaction_has_the_write_lock_from_its_start(
    store: SqliteStore, database: Path
) -> None:
    with (
        closing(sqlite3.connect(database, isolation_level=None, timeout=0)) as other,
        store._file.write(),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")
