"""What came back about mails, in SQLite: first kept, then applied, each in one transaction."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlite_utils import Database

from newsletter.model import DeliveryEvent, DeliveryState, UnreadableEvent
from newsletter.ports import JudgeDelivery, JudgeReader
from newsletter.stores.sqlite import event_rows as rows
from newsletter.stores.sqlite.codec import from_instant_or_none, to_instant
from newsletter.stores.sqlite.connection import SqliteFile
from newsletter.stores.sqlite.event_deliveries import change_delivery, events_of, waiting_deliveries
from newsletter.stores.sqlite.standings import read_standing, write_standing
from subscribers.address import keyed_hash, parse
from subscribers.errors import InvalidAddressError
from subscribers.suppression import Standing

MAX_UNREADABLE: Final = 1_000
MAX_EVENTS_OF_ADDRESS: Final = 1_000
MAX_EARLY: Final = timedelta(days=1)
FORGET_AT_ONCE: Final = 10_000


class SqliteEvents:
    """``ports.EventStore`` on one SQLite file."""

    def __init__(self, file: SqliteFile, *, address_key: bytes) -> None:
        self._file = file
        self._address_key = address_key

    def keep(
        self, events: Sequence[DeliveryEvent], *, received_at: datetime
    ) -> tuple[DeliveryEvent, ...]:
        """Write the events in one transaction; return those that were not there yet."""
        new = []
        with self._file.write() as database:
            for event in events:
                row = rows.event_to_row(event, received_at=received_at, max_early=MAX_EARLY)
                written = database.execute(rows.INSERT_EVENT, row).fetchall()
                if written:
                    new.append(event)
                    self._keep_recipients(database, event, written[0][0])
        return tuple(new)

    def set_aside(self, unreadable: Sequence[UnreadableEvent]) -> None:
        """Keep what could not be understood; repetitions are counted, the oldest forgotten."""
        with self._file.write() as database:
            for each in unreadable:
                database.execute(rows.INSERT_UNREADABLE, rows.unreadable_to_row(each))
            database.execute(rows.TRIM_UNREADABLE, {"keep": MAX_UNREADABLE})

    def unreadable(self) -> tuple[UnreadableEvent, ...]:
        """Return what was set aside, the newest first."""
        found = self._file.rows("SELECT * FROM unreadable_events ORDER BY last_at DESC, sha256")
        return tuple(rows.unreadable_from_row(row, self._file) for row in found)

    def apply_to_readers(
        self, judge: JudgeReader, *, limit: int = 500
    ) -> tuple[tuple[Standing, Standing], ...]:
        """Judge up to ``limit`` addresses that new events speak of, in one transaction."""
        with self._file.write() as database:
            found = database.execute(_NEW_ADDRESSES, {"limit": limit}).fetchall()
            return tuple(self._judge_reader(database, row[0], judge) for row in found)

    def apply_to_deliveries(
        self, judge: JudgeDelivery, *, limit: int = 500, only_new: bool = False
    ) -> tuple[tuple[DeliveryState, DeliveryState], ...]:
        """Judge up to ``limit`` deliveries that waiting events speak of, in one transaction."""
        changes = []
        with self._file.write() as database:
            waiting = waiting_deliveries(database, self._file, limit=limit, only_new=only_new)
            for delivery in waiting:
                change = judge(delivery, events_of(database, delivery, self._file))
                change_delivery(database, delivery, change, self._file)
                changes.append((delivery.state, change.state if change else delivery.state))
            if len(waiting) < limit:
                database.execute("UPDATE events SET waits = 2 WHERE waits > 0 AND waits = 1")
        return tuple(changes)

    def end_pauses(
        self, now: datetime, end: Callable[[Standing], Standing], *, limit: int = 500
    ) -> int:
        """Judge up to ``limit`` readers whose pause for bounces is over; return how many."""
        values = {"now": to_instant(now), "limit": limit}
        with self._file.write() as database:
            found = database.execute(_PAUSES_OVER, values).fetchall()
            for (address_hash,) in found:
                before = read_standing(database, address_hash, self._file)
                write_standing(database, address_hash, before, end(before))
                database.execute(_PAUSE_ENDED, {"address_hash": address_hash})
        return len(found)

    def count_waiting(self) -> int:
        """Count the events whose delivery is not known, or not settled, yet."""
        row = self._file.first("SELECT count(*) AS n FROM events WHERE waits > 0")
        return int(row["n"]) if row else 0

    def was_kept(self, delivery_id: str) -> bool:
        """Tell whether any event of this delivery came in."""
        sql = "SELECT 1 FROM events WHERE delivery_id = :id LIMIT 1"
        return self._file.first(sql, {"id": delivery_id}) is not None

    def last_received_at(self) -> datetime | None:
        """Return when the last event came in: the proof that the stream is alive."""
        row = self._file.first("SELECT max(received_at) AS at FROM events")
        return from_instant_or_none(row["at"]) if row else None

    def forget(self, before: datetime, *, quiet_before: datetime) -> int:
        """Delete old events, and those that speak of no trouble sooner; return how many."""
        values: dict[str, str | int] = {
            "before": to_instant(before),
            "quiet_before": to_instant(max(before, quiet_before)),
            "limit": FORGET_AT_ONCE,
        }
        return self._delete_all(_FORGET_OLD, values) + self._delete_all(_FORGET_QUIET, values)

    def _delete_all(self, sql: str, values: Mapping[str, str | int]) -> int:
        """Delete a portion at a time, so that nobody waits long for the lock."""
        total = 0
        while True:
            with self._file.write() as database:
                deleted = database.execute(sql, dict(values)).rowcount
            total += deleted
            if deleted < FORGET_AT_ONCE:
                return total

    def _keep_recipients(self, database: Database, event: DeliveryEvent, event_id: int) -> None:
        """Keep who it is about; what is no address of ours can be nobody's."""
        for recipient in event.recipients:
            try:
                address_hash = keyed_hash(parse(recipient.address), self._address_key)
            except InvalidAddressError:
                continue
            values = {"address_hash": address_hash, "event_id": event_id}
            database.execute(rows.INSERT_RECIPIENT, values)

    def _judge_reader(
        self, database: Database, address_hash: str, judge: JudgeReader
    ) -> tuple[Standing, Standing]:
        values = {"address_hash": address_hash, "limit": MAX_EVENTS_OF_ADDRESS}
        cursor = database.execute(_EVENTS_OF_ADDRESS, values)
        cursor.row_factory = sqlite3.Row
        kept = [rows.kept_from_row(row, self._file) for row in cursor.fetchall()]
        before = read_standing(database, address_hash, self._file)
        after = judge(before, kept)
        write_standing(database, address_hash, before, after)
        database.execute(_ALL_APPLIED, {"address_hash": address_hash})
        return before, after


