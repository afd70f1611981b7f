"""Say in the operator's words what SQLite could not do. Every ``sqlite3`` exception ends here."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

from newsletter.errors import StoreError

_LOCKED = "another process has kept it locked for too long: let that finish, then run again"
_READ_ONLY = "it may not be written: give this user write access to the file and its folder"
_CHANGED = "its contents do not fit this version: restore a backup, or report this as a bug"

WHAT_AND_FIX: Final[Mapping[int, str]] = MappingProxyType(
    {
        sqlite3.SQLITE_BUSY: _LOCKED,
        sqlite3.SQLITE_LOCKED: _LOCKED,
        sqlite3.SQLITE_PROTOCOL: _LOCKED,
        sqlite3.SQLITE_READONLY: _READ_ONLY,
        sqlite3.SQLITE_PERM: _READ_ONLY,
        sqlite3.SQLITE_AUTH: _READ_ONLY,
        sqlite3.SQLITE_CANTOPEN: "it cannot be opened: check that its folder exists and that this "
        "user may write in it",
        sqlite3.SQLITE_NOTADB: "it is not a SQLite database: move the file away, or set another "
        "store.data_dir",
        sqlite3.SQLITE_CORRUPT: "it is damaged: restore a backup, or rescue what is left with "
        "`sqlite3 FILE .recover`",
        sqlite3.SQLITE_FULL: "the disk is full: free some space, then run again; nothing was "
        "half-written",
        sqlite3.SQLITE_IOERR: "the disk did not read or write: check it and its free space, then "
        "run again",
        sqlite3.SQLITE_NOMEM: "there was not enough memory",
        sqlite3.SQLITE_TOOBIG: "a value is larger than SQLite can keep",
        sqlite3.SQLITE_SCHEMA: "its tables were changed at the same time: run again",
        sqlite3.SQLITE_CONSTRAINT: _CHANGED,
        sqlite3.SQLITE_MISMATCH: _CHANGED,
        sqlite3.SQLITE_ERROR: _CHANGED,
    }
)
"""SQLite's primary result code → what is wrong, and what to do. Source: sqlite.org/rescode.html"""

_PRIMARY: Final = 0xFF


def store_error(error: sqlite3.Error | sqlite3.Warning, path: Path) -> StoreError:
    """Make our error of SQLite's, with the file, the fix and SQLite's own words."""
    code = getattr(error, "sqlite_errorcode", None)
    fix = WHAT_AND_FIX.get(code & _PRIMARY) if code is not None else None
    return StoreError(f"the database {path}: {fix or 'unexpected error'} (SQLite: {error})")


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn what goes wrong with this file inside the block into ``StoreError``."""
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise store_error(error, path) from error


def damaged(path: Path, what: str, error: Exception) -> StoreError:
    """Say that a row holds something no version of ours has written."""
    return StoreError(f"the database {path}: {what} cannot be understood ({error!r}): {_CHANGED}")
