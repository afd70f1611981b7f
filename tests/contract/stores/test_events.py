"""SQLite keeps the contracts of events and suppressions."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from newsletter.errors import StoreError
from newsletter.model import BounceType, EventKind
from newsletter.ports import EventStore, Ledger
from newsletter.stores.sqlite import SqliteStore, open_store
from newsletter.stores.sqlite.event_tables import create_event_tables
from subscribers.model import SubscriberState
from subscribers.ports import SubscriberStore, SuppressionStore
from subscribers.suppression import Standing, SuppressionReason
from tests.contract.stores.event_store import EventStoreContract
from tests.contract.stores.event_values import make_bounce, make_event
from tests.contract.stores.suppression_store import SuppressionStoreContract
from tests.contract.stores.values import KEY
from tests.factories import NOW, make_subscriber


@pytest.fixture
def ledger(store: SqliteStore) -> Ledger:
    return store.ledger


@pytest.fixture
def subscribers(store: SqliteStore) -> SubscriberStore:
    return store.subscribers


@pytest.fixture
def events(store: SqliteStore) -> EventStore:
    return store.events


@pytest.fixture
def suppressions(store: SqliteStore) -> SuppressionStore:
    return store.suppressions


class TestSqliteEvents(EventStoreContract):
    """``SqliteEvents`` is an ``EventStore``."""


class TestSqliteSuppressions(SuppressionStoreContract):
    """``SqliteSuppressions`` is a ``SuppressionStore``."""


@pytest.fixture
def other(store: SqliteStore, database: Path) -> Iterator[SqliteStore]:
    """The store of a second process."""
    with open_store(database, address_key=KEY) as opened:
        yield opened


def test_two_processes_apply_an_event_once(store: SqliteStore, other: SqliteStore) -> None:
    asked = []

    def judge(standing: Standing, kept: object) -> Standing:
        asked.append(kept)
        return standing

    assert store.events.keep([make_bounce()], received_at=NOW)
    assert other.events.keep([make_bounce()], received_at=NOW) == ()
    assert len(other.events.apply_to_readers(judge)) == 1
    assert store.events.apply_to_readers(judge) == ()
    assert len(asked) == 1


def test_no_address_is_in_the_file(store: SqliteStore, database: Path) -> None:
    told = [
        make_bounce(BounceType.TRANSIENT, subtype="full, says reader1@example.org"),
        make_event(EventKind.COMPLAINED, feedback_type="reader1@example.org"),
    ]
    store.events.keep(told, received_at=NOW)
    store.events.apply_to_readers(lambda standing, _: standing)
    store.suppressions.suppress("reader1@example.org", SuppressionReason.MANUAL, now=NOW)
    store.close()
    written = [path.read_bytes() for path in database.parent.glob("newsletter.db*")]
    assert written
    assert not [content for content in written if b"reader1" in content]


def test_forgetting_leaves_no_recipients_behind(store: SqliteStore, database: Path) -> None:
    store.events.keep([make_bounce(), make_bounce(number=2)], received_at=NOW)
    later = NOW + timedelta(days=1)
    store.events.forget(later, quiet_before=later)
    with closing(sqlite3.connect(database)) as file:
        assert file.execute("SELECT count(*) FROM event_recipients").fetchone() == (0,)


def test_readers_who_were_suppressed_before_there_was_a_table_stay_so() -> None:
    database = Database(memory=True)
    database.execute("CREATE TABLE deliveries (provider_id, subscriber_id)")
    database.execute("CREATE TABLE subscribers (address_hash, state, created_at)")
    rows = [("a", "suppressed", "2026"), ("b", "active", "2026")]
    database.conn.executemany("INSERT INTO subscribers VALUES (?, ?, ?)", rows)
    create_event_tables(database)
    found = database.execute("SELECT * FROM suppressions").fetchall()
    assert found == [("a", "manual", "2026", None)]
    database.close()


@pytest.mark.parametrize(
    ("table", "column"),
    [("events", "kind"), ("events", "at"), ("suppressions", "reason"), ("suppressions", "since")],
)
def test_a_damaged_row_is_an_error_that_says_so(
    store: SqliteStore, database: Path, table: str, column: str
) -> None:
    store.events.keep([make_bounce()], received_at=NOW)
    store.suppressions.suppress("reader1@example.org", SuppressionReason.MANUAL, now=NOW)
    with closing(sqlite3.connect(database)) as file:
        file.execute(f"UPDATE {table} SET {column} = 'nonsense'")  # noqa: S608 - our names
        file.commit()
    with pytest.raises(StoreError, match="cannot be understood"):
        store.events.apply_to_readers(lambda standing, _: standing)
    if table == "suppressions":
        with pytest.raises(StoreError, match="cannot be understood"):
            list(store.suppressions.list_all())


def test_a_full_disk_keeps_nothing_half(store: SqliteStore, database: Path) -> None:
    store.subscribers.add(make_subscriber(1))
    with store._file.read() as file:
        pages = file.execute("PRAGMA page_count").fetchone()[0]
        file.execute(f"PRAGMA max_page_count = {pages}")
    many = [make_bounce(number=number, key=f"{number}" * 50) for number in range(1, 500)]
    with pytest.raises(StoreError, match="disk is full"):
        store.events.keep(many, received_at=NOW)
    assert store.events.count_waiting() == 0
    reader = store.subscribers.get(make_subscriber(1).id)
    assert reader is not None
    assert reader.state is SubscriberState.ACTIVE
