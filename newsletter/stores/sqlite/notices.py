"""Mails about subscriptions in SQLite, from the wish to what became of them."""

import sqlite3
from datetime import datetime
from typing import Final

from sqlite_utils import Database

from newsletter.stores.sqlite.codec import from_instant, to_instant, to_json
from newsletter.stores.sqlite.connection import SqliteFile
from subscribers.address import keyed_hash
from subscribers.notices import LIMITS, WINDOW, Notice, NoticeKind, NoticeState


class SqliteNotices:
    """``subscribers.ports.NoticeStore`` on one SQLite file."""

    def __init__(self, file: SqliteFile, *, address_key: bytes) -> None:
        self._file = file
        self._address_key = address_key

    def queue(self, notice: Notice) -> bool:
        """Keep a notice to be sent; False, and it only counts, when it is one too many."""
        address_hash = keyed_hash(notice.address, self._address_key)
        with self._file.write() as database:
            may_go = (
                notice.subscriber_id is not None
                and _is_within_limit(database, notice, address_hash)
                and database.execute(_SUPPRESSED, {"hash": address_hash}).fetchone() is None
            )
            state = NoticeState.QUEUED if may_go else NoticeState.DROPPED
            database.execute(_INSERT, _row(notice, address_hash, state))
        return may_go

    def claim(self, *, limit: int, now: datetime) -> tuple[Notice, ...]:
        """Move up to ``limit`` of the oldest from QUEUED to SENDING and return them."""
        with self._file.write() as database:
            cursor = database.execute(_CLAIM, {"limit": limit, "now": to_instant(now)})
            cursor.row_factory = sqlite3.Row
            rows = cursor.fetchall()
        return tuple(sorted((_notice(row) for row in rows), key=lambda notice: notice.id))

    def settle(self, notice_id: str, state: NoticeState, *, reason: str = "") -> None:
        """Record what became of a claimed notice; its address is forgotten unless it is QUEUED."""
        with self._file.write() as database:
            values = {"id": notice_id, "state": state.value, "reason": reason[:500]}
            database.execute(_SETTLE, values)

    def expire_claims(self, before: datetime) -> int:
        """Move notices that were claimed before an instant, and not settled, to UNKNOWN."""
        with self._file.write() as database:
            return database.execute(_EXPIRE, {"before": to_instant(before)}).rowcount

    def forget(self, before: datetime) -> int:
        """Delete settled notices that were requested before an instant; return how many."""
        with self._file.write() as database:
            return database.execute(_FORGET, {"before": to_instant(before)}).rowcount


def _is_within_limit(database: Database, notice: Notice, address_hash: str) -> bool:
    limit = LIMITS[notice.kind]
    values = {
        "hash": address_hash,
        "since": to_instant(notice.requested_at - WINDOW),
        "kinds": to_json(sorted(kind.value for kind in limit.kinds)),
    }
    return bool(database.execute(_COUNT, values).fetchone()[0] < limit.count)


def _row(notice: Notice, address_hash: str, state: NoticeState) -> dict[str, str | None]:
    return {
        "id": notice.id,
        "kind": notice.kind.value,
        "subscriber_id": notice.subscriber_id,
        "address_hash": address_hash,
        "address": notice.address if state is NoticeState.QUEUED else None,
        "detail": notice.detail,
        "requested_at": to_instant(notice.requested_at),
        "state": state.value,
    }


def _notice(row: sqlite3.Row) -> Notice:
    return Notice(
        id=row["id"],
        kind=NoticeKind(row["kind"]),
        subscriber_id=row["subscriber_id"],
        address=row["address"],
        requested_at=from_instant(row["requested_at"]),
        detail=row["detail"],
    )


_INSERT: Final = """
    INSERT INTO notices
        (id, kind, subscriber_id, address_hash, address, detail, requested_at, state, reason)
    VALUES
        (:id, :kind, :subscriber_id, :address_hash, :address, :detail, :requested_at, :state, '')
"""
_COUNT: Final = """
    SELECT count(*) FROM notices
    WHERE address_hash = :hash AND requested_at > :since AND state <> 'dropped'
        AND kind IN (SELECT value FROM json_each(:kinds))
"""
_SUPPRESSED: Final = "SELECT 1 FROM suppressions WHERE address_hash = :hash"
_CLAIM: Final = """
    UPDATE notices SET state = 'sending', claimed_at = :now
    WHERE id IN (SELECT id FROM notices WHERE state = 'queued' ORDER BY id LIMIT :limit)
    RETURNING *
"""
_SETTLE: Final = """
    UPDATE notices SET state = :state, reason = :reason,
        address = CASE :state WHEN 'queued' THEN address END
    WHERE id = :id AND state = 'sending'
"""
_EXPIRE: Final = """
    UPDATE notices SET state = 'unknown', reason = 'nobody said what became of it', address = NULL
    WHERE state = 'sending' AND claimed_at < :before
"""
_FORGET: Final = """
    DELETE FROM notices
    WHERE requested_at < :before AND state NOT IN ('queued', 'sending')
"""
