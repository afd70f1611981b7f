"""The store on one machine: a single SQLite file, shared by threads and processes."""

from newsletter.stores.sqlite.gate import SqliteGate
from newsletter.stores.sqlite.store import SqliteStore, open_scratch, open_store

__all__ = ["SqliteGate", "SqliteStore", "open_scratch", "open_store"]
