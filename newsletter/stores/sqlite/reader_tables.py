"""Tables of what readers do by links: consents, notices, moves, votes."""

from sqlite_utils import Database


def create_reader_tables(database: Database) -> None:
    """Make the tables; addresses stand in them only until their mail is sent."""
    database.execute("ALTER TABLE subscribers ADD COLUMN paused_until TEXT")
    database.execute("""
        CREATE INDEX subscribers_to_resume ON subscribers (paused_until)
        WHERE paused_until IS NOT NULL
    """)
    database.execute("""
        CREATE TABLE consents (
            number INTEGER PRIMARY KEY, subscriber_id TEXT NOT NULL,
            act TEXT NOT NULL, at TEXT NOT NULL,
            page TEXT NOT NULL, wording TEXT NOT NULL, network TEXT NOT NULL
        ) STRICT
    """)
    database.execute("CREATE INDEX consents_by_reader ON consents (subscriber_id, number)")
    database.execute("""
        CREATE TABLE notices (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, subscriber_id TEXT,
            address_hash TEXT NOT NULL, address TEXT, detail TEXT NOT NULL,
            requested_at TEXT NOT NULL, state TEXT NOT NULL, claimed_at TEXT, reason TEXT NOT NULL
        ) STRICT
    """)
    database.execute("CREATE INDEX notices_by_address ON notices (address_hash, requested_at)")
    database.execute("""
        CREATE INDEX notices_to_do ON notices (state, id) WHERE state IN ('queued', 'sending')
    """)
    database.execute("""
        CREATE TABLE moves (
            id TEXT PRIMARY KEY, subscriber_id TEXT NOT NULL UNIQUE, address TEXT NOT NULL,
            requested_at TEXT NOT NULL, agreed TEXT NOT NULL -- JSON list
        ) STRICT
    """)
    database.execute("""
        CREATE TABLE feedback (
            subscriber_id TEXT NOT NULL, paper_id TEXT NOT NULL,
            vote INTEGER NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (subscriber_id, paper_id)
        ) STRICT, WITHOUT ROWID
    """)
