"""Subscribers in SQLite, found by a keyed hash of their address."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from newsletter.stores.people_codec import decode_subscriber, encode_subscriber
from newsletter.stores.sqlite.codec import (
    DECODE_ERRORS,
    to_json,
)
from newsletter.stores.sqlite.connection import PAGE_ROWS, SqliteFile
from newsletter.stores.sqlite.faults import damaged
from newsletter.stores.sqlite.standings import agree_with_suppression
from subscribers.address import keyed_hash
from subscribers.errors import (
    DuplicateSubscriberError,
    InvalidInterestsError,
    StaleRevisionError,
    SubscriberError,
    UnknownSubscriberError,
)
from subscribers.model import Subscriber, SubscriberState


class SqliteSubscribers:
    """``subscribers.ports.SubscriberStore`` on one SQLite file."""

    def __init__(self, file: SqliteFile, *, address_key: bytes) -> None:
        self._file = file
        self._address_key = address_key

    def add(self, subscriber: Subscriber) -> None:
        """Add a new record.

        Raises:
            DuplicateSubscriberError: the address is known.
            SuppressedAddressError: the address is suppressed, and the record says otherwise.
        """
        row = self._to_row(subscriber)
        names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
        sql = f"INSERT INTO subscribers ({names}) VALUES ({values}) ON CONFLICT DO NOTHING"  # noqa: S608
        with self._file.write() as database:
            if database.execute(sql, row).rowcount == 0:
                raise DuplicateSubscriberError("this address is subscribed already")
            agree_with_suppression(database, row["address_hash"], subscriber)

    def save(self, subscriber: Subscriber) -> Subscriber:
        """Write a changed record; return it with its next revision.

        Raises:
            StaleRevisionError: the stored revision is not ``subscriber.revision``.
            UnknownSubscriberError: no such id.
            DuplicateSubscriberError: the new address belongs to somebody else.
            SuppressedAddressError: the address is suppressed, and the record says otherwise.
        """
        row = self._to_row(subscriber)
        sets = ", ".join(f"{name} = :{name}" for name in row if name not in {"id", "revision"})
        sql = (
            f"UPDATE OR IGNORE subscribers SET {sets}, revision = revision + 1"  # noqa: S608
            " WHERE id = :id AND revision = :revision RETURNING revision"
        )
        with self._file.write() as database:
            saved = database.execute(sql, row).fetchall()
            if not saved:
                raise self._why_not_saved(database, subscriber)
            agree_with_suppression(database, row["address_hash"], subscriber)
        return replace(subscriber, revision=saved[0][0])

    def add_all(self, subscribers: Sequence[Subscriber]) -> tuple[SubscriberError | None, ...]:
        """Add some records in one transaction; return for each why it was not taken, or None."""
        return self._each(self.add, subscribers)

    def save_all(self, subscribers: Sequence[Subscriber]) -> tuple[SubscriberError | None, ...]:
        """Write some changed records in one transaction; return why one was not taken, or None."""
        return self._each(self.save, subscribers)

    def get(self, subscriber_id: str) -> Subscriber | None:
        """Return the subscriber of this id."""
        return self._one("SELECT * FROM subscribers WHERE id = :key", subscriber_id)

    def find(self, address: str) -> Subscriber | None:
        """Return the subscriber of this normalised address, by its keyed hash."""
        return self._one(
            "SELECT * FROM subscribers WHERE address_hash = :key", self._address_hash(address)
        )

    def list_by_state(self, *states: SubscriberState) -> Iterator[Subscriber]:
        """Yield subscribers in these states (all when none is named), ordered by id."""
        sql = _page_sql(len(states))
        names = to_json([state.value for state in states])
        last = ""
        while rows := self._page(sql, names, last):
            yield from (subscriber_from_row(row, self._file) for row in rows)
            last = rows[-1]["id"]

    def remove(self, subscriber_id: str) -> None:
        """Delete the record; raise ``UnknownSubscriberError`` if there is none."""
        with self._file.write() as database:
            sql = "DELETE FROM subscribers WHERE id = :id"
            if database.execute(sql, {"id": subscriber_id}).rowcount == 0:
                raise UnknownSubscriberError("there is no subscriber of this id")

    def _each(
        self, write: Callable[[Subscriber], object], subscribers: Sequence[Subscriber]
    ) -> tuple[SubscriberError | None, ...]:
        with self._file.write() as database:
            return tuple(_attempt(database, write, subscriber) for subscriber in subscribers)

    def _page(self, sql: str, states: str, last: str) -> list[sqlite3.Row]:
        return self._file.rows(sql, {"states": states, "last": last, "size": PAGE_ROWS})

    def _one(self, sql: str, key: str) -> Subscriber | None:
        row = self._file.first(sql, {"key": key})
        return None if row is None else subscriber_from_row(row, self._file)

    def _address_hash(self, address: str) -> str:
        return keyed_hash(address, self._address_key)

    def _to_row(self, subscriber: Subscriber) -> dict[str, Any]:
        return encode_subscriber(subscriber, address_hash=self._address_hash(subscriber.address))

    def _why_not_saved(self, database: Database, subscriber: Subscriber) -> Exception:
        sql = "SELECT revision FROM subscribers WHERE id = :id"
        stored = database.execute(sql, {"id": subscriber.id}).fetchone()
        if stored is None:
            return UnknownSubscriberError("there is no subscriber of this id")
        if stored[0] != subscriber.revision:
            return StaleRevisionError(
                f"the record was changed since it was read (revision {stored[0]}, "
                f"not {subscriber.revision}): read it again and repeat the change"
            )
        return DuplicateSubscriberError("the new address belongs to another subscriber")


def subscriber_from_row(row: sqlite3.Row, file: SqliteFile) -> Subscriber:
    """Read a row of the table; raise ``StoreError`` when it is damaged."""
    try:
        return decode_subscriber(dict(row))
    except (*DECODE_ERRORS, InvalidInterestsError) as error:
        raise damaged(file.path, f"the subscriber {row['id']}", error) from error


def _attempt(
    database: Database, write: Callable[[Subscriber], object], subscriber: Subscriber
) -> SubscriberError | None:
    """Write one record of several; a refusal takes back what was written of it."""
    database.execute("SAVEPOINT record")
    try:
        write(subscriber)
    except SubscriberError as error:
        database.execute("ROLLBACK TO record")
        return error
    finally:
        database.execute("RELEASE record")
    return None


def _page_sql(states: int) -> str:
    # One state is a range of the index; several are filtered along the ids (+ keeps the index out).
    where = {0: "", 1: "state = json_extract(:states, '$[0]') AND "}.get(
        states, "+state IN (SELECT value FROM json_each(:states)) AND "
    )
    return f"SELECT * FROM subscribers WHERE {where}id > :last ORDER BY id LIMIT :size"  # noqa: S608
