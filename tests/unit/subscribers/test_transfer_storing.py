"""An import stores many rows together, and every row has its own outcome."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from ulid import ULID

from newsletter.stores.sqlite import SqliteStore, open_store
from subscribers.model import SubscriberState
from subscribers.suppression import SuppressionReason
from subscribers.transfer import FileFormat, Outcome, OutcomeKind, Row, read_rows, store_rows
from subscribers.transfer.storing import BATCH_ROWS
from tests.factories import NOW, make_interests

ADDED, UPDATED, REFUSED = OutcomeKind.ADDED, OutcomeKind.UPDATED, OutcomeKind.REFUSED


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """An open, empty store."""
    with open_store(tmp_path / "newsletter.db", address_key=b"k" * 32) as opened:
        yield opened


def rows(*lines: str) -> Iterator[Row]:
    content = "\n".join(("address,language,state", *lines)).encode()
    return (row for row in read_rows([content], FileFormat.CSV) if isinstance(row, Row))


def outcomes(store: SqliteStore, those: Iterator[Row]) -> Iterator[Outcome]:
    return store_rows(
        those,
        store.subscribers,
        template=make_interests("template phrase"),
        new_id=lambda: str(ULID()),
        now=NOW,
    )


def kinds(found: Sequence[Outcome]) -> list[OutcomeKind]:
    return [outcome.kind for outcome in found]


def test_an_address_twice_in_one_batch_is_added_and_then_changed(store: SqliteStore) -> None:
    found = list(
        outcomes(store, rows("a@example.org,en,", "b@example.org,en,", "A@Example.org,zh,"))
    )
    assert kinds(found) == [ADDED, ADDED, UPDATED]
    reader = store.subscribers.find("a@example.org")
    assert reader is not None
    assert (reader.language, reader.revision) == ("zh", 2)


def test_every_outcome_that_is_told_is_stored(store: SqliteStore) -> None:
    lines = [f"reader{number}@example.org,en," for number in range(2 * BATCH_ROWS + 1)]
    told = outcomes(store, rows(*lines))
    for number, outcome in enumerate(told, start=1):
        if number % BATCH_ROWS == 1:
            assert outcome.subscriber is not None
            assert store.subscribers.get(outcome.subscriber.id) == outcome.subscriber
    assert number == len(lines)


def test_who_is_suppressed_is_refused_and_the_rest_of_the_batch_stands(store: SqliteStore) -> None:
    store.suppressions.suppress("b@example.org", SuppressionReason.ERASED, now=NOW)
    lines = ("a@example.org,en,", "b@example.org,en,", "c@example.org,en,")
    found = list(outcomes(store, rows(*lines)))
    assert kinds(found) == [ADDED, REFUSED, ADDED]
    assert (found[1].line, "stays so" in found[1].reason) == (3, True)
    assert len(list(store.subscribers.list_by_state())) == 2


def test_who_was_changed_while_the_file_was_read_is_refused(store: SqliteStore) -> None:
    list(outcomes(store, rows("a@example.org,en,")))

    def disturbed() -> Iterator[Row]:
        yield from rows("a@example.org,zh,", "b@example.org,en,")
        reader = store.subscribers.find("a@example.org")
        assert reader is not None
        store.subscribers.save(reader)

    changed, added = outcomes(store, disturbed())
    assert (changed.kind, changed.subscriber) == (REFUSED, None)
    assert "changed meanwhile: import the row again" in changed.reason
    assert added.kind is ADDED


def test_a_row_that_says_suppressed_suppresses_its_address(store: SqliteStore) -> None:
    (outcome,) = outcomes(store, rows("a@example.org,en,suppressed"))
    assert outcome.subscriber is not None
    assert outcome.subscriber.state is SubscriberState.SUPPRESSED
    assert store.suppressions.find("a@example.org") is not None
