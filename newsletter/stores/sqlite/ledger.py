"""Issues and deliveries in SQLite: claimed before, recorded after."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlite_utils import Database

from newsletter.errors import StoreError
from newsletter.model import (
    Claim,
    Delivery,
    DeliveryState,
    Issue,
    IssueState,
    Receipt,
    SkipReason,
)
from newsletter.model.transitions import may_follow
from newsletter.stores.sqlite.codec import to_instant, to_json
from newsletter.stores.sqlite.connection import PAGE_ROWS, SqliteFile
from newsletter.stores.sqlite.ledger_rows import (
    delivery_from_row,
    issue_from_row,
    issue_to_row,
)
from newsletter.stores.sqlite.planning import stage
from newsletter.stores.sqlite.subscribers import subscriber_from_row
from subscribers.model import Subscriber, SubscriberState

_WHY_NOT: Final = {
    SubscriberState.PENDING: SkipReason.PENDING,
    SubscriberState.PAUSED: SkipReason.PAUSED,
    SubscriberState.UNSUBSCRIBED: SkipReason.UNSUBSCRIBED,
    SubscriberState.SUPPRESSED: SkipReason.SUPPRESSED,
}


class SqliteLedger:
    """``ports.Ledger`` on one SQLite file."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def plan(self, issue: Issue, deliveries: Iterable[Delivery]) -> int:
        """Write the issue and those of its deliveries that are not there yet, in one transaction.

        Returns how many rows were new; rows that exist, the issue's too, stay as they are.
        """
        with stage(self._file, issue.id, deliveries) as staged, self._file.write() as database:
            database.execute(
                "INSERT INTO issues (id, first_on, last_on, announced, batches, state, created_at)"
                " VALUES (:id, :first_on, :last_on, :announced, :batches, :state, :created_at)"
                " ON CONFLICT DO NOTHING",
                issue_to_row(issue),
            )
            return staged.move_to_ledger(database)

    def issue(self, issue_id: str) -> Issue | None:
        """Return the issue of this id."""
        return self._issue("SELECT * FROM issues WHERE id = :id", {"id": issue_id})

    def latest_issue(self) -> Issue | None:
        """Return the issue with the newest ``last_on``; of several, the one made last."""
        return self._issue("SELECT * FROM issues ORDER BY last_on DESC, created_at DESC LIMIT 1")

    def set_issue_state(self, issue_id: str, state: IssueState) -> None:
        """Open, pause or close an issue; raise ``StoreError`` if there is none of this id."""
        sql = "UPDATE issues SET state = :state WHERE id = :id"
        with self._file.write() as database:
            if database.execute(sql, {"state": state.value, "id": issue_id}).rowcount == 0:
                raise StoreError(f"the database {self._file.path} has no issue {issue_id}")

    def claim(self, issue_id: str, *, limit: int, lease_until: datetime) -> tuple[Claim, ...]:
        """Move up to ``limit`` deliveries from PLANNED to SENDING, attempt + 1, and return them.

        The least tried come first. In the same transaction the issue must be OPEN, and each
        subscriber is read again: one who is no longer ACTIVE moves the delivery to SKIPPED
        instead. An empty answer means that nothing is left to claim.
        """
        found = True
        claims: tuple[Claim, ...] = ()
        while found and not claims:
            with self._file.write() as database:
                rows = _planned(database, issue_id, limit)
                found = bool(rows)
                claims = self._take(database, rows, to_instant(lease_until))
        return tuple(replace(claim, delivery=_leased(claim, lease_until)) for claim in claims)

    def settle(
        self,
        claim: Claim,
        state: DeliveryState,
        *,
        receipt: Receipt | None = None,
        reason: str | None = None,
        body_sha256: str | None = None,
    ) -> bool:
        """Record what became of a claim; on SENT its papers count as shown to the reader.

        Returns False, and writes nothing, when the row is no longer this claim's
        (same attempt, still SENDING).
        """
        if not may_follow(DeliveryState.SENDING, state):
            raise ValueError(f"a delivery cannot go from sending to {state}")
        values = {
            "id": claim.delivery.id,
            "attempt": claim.delivery.attempt,
            "state": state.value,
            "provider_id": receipt.provider_id if receipt else None,
            "accepted_at": to_instant(receipt.accepted_at) if receipt else None,
            "reason": reason,
            "body_sha256": body_sha256,
        }
        with self._file.write() as database:
            is_ours = database.execute(_SETTLE, values).rowcount == 1
            if is_ours and state is DeliveryState.SENT:
                _mark_shown(database, claim.delivery)
        return is_ours

    def skip(self, delivery_id: str, reason: SkipReason) -> None:
        """Move a PLANNED delivery to SKIPPED; leave one in any other state alone."""
        with self._file.write() as database:
            _skip(database, [(delivery_id, reason)])

    def expire_leases(self, now: datetime) -> int:
        """Move SENDING deliveries whose lease ran out to UNKNOWN; return how many."""
        with self._file.write() as database:
            return database.execute(_EXPIRE, {"now": to_instant(now)}).rowcount

    def deliveries(
        self, issue_id: str, *, state: DeliveryState | None = None
    ) -> Iterator[Delivery]:
        """Yield the issue's deliveries ordered by id."""
        where = "AND +state = :state" if state else ""
        sql = (
            f"SELECT * FROM deliveries WHERE issue_id = :issue_id {where}"  # noqa: S608 - ours
            " AND id > :last ORDER BY id LIMIT :size"
        )
        values = {"issue_id": issue_id, "state": state, "last": "", "size": PAGE_ROWS}
        while rows := self._file.rows(sql, values):
            yield from (delivery_from_row(row, self._file) for row in rows)
            values["last"] = rows[-1]["id"]

    def count_by_state(self, issue_id: str) -> Mapping[DeliveryState, int]:
        """Count the issue's deliveries; states without any are left out."""
        rows = self._file.rows(
            "SELECT state, count(*) AS n FROM deliveries WHERE issue_id = :id GROUP BY state",
            {"id": issue_id},
        )
        return {DeliveryState(row["state"]): row["n"] for row in rows}

    def shown_papers(self, subscriber_ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Return the ids of papers already sent to each of these readers."""
        shown: dict[str, set[str]] = {subscriber_id: set() for subscriber_id in subscriber_ids}
        for start in range(0, len(subscriber_ids), PAGE_ROWS):
            rows = self._file.rows(_SHOWN, {"ids": to_json(subscriber_ids[start:][:PAGE_ROWS])})
            for row in rows:
                shown[row["subscriber_id"]].add(row["paper_id"])
        return {subscriber_id: frozenset(papers) for subscriber_id, papers in shown.items()}

    def _issue(self, sql: str, values: Mapping[str, Any] | None = None) -> Issue | None:
        row = self._file.first(sql, values)
        return None if row is None else issue_from_row(row, self._file)

    def _take(
        self, database: Database, rows: Sequence[sqlite3.Row], lease_until: str
    ) -> tuple[Claim, ...]:
        claims, skipped = [], []
        for row in rows:
            delivery = delivery_from_row(row, self._file)
            subscriber = self._subscriber(database, delivery.subscriber_id)
            reason = _why_not(subscriber)
            if subscriber is None or reason is not None:
                skipped.append((delivery.id, reason or SkipReason.REMOVED))
            else:
                claims.append(Claim(delivery=delivery, subscriber=subscriber))
        _skip(database, skipped)
        database.conn.executemany(_CLAIM, [(lease_until, claim.delivery.id) for claim in claims])
        return tuple(claims)

    def _subscriber(self, database: Database, subscriber_id: str) -> Subscriber | None:
        rows = _rows(database, "SELECT * FROM subscribers WHERE id = :id", {"id": subscriber_id})
        return subscriber_from_row(rows[0], self._file) if rows else None


def _planned(database: Database, issue_id: str, limit: int) -> list[sqlite3.Row]:
    return _rows(database, _PLANNED, {"issue_id": issue_id, "limit": max(limit, 0)})


def _rows(database: Database, sql: str, values: Mapping[str, Any]) -> list[sqlite3.Row]:
    cursor = database.execute(sql, dict(values))
    cursor.row_factory = sqlite3.Row
    return cursor.fetchall()


def _why_not(subscriber: Subscriber | None) -> SkipReason | None:
    if subscriber is None:
        return SkipReason.REMOVED
    if subscriber.state is SubscriberState.ACTIVE and subscriber.confirmed_at is None:
        return SkipReason.PENDING
    return _WHY_NOT.get(subscriber.state)


def _leased(claim: Claim, lease_until: datetime) -> Delivery:
    delivery = claim.delivery
    return replace(
        delivery,
        state=DeliveryState.SENDING,
        attempt=delivery.attempt + 1,
        lease_until=lease_until,
        reason=None,
    )


def _skip(database: Database, skipped: Iterable[tuple[str, SkipReason]]) -> None:
    sql = "UPDATE deliveries SET state = 'skipped', reason = ? WHERE id = ? AND state = 'planned'"
    database.conn.executemany(sql, [(reason.value, key) for key, reason in skipped])


def _mark_shown(database: Database, delivery: Delivery) -> None:
    database.conn.executemany(
        "INSERT INTO shown (subscriber_id, paper_id, delivery_id) VALUES (?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [(delivery.subscriber_id, pick.paper_id, delivery.id) for pick in delivery.picks],
    )


_PLANNED: Final = """
    SELECT deliveries.* FROM deliveries JOIN issues ON issues.id = deliveries.issue_id
    WHERE issue_id = :issue_id AND issues.state = 'open' AND deliveries.state = 'planned'
    ORDER BY attempt, deliveries.id LIMIT :limit
"""
_CLAIM: Final = """
    UPDATE deliveries SET state = 'sending', attempt = attempt + 1, lease_until = ?, reason = NULL
    WHERE id = ? AND state = 'planned'
"""
_SETTLE: Final = """
    UPDATE deliveries SET state = :state, lease_until = NULL, provider_id = :provider_id,
        accepted_at = :accepted_at, reason = :reason, body_sha256 = :body_sha256
    WHERE id = :id AND state = 'sending' AND attempt = :attempt
"""
_EXPIRE: Final = """
    UPDATE deliveries SET state = 'unknown', lease_until = NULL,
        reason = 'the sender stopped before it knew the outcome'
    WHERE state = 'sending' AND lease_until <= :now
"""
_SHOWN: Final = """
    SELECT subscriber_id, paper_id FROM shown
    WHERE subscriber_id IN (SELECT value FROM json_each(:ids))
"""
