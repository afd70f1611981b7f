"""Bring the word of the events into the ledger's rows."""

import sqlite3
from typing import Any, Final

from sqlite_utils import Database

from newsletter.model import Delivery, DeliveryChange, DeliveryEvent, DeliveryState
from newsletter.stores.sqlite.codec import to_instant
from newsletter.stores.sqlite.connection import SqliteFile
from newsletter.stores.sqlite.event_rows import event_from_row
from newsletter.stores.sqlite.ledger_rows import delivery_from_row

SHOWN: Final = frozenset(
    {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.DELAYED, DeliveryState.COMPLAINED}
)
"""States of a mail that its reader got, or will; papers of others may be in the next one."""


def waiting_deliveries(
    database: Database, file: SqliteFile, *, limit: int, only_new: bool
) -> list[Delivery]:
    """Return deliveries that waiting events speak of, and that nobody is sending right now."""
    found = _rows(database, _WAITING, {"limit": limit, "most": 1 if only_new else 2})
    return [delivery_from_row(row, file) for row in found]


def events_of(
    database: Database, delivery: Delivery, file: SqliteFile
) -> tuple[DeliveryEvent, ...]:
    """Return all events of a delivery."""
    values = {"id": delivery.id, "provider_id": delivery.provider_id}
    return tuple(event_from_row(row, file) for row in _rows(database, _EVENTS, values))


def change_delivery(
    database: Database, delivery: Delivery, change: DeliveryChange | None, file: SqliteFile
) -> None:
    """Write what the events made of a delivery; they wait no longer."""
    if change is not None:
        _write(database, delivery, change)
        if change.state in SHOWN:
            _mark_shown(database, delivery)
        elif delivery.state in SHOWN:
            _take_back(database, delivery, file)
    values = {"id": delivery.id, "provider_id": delivery.provider_id}
    database.execute(_WAIT_NO_LONGER, values)


def _write(database: Database, delivery: Delivery, change: DeliveryChange) -> None:
    values = {
        "id": delivery.id,
        "state": change.state.value,
        "reason": change.reason,
        "provider_id": change.provider_id,
        "accepted_at": to_instant(change.accepted_at),
    }
    database.execute(_CHANGE, values)


def _mark_shown(database: Database, delivery: Delivery) -> None:
    picks = [(delivery.subscriber_id, pick.paper_id, delivery.id) for pick in delivery.picks]
    database.conn.executemany(_SHOW, picks)


def _take_back(database: Database, delivery: Delivery, file: SqliteFile) -> None:
    """Let papers of a mail that was lost be shown again, unless another mail has shown them."""
    database.execute("DELETE FROM shown WHERE delivery_id = :id", {"id": delivery.id})
    values = {"subscriber_id": delivery.subscriber_id}
    for row in _rows(database, _OF_SUBSCRIBER, values):
        other = delivery_from_row(row, file)
        if other.state in SHOWN:
            _mark_shown(database, other)


def _rows(database: Database, sql: str, values: dict[str, Any]) -> list[sqlite3.Row]:
    cursor = database.execute(sql, values)
    cursor.row_factory = sqlite3.Row
    return cursor.fetchall()


_SHOW: Final = """
    INSERT INTO shown (subscriber_id, paper_id, delivery_id) VALUES (?, ?, ?)
    ON CONFLICT DO NOTHING
"""
_OF_SUBSCRIBER: Final = """
    SELECT * FROM deliveries WHERE subscriber_id = :subscriber_id ORDER BY id
"""
_WAITING: Final = """
    SELECT * FROM deliveries WHERE id IN (
        SELECT deliveries.id FROM events JOIN deliveries ON deliveries.id = events.delivery_id
        WHERE waits > 0 AND waits <= :most AND state != 'sending'
        UNION
        SELECT deliveries.id FROM events
        JOIN deliveries ON deliveries.provider_id = events.provider_id
        WHERE waits > 0 AND waits <= :most AND events.delivery_id IS NULL
            AND state != 'sending'
        LIMIT :limit
    ) ORDER BY id
"""
_EVENTS: Final = """
    SELECT * FROM events WHERE delivery_id = :id
    UNION ALL
    SELECT * FROM events WHERE provider_id = :provider_id AND delivery_id IS NULL
    LIMIT 10000
"""
_WAIT_NO_LONGER: Final = """
    UPDATE events SET waits = 0 WHERE waits > 0 AND (
        delivery_id = :id OR (provider_id = :provider_id AND delivery_id IS NULL)
    )
"""
_CHANGE: Final = """
    UPDATE deliveries SET state = :state, reason = :reason, lease_until = NULL,
        provider_id = coalesce(provider_id, :provider_id),
        accepted_at = min(coalesce(accepted_at, :accepted_at), :accepted_at)
    WHERE id = :id
"""
