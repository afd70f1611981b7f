"""Keep one sending rate over all processes of this machine."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from newsletter.model.pacing import Pacing
from newsletter.stores.sqlite.connection import SqliteFile, open_file, use_write_ahead_log


class SqlitePace:
    """``ports.SendPace`` in a SQLite file of its own, shared by processes and threads.

    The clock must be one for all processes, and never go back while the machine runs.
    """

    def __init__(self, path: Path | str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = Path(path)
        self._clock = clock
        self._opening = threading.Lock()
        self._file: SqliteFile | None = None

    def reserve(self, count: int, *, per_second: float) -> tuple[float, ...]:
        """Reserve the next moments for ``count`` mails; return the seconds until each."""
        with self._open().write() as database:
            pacing, waits = self._read(database).reserve(count, per_second=per_second)
            _write(database, pacing)
        late_s = self._clock() - pacing.seen_at
        return tuple(max(0.0, wait - late_s) for wait in waits)

    def slow_down(self) -> None:
        """Halve the rate for everybody; it recovers step by step."""
        with self._open().write() as database:
            _write(database, self._read(database).slow_down())

    def close(self) -> None:
        """Close the file; the next ``reserve`` opens it again."""
        with self._opening:
            if self._file is not None:
                self._file.close()
            self._file = None

    def _read(self, database: Database) -> Pacing:
        # The clock is read under the lock: otherwise a wait for it would look like a step back.
        now = self._clock()
        row = database.execute(_READ).fetchone()
        if row is None:
            return Pacing(seen_at=now)
        seen_at, free_at, share, slowed_at = row
        return Pacing(seen_at=seen_at, free_at=free_at, share=share, slowed_at=slowed_at).at(now)

    def _open(self) -> SqliteFile:
        with self._opening:
            if self._file is None:
                self._file = _open_pace(self._path)
            return self._file


def _open_pace(path: Path) -> SqliteFile:
    file = open_file(path)
    try:
        use_write_ahead_log(file)
        with file.write() as database:
            database.execute(_TABLE)
        # Nothing here must outlive the machine: what is lost with it is a moment's wait.
        with file.read() as database:
            database.execute("PRAGMA synchronous = OFF")
    except BaseException:
        file.close()
        raise
    return file


def _write(database: Database, pacing: Pacing) -> None:
    values = [pacing.seen_at, pacing.free_at, pacing.share, pacing.slowed_at]
    database.execute(_WRITE, values)


_TABLE: Final = """
    CREATE TABLE IF NOT EXISTS send_pace (
        id INTEGER PRIMARY KEY CHECK (id = 1), seen_at REAL NOT NULL, free_at REAL NOT NULL,
        share REAL NOT NULL, slowed_at REAL
    ) STRICT
"""
_READ: Final = "SELECT seen_at, free_at, share, slowed_at FROM send_pace"
_WRITE: Final = """
    INSERT OR REPLACE INTO send_pace (id, seen_at, free_at, share, slowed_at)
    VALUES (1, ?, ?, ?, ?)
"""