_NEW_ADDRESSES: Final = """
    SELECT DISTINCT address_hash FROM event_recipients WHERE is_new = 1
    ORDER BY address_hash LIMIT :limit
"""
# New ones first: none of them may be missed, however many old ones there are.
_EVENTS_OF_ADDRESS: Final = """
    SELECT events.*, is_new FROM event_recipients JOIN events ON id = event_id
    WHERE address_hash = :address_hash ORDER BY is_new DESC, at DESC, key LIMIT :limit
"""
_ALL_APPLIED: Final = """
    UPDATE event_recipients SET is_new = 0 WHERE address_hash = :address_hash AND is_new = 1
"""
_PAUSES_OVER: Final = """
    SELECT address_hash FROM bounce_pauses WHERE is_on = 1 AND until <= :now
    ORDER BY until LIMIT :limit
"""
_PAUSE_ENDED: Final = "UPDATE bounce_pauses SET is_on = 0 WHERE address_hash = :address_hash"
_FORGET_OLD: Final = """
    DELETE FROM events WHERE id IN (
        SELECT id FROM events WHERE received_at < :before ORDER BY received_at LIMIT :limit
    )
"""
# A delivery may only be forgotten when no bounce is left that it says something about.
_FORGET_QUIET: Final = """
    DELETE FROM events WHERE id IN (
        SELECT id FROM events WHERE received_at < :quiet_before
        AND kind IN ('sent', 'delayed', 'delivered') AND NOT EXISTS (
            SELECT 1 FROM event_recipients AS ours
            JOIN event_recipients AS others USING (address_hash)
            JOIN events AS bounces ON bounces.id = others.event_id
            WHERE ours.event_id = events.id AND bounces.kind = 'bounced'
        ) LIMIT :limit
    )
"""
