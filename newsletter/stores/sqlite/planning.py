"""Gather an issue's deliveries beside the ledger, then move them into it in one short step.

Ranking may take minutes while it yields deliveries. They wait in a temporary table, so that
neither memory nor the time for which other processes cannot write grows with their number.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from sqlite_utils import Database

from newsletter.model import Delivery
from newsletter.model.transitions import FIRST_STATES
from newsletter.stores.sqlite.connection import PAGE_ROWS, SqliteFile
from newsletter.stores.sqlite.ledger_rows import new_delivery_to_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """Deliveries that wait in the temporary table ``name``."""

    name: str

    def move_to_ledger(self, database: Database, planned_at: str) -> int:
        """Insert those that are not there yet; return how many were new."""
        sql = f"""
            INSERT INTO deliveries
                (id, issue_id, subscriber_id, picks, matched, state, attempt, reason, planned_at)
            SELECT id, issue_id, subscriber_id, picks, matched, state, 0, reason, :planned_at
            FROM temp.{self.name} WHERE true ORDER BY id ON CONFLICT DO NOTHING
        """  # noqa: S608 - our name
        return database.execute(sql, {"planned_at": planned_at}).rowcount


@contextmanager
def stage(file: SqliteFile, issue_id: str, deliveries: Iterable[Delivery]) -> Iterator[Staged]:
    """Hold the deliveries of one issue for the time of the block.

    Raises:
        ValueError: a delivery is of another issue, or in a state in which none begins.
    """
    name = f"staged_{secrets.token_hex(8)}"
    columns = "id, issue_id, subscriber_id, picks, matched, state, reason"
    with file.read() as database:
        database.execute(f"CREATE TABLE temp.{name} ({columns})")
    try:
        rest = iter(deliveries)
        insert = f"INSERT INTO temp.{name} VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - our name
        while rows := [_row(delivery, issue_id) for delivery in islice(rest, PAGE_ROWS)]:
            with file.read() as database:
                database.conn.executemany(insert, rows)
        yield Staged(name=name)
    finally:
        with file.read() as database:
            database.execute(f"DROP TABLE temp.{name}")


def _row(delivery: Delivery, issue_id: str) -> tuple[str, str, str, str, int, str, str | None]:
    if delivery.issue_id != issue_id:
        raise ValueError(f"a delivery of {delivery.issue_id} cannot be planned with {issue_id}")
    if delivery.state not in FIRST_STATES:
        raise ValueError(f"a delivery cannot be planned as {delivery.state}")
    return new_delivery_to_row(delivery)
