"""Readers and what proves their wishes in SQLite: written together, erased together."""

import json
import sqlite3
from datetime import datetime
from functools import partial
from typing import Final

from sqlite_utils import Database

from newsletter.stores.sqlite.codec import from_instant, to_instant
from newsletter.stores.sqlite.connection import SqliteFile
from newsletter.stores.sqlite.group_commit import GroupCommit
from newsletter.stores.sqlite.notices import SqliteNotices
from newsletter.stores.sqlite.subscribers import SqliteSubscribers, subscriber_from_row
from newsletter.stores.sqlite.suppressions import SqliteSuppressions
from subscribers.changes import ReaderChange
from subscribers.consent import ConsentAct, ConsentEntry, Evidence
from subscribers.model import Subscriber
from subscribers.privacy import Received
from subscribers.suppression import SuppressionReason


class SqliteReaders:
    """``subscribers.ports.ReaderStore`` on one SQLite file."""

    def __init__(
        self,
        file: SqliteFile,
        *,
        subscribers: SqliteSubscribers,
        suppressions: SqliteSuppressions,
        notices: SqliteNotices,
    ) -> None:
        self._file = file
        self._subscribers = subscribers
        self._suppressions = suppressions
        self._notices = notices
        self._commits = GroupCommit(file)

    def apply(self, change: ReaderChange) -> Subscriber:
        """Write the record, its consent entry and its notices, all or nothing."""
        return self._commits.run(partial(self._apply, change))

    def consents(self, subscriber_id: str) -> tuple[ConsentEntry, ...]:
        """Return the log of one reader, oldest first."""
        rows = self._file.rows(_CONSENTS, {"reader": subscriber_id})
        return tuple(map(_entry, rows))

    def received(self, subscriber_id: str, *, limit: int) -> tuple[Received, ...]:
        """Return the last issues that were meant for a reader, newest first."""
        rows = self._file.rows(_RECEIVED, {"reader": subscriber_id, "limit": limit})
        return tuple(
            Received(
                issue_id=row["issue_id"],
                state=row["state"],
                papers=tuple(pick[0] for pick in json.loads(row["picks"])),
            )
            for row in rows
        )

    def erase(self, subscriber_id: str, entry: ConsentEntry) -> None:
        """Forget a reader; what stays is the keyed hash of the address, suppressed as ERASED."""
        with self._file.write() as database:
            subscriber = self._subscribers.get(subscriber_id)
            if subscriber is None:
                return
            self._subscribers.remove(subscriber_id)
            self._suppressions.suppress(subscriber.address, SuppressionReason.ERASED, now=entry.at)
            _log(database, entry)
            for statement in _FORGET_READER:
                database.execute(statement, {"reader": subscriber_id})
        self._truncate_log()

    def due_to_resume(self, *, limit: int) -> tuple[Subscriber, ...]:
        """Return paused readers whose pause has an end, the earliest end first."""
        rows = self._file.rows(_TO_RESUME, {"limit": limit})
        return tuple(subscriber_from_row(row, self._file) for row in rows)

    def forget_unconfirmed(self, before: datetime) -> int:
        """Delete those who asked before an instant and never confirmed; return how many."""
        with self._file.write() as database:
            return database.execute(_FORGET_UNCONFIRMED, {"before": to_instant(before)}).rowcount

    def _apply(self, change: ReaderChange) -> Subscriber:
        with self._file.write() as database:
            saved = self._written(change)
            if change.entry is not None:
                _log(database, change.entry)
            for notice in change.notices:
                self._notices.queue(notice)
        return saved

    def _written(self, change: ReaderChange) -> Subscriber:
        if not change.is_new:
            return self._subscribers.save(change.subscriber)
        self._subscribers.add(change.subscriber)
        return change.subscriber

    def _truncate_log(self) -> None:
        """Empty SQLite's own log, which still holds the pages as they were before."""
        with self._file.read() as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _log(database: Database, entry: ConsentEntry) -> None:
    values = {
        "reader": entry.subscriber_id,
        "act": entry.act.value,
        "at": to_instant(entry.at),
        "page": entry.evidence.page,
        "wording": entry.evidence.wording,
        "network": entry.evidence.network,
    }
    database.execute(_LOG, values)


def _entry(row: sqlite3.Row) -> ConsentEntry:
    return ConsentEntry(
        subscriber_id=row["subscriber_id"],
        act=ConsentAct(row["act"]),
        at=from_instant(row["at"]),
        evidence=Evidence(page=row["page"], wording=row["wording"], network=row["network"]),
    )


_LOG: Final = """
    INSERT INTO consents (subscriber_id, act, at, page, wording, network)
    VALUES (:reader, :act, :at, :page, :wording, :network)
"""
_CONSENTS: Final = "SELECT * FROM consents WHERE subscriber_id = :reader ORDER BY number"
_RECEIVED: Final = """
    SELECT issue_id, deliveries.state, picks FROM deliveries
    JOIN issues ON issues.id = issue_id
    WHERE subscriber_id = :reader ORDER BY issues.last_on DESC, issue_id DESC LIMIT :limit
"""
_FORGET_READER: Final = (
    "DELETE FROM feedback WHERE subscriber_id = :reader",
    "DELETE FROM moves WHERE subscriber_id = :reader",
    "DELETE FROM notices WHERE subscriber_id = :reader",
    "DELETE FROM shown WHERE subscriber_id = :reader",
    "UPDATE deliveries SET picks = '[]' WHERE subscriber_id = :reader",
    "UPDATE consents SET network = '' WHERE subscriber_id = :reader",
)
_TO_RESUME: Final = """
    SELECT * FROM subscribers WHERE paused_until IS NOT NULL AND state = 'paused'
    ORDER BY paused_until LIMIT :limit
"""
_FORGET_UNCONFIRMED: Final = """
    DELETE FROM subscribers WHERE state = 'pending' AND NOT EXISTS (
        SELECT 1 FROM consents
        WHERE consents.subscriber_id = subscribers.id AND consents.at >= :before
    ) AND created_at < :before
"""
