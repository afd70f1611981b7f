"""Suppressed addresses in SQLite, by keyed hash: nobody has to be a subscriber to be left alone."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Final

from newsletter.stores.sqlite.codec import DECODE_ERRORS
from newsletter.stores.sqlite.connection import PAGE_ROWS, SqliteFile
from newsletter.stores.sqlite.faults import damaged
from newsletter.stores.sqlite.standings import read_standing, suppression_from_row, write_standing
from subscribers import suppression as policy
from subscribers.address import keyed_hash
from subscribers.suppression import Standing, SuppressedAddress, Suppression, SuppressionReason


class SqliteSuppressions:
    """``subscribers.ports.SuppressionStore`` on one SQLite file."""

    def __init__(self, file: SqliteFile, *, address_key: bytes) -> None:
        self._file = file
        self._address_key = address_key

    def suppress(self, address: str, reason: SuppressionReason, *, now: datetime) -> Suppression:
        """Suppress a normalised address; return what is in force: a stronger reason stays."""
        _, after = self._change(address, partial(policy.suppress, reason=reason, now=now))
        assert after.suppression is not None
        return after.suppression

    def find(self, address: str) -> Suppression | None:
        """Return the suppression of a normalised address."""
        with self._file.read() as database:
            return read_standing(database, self._hash(address), self._file).suppression

    def lift(self, address: str) -> Suppression | None:
        """End it, and give the subscriber back the state from before; None if there is none."""
        before, _ = self._change(address, _lift)
        return before.suppression

    def note_leaving(self, address: str) -> None:
        """Note that a suppressed reader has left; of others their record says so."""
        self._change(address, policy.leave)

    def list_all(self) -> Iterator[SuppressedAddress]:
        """Yield all, ordered by hash."""
        last = ""
        while found := self._file.rows(_PAGE, {"last": last, "size": PAGE_ROWS}):
            yield from (self._listed(row) for row in found)
            last = found[-1]["address_hash"]

    def _change(
        self, address: str, change: Callable[[Standing], Standing]
    ) -> tuple[Standing, Standing]:
        address_hash = self._hash(address)
        with self._file.write() as database:
            before = read_standing(database, address_hash, self._file)
            after = change(before)
            write_standing(database, address_hash, before, after)
        return before, after

    def _listed(self, row: sqlite3.Row) -> SuppressedAddress:
        try:
            found = suppression_from_row(row)
        except DECODE_ERRORS as error:
            raise damaged(self._file.path, "a suppression", error) from error
        return SuppressedAddress(
            address_hash=row["address_hash"], suppression=found, address=row["address"]
        )

    def _hash(self, address: str) -> str:
        return keyed_hash(address, self._address_key)


def _lift(standing: Standing) -> Standing:
    return standing if standing.suppression is None else policy.lift(standing)


_PAGE: Final = """
    SELECT suppressions.*, subscribers.address FROM suppressions
    LEFT JOIN subscribers USING (address_hash)
    WHERE suppressions.address_hash > :last ORDER BY suppressions.address_hash LIMIT :size
"""
