"""Where an address stands: its subscriber's state, its suppression, its pause, together."""

import sqlite3
from typing import Final

from sqlite_utils import Database

from newsletter.stores.sqlite.codec import DECODE_ERRORS, from_instant, to_instant
from newsletter.stores.sqlite.connection import SqliteFile
from newsletter.stores.sqlite.faults import damaged
from subscribers.address import mask
from subscribers.errors import SuppressedAddressError
from subscribers.model import Subscriber, SubscriberState
from subscribers.soft_bounces import SoftPause
from subscribers.suppression import Standing, Suppression, SuppressionReason

_MAY_GET_MAIL: Final = frozenset(
    {SubscriberState.PENDING, SubscriberState.ACTIVE, SubscriberState.PAUSED}
)


def read_standing(database: Database, address_hash: str, file: SqliteFile) -> Standing:
    """Read all three; raise ``StoreError`` when a row is damaged."""
    try:
        return Standing(
            state=_state(database, address_hash),
            suppression=_suppression(database, address_hash),
            pause=_pause(database, address_hash),
        )
    except DECODE_ERRORS as error:
        raise damaged(file.path, "what is known of an address", error) from error


def write_standing(
    database: Database, address_hash: str, before: Standing, after: Standing
) -> None:
    """Write what has changed; the subscriber gets its next revision."""
    if after.state is not None and after.state is not before.state:
        values = {"state": after.state.value, "hash": address_hash}
        database.execute(_SET_STATE, values)
    if after.suppression != before.suppression:
        _write_suppression(database, address_hash, after.suppression)
    if after.pause != before.pause:
        _write_pause(database, address_hash, after.pause)


def suppression_from_row(row: sqlite3.Row) -> Suppression:
    """Read a row of the table of suppressions."""
    before = row["state_before"]
    return Suppression(
        reason=SuppressionReason(row["reason"]),
        since=from_instant(row["since"]),
        state_before=SubscriberState(before) if before else None,
    )


def agree_with_suppression(database: Database, address_hash: str, subscriber: Subscriber) -> None:
    """Keep a record and the suppression of its address in step.

    A record that is SUPPRESSED, as an import can make one, suppresses its address.

    Raises:
        SuppressedAddressError: the address is suppressed, and the record would get mail.
    """
    is_suppressed = _suppression(database, address_hash) is not None
    if subscriber.state is SubscriberState.SUPPRESSED and not is_suppressed:
        by_hand = Suppression(reason=SuppressionReason.MANUAL, since=subscriber.created_at)
        _write_suppression(database, address_hash, by_hand)
    if is_suppressed and subscriber.state in _MAY_GET_MAIL:
        raise SuppressedAddressError(
            f"{mask(subscriber.address)} is suppressed and stays so: it bounced for good, its "
            "owner objected, or you suppressed it; see `newsletter suppression list`"
        )


def _state(database: Database, address_hash: str) -> SubscriberState | None:
    row = _first(database, "SELECT state FROM subscribers WHERE address_hash = :hash", address_hash)
    return SubscriberState(row["state"]) if row else None


def _suppression(database: Database, address_hash: str) -> Suppression | None:
    row = _first(database, _SUPPRESSION, address_hash)
    return suppression_from_row(row) if row else None


def _pause(database: Database, address_hash: str) -> SoftPause | None:
    row = _first(database, _PAUSE, address_hash)
    if row is None:
        return None
    return SoftPause(
        since=from_instant(row["since"]),
        until=from_instant(row["until"]),
        is_on=bool(row["is_on"]),
    )


def _write_suppression(
    database: Database, address_hash: str, suppression: Suppression | None
) -> None:
    if suppression is None:
        database.execute(
            "DELETE FROM suppressions WHERE address_hash = :hash", {"hash": address_hash}
        )
        return
    before = suppression.state_before
    values = {
        "hash": address_hash,
        "reason": suppression.reason.value,
        "since": to_instant(suppression.since),
        "state_before": before.value if before else None,
    }
    database.execute(_SET_SUPPRESSION, values)


def _write_pause(database: Database, address_hash: str, pause: SoftPause | None) -> None:
    if pause is None:
        database.execute(
            "DELETE FROM bounce_pauses WHERE address_hash = :hash", {"hash": address_hash}
        )
        return
    values = {
        "hash": address_hash,
        "since": to_instant(pause.since),
        "until": to_instant(pause.until),
        "is_on": int(pause.is_on),
    }
    database.execute(_SET_PAUSE, values)


def _first(database: Database, sql: str, address_hash: str) -> sqlite3.Row | None:
    cursor = database.execute(sql, {"hash": address_hash})
    cursor.row_factory = sqlite3.Row
    row: sqlite3.Row | None = cursor.fetchone()
    return row


# A pause with an end is the reader's own, though it was begun during ours.
_PAUSE: Final = """
    SELECT since, until, is_on AND paused_until IS NULL AS is_on
    FROM bounce_pauses LEFT JOIN subscribers USING (address_hash) WHERE address_hash = :hash
"""
_SUPPRESSION: Final = "SELECT * FROM suppressions WHERE address_hash = :hash"
_SET_STATE: Final = """
    UPDATE subscribers SET state = :state, revision = revision + 1 WHERE address_hash = :hash
"""
_SET_SUPPRESSION: Final = """
    INSERT OR REPLACE INTO suppressions (address_hash, reason, since, state_before)
    VALUES (:hash, :reason, :since, :state_before)
"""
_SET_PAUSE: Final = """
    INSERT OR REPLACE INTO bounce_pauses (address_hash, since, until, is_on)
    VALUES (:hash, :since, :until, :is_on)
"""
