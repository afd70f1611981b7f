"""Events as rows: who it is about as a keyed hash only, and nothing of what servers wrote."""

import sqlite3
from datetime import datetime, timedelta
from typing import Any, Final

from newsletter.model import BounceType, DeliveryEvent, EventKind, KeptEvent, UnreadableEvent
from newsletter.stores.event_words import kept_word
from newsletter.stores.sqlite.codec import DECODE_ERRORS, from_instant, to_instant, to_text
from newsletter.stores.sqlite.connection import SqliteFile
from newsletter.stores.sqlite.faults import damaged

INSERT_EVENT: Final = """
    INSERT INTO events (key, kind, at, received_at, provider_id, delivery_id, issue_id, attempt,
        bounce_type, subtype, feedback_type, waits)
    VALUES (:key, :kind, :at, :received_at, :provider_id, :delivery_id, :issue_id, :attempt,
        :bounce_type, :subtype, :feedback_type, 1) ON CONFLICT DO NOTHING RETURNING id
"""
INSERT_RECIPIENT: Final = """
    INSERT INTO event_recipients (event_id, address_hash, is_new)
    VALUES (:event_id, :address_hash, 1) ON CONFLICT DO NOTHING
"""
INSERT_UNREADABLE: Final = """
    INSERT INTO unreadable_events (sha256, why, excerpt, first_at, last_at, times)
    VALUES (:sha256, :why, :excerpt, :first_at, :last_at, :times)
    ON CONFLICT DO UPDATE SET times = times + excluded.times,
        first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)
"""
TRIM_UNREADABLE: Final = """
    DELETE FROM unreadable_events WHERE sha256 IN (
        SELECT sha256 FROM unreadable_events ORDER BY last_at DESC, sha256 LIMIT -1 OFFSET :keep
    )
"""


def event_to_row(
    event: DeliveryEvent, *, received_at: datetime, max_early: timedelta
) -> dict[str, Any]:
    """Write an event as columns; nothing can have happened long after it was received."""
    at = event.at if event.at - received_at <= max_early else received_at
    return {
        "key": to_text(event.key),
        "kind": event.kind.value,
        "at": to_instant(at),
        "received_at": to_instant(received_at),
        "provider_id": to_text(event.provider_id),
        "delivery_id": event.delivery_id,
        "issue_id": event.issue_id,
        "attempt": event.attempt,
        "bounce_type": event.bounce_type.value if event.bounce_type else None,
        "subtype": kept_word(event.subtype),
        "feedback_type": kept_word(event.feedback_type),
    }


def event_from_row(row: sqlite3.Row, file: SqliteFile) -> DeliveryEvent:
    """Read an event; raise ``StoreError`` when the row is damaged."""
    try:
        bounce_type = row["bounce_type"]
        return DeliveryEvent(
            kind=EventKind(row["kind"]),
            key=row["key"],
            at=from_instant(row["at"]),
            provider_id=row["provider_id"],
            delivery_id=row["delivery_id"],
            issue_id=row["issue_id"],
            attempt=row["attempt"],
            bounce_type=BounceType(bounce_type) if bounce_type else None,
            subtype=row["subtype"],
            feedback_type=row["feedback_type"],
        )
    except DECODE_ERRORS as error:
        raise damaged(file.path, "an event", error) from error


def kept_from_row(row: sqlite3.Row, file: SqliteFile) -> KeptEvent:
    """Read an event with its ``is_new``."""
    return KeptEvent(event=event_from_row(row, file), is_new=bool(row["is_new"]))


def unreadable_to_row(unreadable: UnreadableEvent) -> dict[str, Any]:
    """Write what was set aside as columns."""
    return {
        "sha256": unreadable.sha256,
        "why": to_text(unreadable.why),
        "excerpt": to_text(unreadable.excerpt),
        "first_at": to_instant(unreadable.first_at),
        "last_at": to_instant(unreadable.last_at),
        "times": unreadable.times,
    }


def unreadable_from_row(row: sqlite3.Row, file: SqliteFile) -> UnreadableEvent:
    """Read what ``unreadable_to_row`` wrote."""
    try:
        return UnreadableEvent(
            sha256=row["sha256"],
            why=row["why"],
            excerpt=row["excerpt"],
            first_at=from_instant(row["first_at"]),
            last_at=from_instant(row["last_at"]),
            times=row["times"],
        )
    except DECODE_ERRORS as error:
        raise damaged(file.path, "an unreadable event", error) from error
