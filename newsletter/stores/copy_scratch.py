"""Copy of a store on DynamoDB what a dry run looks at, to a file that is thrown away.

Bounded, whatever the store has: the newest papers, their newest summaries, some readers, and what
these were sent of late. Nothing is written to the store, and nothing is proved.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import islice
from typing import Final

from newsletter.errors import UsageError
from newsletter.model.delivery_id import delivery_id
from newsletter.stores.copy_dynamodb import DynamoRows
from newsletter.stores.copy_parts import in_portions
from newsletter.stores.copy_sqlite import SqliteRows
from newsletter.stores.dynamodb.store import DynamoStore
from newsletter.stores.scratch_wish import ScratchWish
from newsletter.stores.sqlite.connection import open_file
from newsletter.stores.sqlite.store import SqliteStore
from subscribers.address import parse
from subscribers.model import Subscriber, SubscriberState

MOST_PAPERS: Final = 12_000
"""The history that ranking reads, and some days more."""
MOST_SUMMARIES: Final = 5_000
MOST_READERS: Final = 2_000
MOST_PEOPLE: Final = 20_000
"""How many readers an import may be tried against."""
SENT_SINCE: Final = timedelta(days=15)
"""How old issues may be whose deliveries are copied: a week is looked back, from a weekly one."""

Told = Callable[[str], object]


def fill_scratch(
    source: DynamoStore, target: SqliteStore, wish: ScratchWish, *, tell: Told
) -> None:
    """Copy what is wished for.

    Args:
        source: is only read.
        target: an empty one.
        wish: what it is for.
        tell: told what is copied, and what is not for want of room.

    Raises:
        UsageError: an import is to be tried, and there are too many readers to copy.
        InvalidAddressError: of the one reader.
    """
    with _rows(target) as rows:
        if wish.is_for_import:
            _copy_people(source, target, rows, tell)
            return
        newest = _copy_papers(source, target, wish.until, tell)
        readers = _copy_readers(source, target, wish.only, tell)
        if newest is not None:
            _copy_deliveries(source, rows, [each.id for each in readers], newest - SENT_SINCE)


@contextmanager
def _rows(target: SqliteStore) -> Iterator[SqliteRows]:
    file = open_file(target.path)
    try:
        yield SqliteRows(file)
    finally:
        file.close()


def _copy_people(source: DynamoStore, target: SqliteStore, rows: SqliteRows, tell: Told) -> None:
    tell("This is tried on a copy. Copying readers …")
    rows.suppress(islice(source.suppressions.list_all(), MOST_PEOPLE))
    readers = list(islice(source.subscribers.list_by_state(), MOST_PEOPLE + 1))
    if len(readers) > MOST_PEOPLE:
        raise UsageError(
            f"there are more than {MOST_PEOPLE:,} readers, too many to copy for a trial: import "
            "without --dry-run, a part of the file first"
        )
    target.subscribers.add_all(readers)


def _copy_papers(
    source: DynamoStore, target: SqliteStore, until: date | None, tell: Told
) -> date | None:
    """Copy the newest papers with the rows of their days; return the last of these."""
    newest = until or source.papers.last_issue_day()
    if newest is None:
        return None
    tell(f"This works on a copy. Copying papers until {newest}, at most {MOST_PAPERS:,} …")
    first = newest
    for portion in in_portions(
        source.papers.papers_before(newest + timedelta(days=1), limit=MOST_PAPERS)
    ):
        target.papers.save_announcement(portion, [])
        first = portion[-1].issue_on
    target.papers.save_announcement([], source.papers.batches_between(first, newest))
    target.summaries.save(source.summaries.newest(limit=MOST_SUMMARIES))
    return newest


def _copy_readers(
    source: DynamoStore, target: SqliteStore, only: str | None, tell: Told
) -> Sequence[Subscriber]:
    if only is not None:
        found = source.subscribers.find(parse(only))
        readers = [found] if found is not None else []
    else:
        active = source.subscribers.list_by_state(SubscriberState.ACTIVE)
        readers = list(islice(active, MOST_READERS + 1))
        tell(f"Copying {min(len(readers), MOST_READERS):,} readers …")
    if len(readers) > MOST_READERS:
        tell(f"There are more: this shows the first {MOST_READERS:,} active readers only.")
        readers.pop()
    target.subscribers.add_all(readers)
    return readers


def _copy_deliveries(
    source: DynamoStore, rows: SqliteRows, reader_ids: Sequence[str], since: date
) -> None:
    """Copy what these readers were to get since a day, and which papers they were ever shown."""
    theirs = DynamoRows(source)
    for kept in theirs.issues():
        if kept.issue.last_on >= since:
            ids = [delivery_id(kept.issue.id, each) for each in reader_ids]
            rows.write_issue(kept, theirs.mails(kept.issue.id, only=ids))
    for portion in in_portions(reader_ids):
        rows.show(source.ledger.shown_papers(portion))
