"""The tables of what comes back, and of who gets no more mail."""

from typing import Final

from sqlite_utils import Database

_TABLES: Final = """
    CREATE TABLE events (
        id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL, at TEXT NOT NULL, received_at TEXT NOT NULL,
        provider_id TEXT NOT NULL, delivery_id TEXT, issue_id TEXT, attempt INTEGER,
        bounce_type TEXT, subtype TEXT, feedback_type TEXT,
        waits INTEGER NOT NULL -- for its delivery. 0: applied, 1: not tried yet, 2: tried in vain
    ) STRICT;
    CREATE INDEX events_by_delivery ON events (delivery_id) WHERE delivery_id IS NOT NULL;
    CREATE INDEX events_by_mail ON events (provider_id) WHERE delivery_id IS NULL;
    CREATE INDEX events_by_age ON events (received_at);
    CREATE INDEX events_waiting ON events (waits, delivery_id) WHERE waits > 0;

    CREATE TABLE event_recipients (
        event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
        address_hash TEXT NOT NULL,
        is_new INTEGER NOT NULL, -- 1: not applied to the reader yet
        PRIMARY KEY (event_id, address_hash)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX event_recipients_by_address ON event_recipients (address_hash);
    CREATE INDEX event_recipients_new ON event_recipients (address_hash) WHERE is_new = 1;

    CREATE TABLE suppressions (
        address_hash TEXT PRIMARY KEY, reason TEXT NOT NULL, since TEXT NOT NULL,
        state_before TEXT -- of the subscriber; null: nobody had the address
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE bounce_pauses (
        address_hash TEXT PRIMARY KEY, since TEXT NOT NULL, until TEXT NOT NULL,
        is_on INTEGER NOT NULL -- 1: the subscriber is paused by it
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX bounce_pauses_on ON bounce_pauses (until) WHERE is_on = 1;

    CREATE TABLE unreadable_events (
        sha256 TEXT PRIMARY KEY, why TEXT NOT NULL, excerpt TEXT NOT NULL,
        first_at TEXT NOT NULL, last_at TEXT NOT NULL, times INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX unreadable_events_by_age ON unreadable_events (last_at);

    CREATE INDEX deliveries_by_provider ON deliveries (provider_id)
        WHERE provider_id IS NOT NULL;
    CREATE INDEX deliveries_by_subscriber ON deliveries (subscriber_id);

    INSERT INTO suppressions (address_hash, reason, since, state_before)
        SELECT address_hash, 'manual', created_at, NULL FROM subscribers
        WHERE state = 'suppressed';
"""


def create_event_tables(database: Database) -> None:
    """Make the tables; readers who are suppressed already are taken over."""
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            database.execute(statement)
