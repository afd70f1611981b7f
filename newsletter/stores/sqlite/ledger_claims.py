"""Claimed before, recorded after."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlite_utils import Database

from newsletter.model import Claim, Delivery, DeliveryState, Receipt, Settlement, SkipReason
from newsletter.model.transitions import may_follow
from newsletter.stores.sqlite.codec import to_instant, to_json, to_text_or_none
from newsletter.stores.sqlite.ledger_part import LedgerPart, rows_of
from newsletter.stores.sqlite.ledger_rows import delivery_from_row
from newsletter.stores.sqlite.subscribers import subscriber_from_row
from subscribers.model import Subscriber, SubscriberState

_WHY_NOT: Final = {
    SubscriberState.PENDING: SkipReason.PENDING,
    SubscriberState.PAUSED: SkipReason.PAUSED,
    SubscriberState.UNSUBSCRIBED: SkipReason.UNSUBSCRIBED,
    SubscriberState.SUPPRESSED: SkipReason.SUPPRESSED,
}


class LedgerClaims(LedgerPart):
    """Deliveries on their way."""

    def claim(
        self,
        issue_id: str,
        *,
        limit: int,
        lease_until: datetime,
        only: Collection[str] | None = None,
    ) -> tuple[Claim, ...]:
        """Move up to ``limit`` deliveries from PLANNED to SENDING, attempt + 1, and return them.

        The least tried come first; with ``only``, none but these ids. In the same transaction
        the issue must be OPEN, and each subscriber is read again: one who is no longer ACTIVE
        moves the delivery to SKIPPED instead. An empty answer means that nothing is left.
        """
        found = True
        claims: tuple[Claim, ...] = ()
        while found and not claims:
            with self._file.write() as database:
                rows = _planned(database, issue_id, limit=limit, only=only)
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
        settlement = Settlement(
            claim=claim, state=state, receipt=receipt, reason=reason, body_sha256=body_sha256
        )
        return self.settle_all([settlement])[0]

    def settle_all(self, settlements: Sequence[Settlement]) -> tuple[bool, ...]:
        """Record several at once, in one durable transaction; answer for each as ``settle``."""
        for each in settlements:
            if not may_follow(DeliveryState.SENDING, each.state):
                raise ValueError(f"a delivery cannot go from sending to {each.state}")
        with self._file.write() as database:
            return tuple(_settle(database, each) for each in settlements)

    def skip(self, delivery_id: str, reason: SkipReason) -> None:
        """Move a PLANNED delivery to SKIPPED; leave one in any other state alone."""
        with self._file.write() as database:
            _skip(database, [(delivery_id, reason)])

    def skip_overdue(self, planned_before: datetime) -> int:
        """Move what was planned before this and is PLANNED or PARKED to SKIPPED(past_deadline)."""
        with self._file.write() as database:
            return database.execute(_OVERDUE, {"before": to_instant(planned_before)}).rowcount

    def expire_leases(self, now: datetime) -> int:
        """Move SENDING deliveries whose lease ran out to UNKNOWN; return how many."""
        with self._file.write() as database:
            return database.execute(_EXPIRE, {"now": to_instant(now)}).rowcount

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
        rows = rows_of(database, "SELECT * FROM subscribers WHERE id = :id", {"id": subscriber_id})
        return subscriber_from_row(rows[0], self._file) if rows else None


def mark_shown(database: Database, delivery: Delivery) -> None:
    """Write down that the reader has the papers of this delivery."""
    database.conn.executemany(
        "INSERT INTO shown (subscriber_id, paper_id, delivery_id) VALUES (?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [(delivery.subscriber_id, pick.paper_id, delivery.id) for pick in delivery.picks],
    )


def _planned(
    database: Database, issue_id: str, *, limit: int, only: Collection[str] | None
) -> list[sqlite3.Row]:
    values: dict[str, Any] = {"issue_id": issue_id, "limit": max(limit, 0)}
    if only is None:
        return rows_of(database, _PLANNED.format(only=""), values)
    sql = _PLANNED.format(only=" AND deliveries.id IN (SELECT value FROM json_each(:only))")
    return rows_of(database, sql, values | {"only": to_json(sorted(only))})


def _settle(database: Database, settlement: Settlement) -> bool:
    delivery, receipt, at = settlement.claim.delivery, settlement.receipt, settlement.at
    values = {
        "id": delivery.id,
        "attempt": delivery.attempt,
        "state": settlement.state.value,
        "provider_id": to_text_or_none(receipt.provider_id) if receipt else None,
        "accepted_at": to_instant(receipt.accepted_at) if receipt else None,
        "reason": to_text_or_none(settlement.reason),
        "body_sha256": settlement.body_sha256,
        "settled_at": to_instant(at) if at else None,
    }
    is_ours = database.execute(_SETTLE, values).rowcount == 1
    if is_ours and settlement.state is DeliveryState.SENT:
        mark_shown(database, delivery)
    return is_ours


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


_PLANNED: Final = """
    SELECT deliveries.* FROM deliveries JOIN issues ON issues.id = deliveries.issue_id
    WHERE issue_id = :issue_id AND issues.state = 'open' AND deliveries.state = 'planned'{only}
    ORDER BY attempt, deliveries.id LIMIT :limit
"""
_CLAIM: Final = """
    UPDATE deliveries SET state = 'sending', attempt = attempt + 1, lease_until = ?, reason = NULL
    WHERE id = ? AND state = 'planned'
"""
_SETTLE: Final = """
    UPDATE deliveries SET state = :state, lease_until = NULL, provider_id = :provider_id,
        accepted_at = :accepted_at, reason = :reason, body_sha256 = :body_sha256,
        settled_at = :settled_at
    WHERE id = :id AND state = 'sending' AND attempt = :attempt
"""
_EXPIRE: Final = """
    UPDATE deliveries SET state = 'unknown', lease_until = NULL, settled_at = :now,
        reason = 'the sender stopped before it knew the outcome'
    WHERE state = 'sending' AND lease_until <= :now
"""
_OVERDUE: Final = """
    UPDATE deliveries SET state = 'skipped', reason = 'past_deadline'
    WHERE state IN ('planned', 'parked') AND planned_at < :before
"""
