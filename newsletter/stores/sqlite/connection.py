"""One open SQLite file, safe for several threads and several processes."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from newsletter.errors import StoreError
from newsletter.stores.sqlite.faults import reported

BUSY_TIMEOUT_S: Final = 30.0
PAGE_ROWS: Final = 500


class SqliteFile:
    """A connection shared by the threads of a process; other processes have their own.

    Statements are short: results are read whole, long ones page by page, so that no transaction
    stays open while somebody thinks.
    """

    def __init__(self, path: Path, database: Database) -> None:
        self.path = path
        self._database = database
        self._lock = threading.RLock()
        self._identity = _identity(path)

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[sqlite3.Row]:
        """Return all rows of a short query, in its order."""
        with self.read() as database:
            cursor = database.execute(sql, dict(parameters or {}))
            cursor.row_factory = sqlite3.Row
            return cursor.fetchall()

    def first(self, sql: str, parameters: Mapping[str, Any] | None = None) -> sqlite3.Row | None:
        """Return the first row of a query."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    @contextmanager
    def read(self) -> Iterator[Database]:
        """Lend the connection to one thread."""
        with self._lock, reported(self.path):
            yield self._database

    @contextmanager
    def write(self) -> Iterator[Database]:
        """Run the block in one transaction, which has the write lock from its start.

        Inside another ``write`` of the same thread the block is a part of that transaction.
        """
        with self.read() as database:
            if database.conn.in_transaction:
                yield database
                return
            self._refuse_when_gone()
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
                database.execute("COMMIT")
            except BaseException:
                database.rollback()
                raise

    def _refuse_when_gone(self) -> None:
        """Raise when the file was deleted or replaced: what is written would be lost."""
        if _identity(self.path) != self._identity:
            raise StoreError(
                f"the database {self.path}: it was deleted or replaced while it was in use: "
                "put it back, or start again"
            )

    def close(self) -> None:
        """Close the connection."""
        with self.read() as database:
            database.close()


def open_file(path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> SqliteFile:
    """Open a database, readable by its owner only when it is new; its folder is made if missing.

    Every commit is on the disk when it returns (WAL with ``synchronous=FULL``).
    """
    _make_file(path)
    with reported(path):
        connection = sqlite3.connect(
            path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is erased must be gone
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except BaseException:
            connection.close()
            raise
    return SqliteFile(path, Database(connection, execute_plugins=False))


def use_write_ahead_log(file: SqliteFile, *, patience_s: float = BUSY_TIMEOUT_S) -> None:
    """Let readers and one writer work at the same time.

    SQLite does not wait by itself when two processes switch a new file at once, so we do.
    """
    deadline = time.monotonic() + patience_s
    with file.read() as database:
        while True:
            try:
                database.execute("PRAGMA journal_mode = WAL").fetchone()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells this file from any other of the same name; None when there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # To close a file drops this process's locks on it, those of SQLite too: one that is there
        # is not opened here. https://sqlite.org/howtocorrupt.html, 2.2
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"the database {path}: it cannot be opened ({error.strerror}): check that its folder "
            "exists and that this user may write in it"
        ) from error
