"""Open the store: one file with papers, subscribers and the ledger."""

import hmac
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

from newsletter.errors import StoreError
from newsletter.stores.sqlite.archive import SqliteArchive
from newsletter.stores.sqlite.connection import (
    BUSY_TIMEOUT_S,
    SqliteFile,
    open_file,
    use_write_ahead_log,
)
from newsletter.stores.sqlite.events import SqliteEvents
from newsletter.stores.sqlite.faults import reported
from newsletter.stores.sqlite.feedback import SqliteFeedback
from newsletter.stores.sqlite.ledger import SqliteLedger
from newsletter.stores.sqlite.migrations import migrate
from newsletter.stores.sqlite.moves import SqliteMoves
from newsletter.stores.sqlite.notices import SqliteNotices
from newsletter.stores.sqlite.papers import SqlitePapers
from newsletter.stores.sqlite.readers import SqliteReaders
from newsletter.stores.sqlite.slots import SqliteSlots
from newsletter.stores.sqlite.subscribers import SqliteSubscribers
from newsletter.stores.sqlite.summaries import SqliteSummaries
from newsletter.stores.sqlite.suppressions import SqliteSuppressions
from subscribers.address import keyed_hash

_KEY_MARK: Final = "address_key"


class SqliteStore:
    """Papers, ledger and subscribers in one file. May be used from several threads.

    Attributes:
        path: the file; of a scratch copy, one that vanishes with ``close``.
        papers, archive, ledger, subscribers, events, suppressions, summaries, slots: the
            ports.
        readers, notices, moves, feedback: the ports of what readers do by links.
    """

    def __init__(
        self, file: SqliteFile, *, address_key: bytes, after_close: Callable[[], None] | None = None
    ) -> None:
        self._file = file
        self._after_close = after_close
        self.path = file.path
        self.papers = SqlitePapers(file)
        self.archive = SqliteArchive(file, self.papers)
        self.ledger = SqliteLedger(file)
        self.subscribers = SqliteSubscribers(file, address_key=address_key)
        self.events = SqliteEvents(file, address_key=address_key)
        self.suppressions = SqliteSuppressions(file, address_key=address_key)
        self.summaries = SqliteSummaries(file)
        self.slots = SqliteSlots(file)
        self.notices = SqliteNotices(file, address_key=address_key)
        self.moves = SqliteMoves(file)
        self.feedback = SqliteFeedback(file)
        self.readers = SqliteReaders(
            file,
            subscribers=self.subscribers,
            suppressions=self.suppressions,
            notices=self.notices,
        )

    def check(self) -> None:
        """Raise ``StoreError`` when the file is gone."""
        if not self.path.exists():
            raise StoreError(f"the database {self.path} is gone")

    def close(self) -> None:
        """Close the file; delete it when it is a scratch copy."""
        self._file.close()
        if self._after_close is not None:
            self._after_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_store(
    path: Path | str, *, address_key: bytes, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> SqliteStore:
    """Open the database, made or brought up to date where needed.

    Args:
        path: the file; its folder is made when it is missing.
        address_key: secret of at least 16 bytes under which addresses are hashed; always the
            same for one file.
        busy_timeout_s: how long to wait for other processes' writes.

    Raises:
        StoreError: it cannot be opened, is not ours, is of a newer version, or of another key.
    """
    return _open(Path(path), address_key, busy_timeout_s)


def open_scratch(path: Path | str | None, *, address_key: bytes) -> SqliteStore:
    """Open a private temporary copy of ``path``, deleted on close; the original is only read.

    An empty store is opened when there is no such file, which is then not made either.
    """
    folder = Path(tempfile.mkdtemp(prefix="newsletter-"))
    copy = folder / "scratch.db"
    try:
        if path is not None and Path(path).exists():
            _back_up(Path(path), copy)
        return _open(copy, address_key, BUSY_TIMEOUT_S, lambda: shutil.rmtree(folder))
    except BaseException:
        shutil.rmtree(folder)
        raise


def _open(
    path: Path,
    address_key: bytes,
    busy_timeout_s: float,
    after_close: Callable[[], None] | None = None,
) -> SqliteStore:
    file = open_file(path, busy_timeout_s=busy_timeout_s)
    try:
        migrate(file)
        use_write_ahead_log(file, patience_s=busy_timeout_s)
        _check_key(file, address_key)
    except BaseException:
        file.close()
        raise
    return SqliteStore(file, address_key=address_key, after_close=after_close)


def _check_key(file: SqliteFile, address_key: bytes) -> None:
    """Refuse another key than the first: under it nobody would be found, and added twice."""
    ours = keyed_hash(_KEY_MARK, address_key)
    sql = "SELECT value FROM marks WHERE name = :name"
    row = file.first(sql, {"name": _KEY_MARK})
    if row is None:
        with file.write() as database:
            database.execute(
                "INSERT INTO marks (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING",
                {"name": _KEY_MARK, "value": ours},
            )
        row = file.first(sql, {"name": _KEY_MARK})
    if row is None or not hmac.compare_digest(row["value"], ours):
        raise StoreError(
            f"the database {file.path}: it was made with another address key: restore the secret "
            "it was made with"
        )


def _back_up(source: Path, target: Path) -> None:
    target.touch(mode=0o600)
    with (
        reported(source),
        closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy)
