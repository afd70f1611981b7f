"""Keep arXiv's pace over all processes of this machine."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from newsletter.stores.sqlite.connection import SqliteFile, open_file, use_write_ahead_log

MAX_HOLD_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pace:
    """Seconds of the wall clock: when it was last read, the next free slot, the end of a hold."""

    seen_at: float = 0.0
    free_at: float = 0.0
    held_until: float = 0.0

    def at(self, now: float) -> "_Pace":
        """Return the pace as of now; a clock that was set back takes the appointments along."""
        back = max(0.0, self.seen_at - now)
        return _Pace(seen_at=now, free_at=self.free_at - back, held_until=self.held_until - back)


class SqliteGate:
    """``ports.Gate`` in a SQLite file of its own, shared by processes and threads.

    The next free slot is reserved in a transaction; the wait for it is outside.
    """

    def __init__(
        self,
        path: Path | str,
        min_interval_s: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = Path(path)
        self._min_interval_s = min_interval_s
        self._sleep = sleep
        self._clock = clock
        self._opening = threading.Lock()
        self._file: SqliteFile | None = None

    def wait(self) -> None:
        """Return when the next request may start, and count it."""
        may_start = False
        while not may_start:
            slot, now = self._reserve()
            if slot > now:
                self._sleep(slot - now)
            may_start = self._held_until() <= slot

    def hold(self, seconds: float) -> None:
        """Let no request start for this long, at most an hour; those that wait are held too."""
        wanted_s = min(max(seconds, 0.0), MAX_HOLD_S)
        with self._open().write() as database:
            pace = self._read(database)
            held_until = max(pace.held_until, pace.seen_at + wanted_s)
            _write(database, replace(pace, held_until=held_until))

    def close(self) -> None:
        """Close the file; the next ``wait`` opens it again."""
        with self._opening:
            if self._file is not None:
                self._file.close()
            self._file = None

    def _reserve(self) -> tuple[float, float]:
        """Take the next free slot; return it and now, in seconds of the wall clock."""
        with self._open().write() as database:
            pace = self._read(database)
            slot = max(pace.seen_at, pace.free_at, pace.held_until)
            _write(database, replace(pace, free_at=slot + self._min_interval_s))
        return slot, pace.seen_at

    def _held_until(self) -> float:
        with self._open().read() as database:
            return self._read(database).held_until

    def _read(self, database: Database) -> _Pace:
        # The clock is read under the lock: otherwise a wait for it would look like a step back.
        row = database.execute("SELECT seen_at, free_at, held_until FROM pace").fetchone()
        pace = _Pace(seen_at=row[0], free_at=row[1], held_until=row[2]) if row else _Pace()
        return pace.at(self._clock())

    def _open(self) -> SqliteFile:
        with self._opening:
            if self._file is None:
                self._file = _open_gate(self._path)
            return self._file


def _open_gate(path: Path) -> SqliteFile:
    file = open_file(path)
    try:
        use_write_ahead_log(file)
        with file.write() as database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS pace (id INTEGER PRIMARY KEY CHECK (id = 1),"
                " seen_at REAL NOT NULL, free_at REAL NOT NULL, held_until REAL NOT NULL) STRICT"
            )
    except BaseException:
        file.close()
        raise
    return file


def _write(database: Database, pace: _Pace) -> None:
    database.execute(
        "INSERT OR REPLACE INTO pace (id, seen_at, free_at, held_until) VALUES (1, ?, ?, ?)",
        [pace.seen_at, pace.free_at, pace.held_until],
    )
