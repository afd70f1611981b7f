"""The tables, in the order in which they came to be. Never change a step that was released."""

from typing import Final

from sqlite_utils import Database, Migrations

from newsletter.errors import StoreError
from newsletter.stores.sqlite.archive import create_archive_tables
from newsletter.stores.sqlite.connection import SqliteFile
from newsletter.stores.sqlite.event_tables import create_event_tables
from newsletter.stores.sqlite.ledger_tables import extend_ledger_tables
from newsletter.stores.sqlite.reader_tables import create_reader_tables
from newsletter.stores.sqlite.slots import create_slot_tables
from newsletter.stores.sqlite.summaries import create_summary_tables

SET_NAME: Final = "newsletter"


def migrate(file: SqliteFile) -> None:
    """Bring the file up to date; two processes may do this at once.

    Raises:
        StoreError: it is somebody else's database, or of a newer version of ours.
    """
    steps = _steps()
    _refuse_foreign(file, steps)
    with file.read() as database:
        pending = steps.pending(database)
    if pending:
        with file.write() as database:
            steps.apply(database)


def _refuse_foreign(file: SqliteFile, steps: Migrations) -> None:
    with file.read() as database:
        applied = {step.name for step in steps.applied(database)}
        is_foreign = bool(database.table_names()) and not applied
        unknown = applied - set(_STEPS)
    if is_foreign:
        raise StoreError(
            f"the database {file.path}: it belongs to another program: set another store.data_dir"
        )
    if unknown:
        raise StoreError(
            f"the database {file.path}: it was made by a newer version (it has "
            f"{', '.join(sorted(unknown))}): install that version, or set another store.data_dir"
        )


def _steps() -> Migrations:
    steps = Migrations(SET_NAME)
    for name, step in _STEPS.items():
        steps(name=name)(step)
    return steps


def _papers(database: Database) -> None:
    database.execute("""
        CREATE TABLE papers (
            id TEXT PRIMARY KEY, version INTEGER NOT NULL,
            title TEXT NOT NULL, abstract TEXT NOT NULL,
            title_tex TEXT, abstract_tex TEXT, -- null: the same as above
            authors TEXT NOT NULL, categories TEXT NOT NULL, -- JSON lists
            announce_type TEXT NOT NULL, announced_in TEXT NOT NULL, -- JSON pairs
            announced_on TEXT NOT NULL, issue_on TEXT NOT NULL, submitted_at TEXT,
            comment TEXT, journal_ref TEXT, doi TEXT, acceptance TEXT, code_url TEXT
        ) STRICT
    """)
    database.execute("CREATE INDEX papers_by_issue ON papers (issue_on, id)")
    database.execute("""
        CREATE TABLE batches (
            category TEXT NOT NULL, announced_on TEXT NOT NULL, state TEXT NOT NULL,
            expected INTEGER, fetched INTEGER NOT NULL, unseen INTEGER NOT NULL,
            source TEXT, detail TEXT NOT NULL, set_aside TEXT NOT NULL, -- JSON pairs
            PRIMARY KEY (announced_on, category)
        ) STRICT, WITHOUT ROWID
    """)


def _subscribers(database: Database) -> None:
    database.execute("""
        CREATE TABLE subscribers (
            id TEXT PRIMARY KEY,
            address_hash TEXT NOT NULL UNIQUE, address TEXT NOT NULL,
            state TEXT NOT NULL, interests TEXT NOT NULL, cadence TEXT NOT NULL, -- JSON
            language TEXT NOT NULL, timezone TEXT NOT NULL,
            created_at TEXT NOT NULL, confirmed_at TEXT,
            revision INTEGER NOT NULL, generation INTEGER NOT NULL
        ) STRICT
    """)
    database.execute("CREATE INDEX subscribers_by_state ON subscribers (state, id)")
    database.execute("""
        CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID
    """)


def _ledger(database: Database) -> None:
    database.execute("""
        CREATE TABLE issues (
            id TEXT PRIMARY KEY, first_on TEXT NOT NULL, last_on TEXT NOT NULL,
            announced INTEGER NOT NULL, batches TEXT NOT NULL, -- JSON
            state TEXT NOT NULL, created_at TEXT NOT NULL
        ) STRICT
    """)
    database.execute("CREATE INDEX issues_by_day ON issues (last_on, created_at)")
    database.execute("""
        CREATE TABLE deliveries (
            id TEXT PRIMARY KEY,
            issue_id TEXT NOT NULL REFERENCES issues (id), subscriber_id TEXT NOT NULL,
            picks TEXT NOT NULL, matched INTEGER NOT NULL, -- picks: JSON
            state TEXT NOT NULL, attempt INTEGER NOT NULL, lease_until TEXT,
            provider_id TEXT, accepted_at TEXT, reason TEXT, body_sha256 TEXT,
            UNIQUE (issue_id, subscriber_id)
        ) STRICT
    """)
    database.execute("CREATE INDEX deliveries_by_issue ON deliveries (issue_id, id)")
    database.execute("CREATE INDEX deliveries_to_do ON deliveries (issue_id, state, attempt, id)")
    database.execute("""
        CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE state = 'sending'
    """)
    database.execute("""
        CREATE TABLE shown (
            subscriber_id TEXT NOT NULL, paper_id TEXT NOT NULL, delivery_id TEXT NOT NULL,
            PRIMARY KEY (subscriber_id, paper_id)
        ) STRICT, WITHOUT ROWID
    """)


_STEPS: Final = {
    "0001_papers": _papers,
    "0002_subscribers": _subscribers,
    "0003_ledger": _ledger,
    "0004_events": create_event_tables,
    "0005_sending": extend_ledger_tables,
    "0005_summaries": create_summary_tables,
    "0006_archive": create_archive_tables,
    "0007_readers": create_reader_tables,
    "0008_slots": create_slot_tables,
}
