"""Local hours, and what of an announcement day is done, in SQLite."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlite_utils import Database

from newsletter.model.slot import LocalHour, Slot
from newsletter.slot_ports import ReaderPage
from newsletter.stores.sqlite.codec import to_instant
from newsletter.stores.sqlite.connection import SqliteFile
from newsletter.stores.sqlite.subscribers import subscriber_from_row


class SqliteSlots:
    """``slot_ports.SlotStore`` on one SQLite file."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def hours(self) -> tuple[LocalHour, ...]:
        """Return the local hours of all ACTIVE readers, in order."""
        rows = self._file.rows(_HOURS)
        return tuple(LocalHour(timezone=row["timezone"], hour=row["local_hour"]) for row in rows)

    def readers_in(self, hour: LocalHour, *, after: str | None = None, limit: int) -> ReaderPage:
        """Return up to ``limit`` ACTIVE readers of an hour, ordered by id."""
        values = {
            "timezone": hour.timezone,
            "hour": hour.hour,
            "after": after or "",
            "limit": limit + 1,
        }
        rows = self._file.rows(_READERS, values)
        readers = tuple(subscriber_from_row(row, self._file) for row in rows[:limit])
        return ReaderPage(readers, readers[-1].id if len(rows) > limit else None)

    def set_ready(self, issue_id: str, bundle: str) -> None:
        """Note that an issue may be sent, and the name of its bundle."""
        with self._file.write() as database:
            database.execute(_SET_READY, {"issue": issue_id, "bundle": bundle})

    def ready(self, issue_id: str) -> str | None:
        """Return the name of an issue's bundle; None while it may not be sent."""
        row = self._file.first("SELECT bundle FROM ready WHERE issue_id = :id", {"id": issue_id})
        return None if row is None else str(row["bundle"])

    def note_progress(self, slot: Slot, *, after: str | None) -> None:
        """Note that a slot was planned up to ``after`` of its readers; None is all of them."""
        values = {
            "announced_on": slot.announced_on.isoformat(),
            "timezone": slot.hour.timezone,
            "hour": slot.hour.hour,
            "local_on": slot.local_on.isoformat(),
            "after": after,
        }
        with self._file.write() as database:
            database.execute(_NOTE, values)

    def progress(self, announced_on: date) -> Mapping[Slot, str | None]:
        """Return the slots of an announcement day that were begun, and up to where."""
        rows = self._file.rows(_PROGRESS, {"announced_on": announced_on.isoformat()})
        return {
            Slot(
                announced_on=announced_on,
                hour=LocalHour(timezone=row["timezone"], hour=row["hour"]),
                local_on=date.fromisoformat(row["local_on"]),
            ): row["after_reader"]
            for row in rows
        }

    def lock(self, name: str, *, now: datetime, until: datetime) -> bool:
        """Take the lock of this name until an instant; False when somebody has it."""
        values = {"name": name, "now": to_instant(now), "until": to_instant(until)}
        with self._file.write() as database:
            return database.execute(_LOCK, values).rowcount == 1

    def unlock(self, name: str, *, until: datetime) -> None:
        """Give back the lock that was taken with just this ``until``."""
        with self._file.write() as database:
            database.execute(_UNLOCK, {"name": name, "until": to_instant(until)})

    def forget(self, before: date) -> int:
        """Delete what is noted about slots of announcement days before this; return how many."""
        with self._file.write() as database:
            return database.execute(_FORGET, {"before": before.isoformat()}).rowcount


def create_slot_tables(database: Database) -> None:
    """Make the tables, and the index by which the readers of an hour are found.

    ``local_hour`` is what ``model.slot.local_hour_of`` says.
    """
    database.execute("""
        ALTER TABLE subscribers ADD COLUMN local_hour INTEGER GENERATED ALWAYS AS (
            (CAST(substr(json_extract(cadence, '$.send_at'), 1, 2) AS INTEGER)
             + (substr(json_extract(cadence, '$.send_at'), 3) > ':00:00')) % 24
        ) VIRTUAL
    """)
    database.execute("""
        CREATE INDEX subscribers_by_hour ON subscribers (timezone, local_hour, id)
        WHERE state = 'active'
    """)
    database.execute("""
        CREATE TABLE ready (issue_id TEXT PRIMARY KEY, bundle TEXT NOT NULL) STRICT, WITHOUT ROWID
    """)
    database.execute("""
        CREATE TABLE slots (
            announced_on TEXT NOT NULL, timezone TEXT NOT NULL, hour INTEGER NOT NULL,
            local_on TEXT NOT NULL, after_reader TEXT, -- null: all of its readers
            PRIMARY KEY (announced_on, timezone, hour, local_on)
        ) STRICT, WITHOUT ROWID
    """)
    database.execute("""
        CREATE TABLE locks (name TEXT PRIMARY KEY, until TEXT NOT NULL) STRICT, WITHOUT ROWID
    """)


_HOURS: Final = """
    SELECT DISTINCT timezone, local_hour FROM subscribers WHERE state = 'active'
    ORDER BY timezone, local_hour
"""
_READERS: Final = """
    SELECT * FROM subscribers
    WHERE state = 'active' AND timezone = :timezone AND local_hour = :hour AND id > :after
    ORDER BY id LIMIT :limit
"""
_SET_READY: Final = "INSERT OR REPLACE INTO ready (issue_id, bundle) VALUES (:issue, :bundle)"
_NOTE: Final = """
    INSERT OR REPLACE INTO slots (announced_on, timezone, hour, local_on, after_reader)
    VALUES (:announced_on, :timezone, :hour, :local_on, :after)
"""
_PROGRESS: Final = "SELECT * FROM slots WHERE announced_on = :announced_on"
_LOCK: Final = """
    INSERT INTO locks (name, until) VALUES (:name, :until)
    ON CONFLICT (name) DO UPDATE SET until = :until WHERE locks.until <= :now
"""
_UNLOCK: Final = "DELETE FROM locks WHERE name = :name AND until = :until"
_FORGET: Final = "DELETE FROM slots WHERE announced_on < :before"
