"""What the parts of the ledger share: the file they are on, and how its rows are asked for."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from newsletter.stores.sqlite.connection import SqliteFile


class LedgerPart:
    """One side of the ledger; all sides are on one file."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file


def rows_of(database: Database, sql: str, values: Mapping[str, Any]) -> list[sqlite3.Row]:
    """Return all rows of a query inside a transaction."""
    cursor = database.execute(sql, dict(values))
    cursor.row_factory = sqlite3.Row
    return cursor.fetchall()
