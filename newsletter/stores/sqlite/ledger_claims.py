"""Claimed before, recorded after."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
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
        (same attempt, still SENDING). What is handed back of a CANCELLED issue is SKIPPED.
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
            return _settle_all(database, settlements)

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
        subscribers = self._subscribers(database, rows)
        for row in rows:
            delivery = delivery_from_row(row, self._file)
            subscriber = subscribers.get(delivery.subscriber_id)
            reason = _why_not(subscriber)
            if subscriber is None or reason is not None:
                skipped.append((delivery.id, reason or SkipReason.REMOVED))
            else:
                claims.append(Claim(delivery=delivery, subscriber=subscriber))
        _skip(database, skipped)
        ids = to_json([claim.delivery.id for claim in claims])
        database.execute(_CLAIM, {"ids": ids, "lease_until": lease_until})
        return tuple(claims)

    def _subscribers(
        self, database: Database, rows: Sequence[sqlite3.Row]
    ) -> Mapping[str, Subscriber]:
        ids = to_json([row["subscriber_id"] for row in rows])
        found = rows_of(database, _SUBSCRIBERS, {"ids": ids})
        return {row["id"]: subscriber_from_row(row, self._file) for row in found}


def _planned(
    database: Database, issue_id: str, *, limit: int, only: Collection[str] | None
) -> list[sqlite3.Row]:
    values: dict[str, Any] = {"issue_id": issue_id, "limit": max(limit, 0)}
    if only is None:
        return rows_of(database, _PLANNED.format(only=""), values)
    sql = _PLANNED.format(only=" AND deliveries.id IN (SELECT value FROM json_each(:only))")
    return rows_of(database, sql, values | {"only": to_json(sorted(only))})


def _settle_all(database: Database, settlements: Sequence[Settlement]) -> tuple[bool, ...]:
    """Settle in a few statements: between any two, the workers' threads may take the processor."""
    rows = [_settled(each) for each in settlements]
    answer = rows_of(database, _OURS, {"rows": to_json(rows)})[0]["places"]
    first = {(row["id"], row["attempt"]): place for place, row in reversed([*enumerate(rows)])}
    ours = set(json.loads(answer)) & set(first.values())
    written = [row for place, row in enumerate(rows) if place in ours]
    database.execute(_SETTLE, {"rows": to_json(written)})
    database.execute(_MARK_SHOWN, {"ids": _ids(written, {DeliveryState.SENT})})
    database.execute(_SKIP_HANDED_BACK, {"ids": _ids(written, _HANDED_BACK)})
    return tuple(place in ours for place in range(len(rows)))


def _settled(settlement: Settlement) -> dict[str, Any]:
    delivery, receipt, at = settlement.claim.delivery, settlement.receipt, settlement.at
    return {
        "id": delivery.id,
        "attempt": delivery.attempt,
        "state": settlement.state.value,
        "provider_id": to_text_or_none(receipt.provider_id) if receipt else None,
        "accepted_at": to_instant(receipt.accepted_at) if receipt else None,
        "reason": to_text_or_none(settlement.reason),
        "body_sha256": settlement.body_sha256,
        "settled_at": to_instant(at) if at else None,
    }


def _ids(rows: Iterable[Mapping[str, Any]], states: Collection[DeliveryState]) -> str:
    return to_json([row["id"] for row in rows if row["state"] in states])


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
    )


def _skip(database: Database, skipped: Iterable[tuple[str, SkipReason]]) -> None:
    sql = "UPDATE deliveries SET state = 'skipped', reason = ? WHERE id = ? AND state = 'planned'"
    database.conn.executemany(sql, [(reason.value, key) for key, reason in skipped])


_PLANNED: Final = """
    SELECT deliveries.* FROM deliveries JOIN issues ON issues.id = deliveries.issue_id
    WHERE issue_id = :issue_id AND issues.state = 'open' AND deliveries.state = 'planned'{only}
    ORDER BY attempt, deliveries.id LIMIT :limit
"""
_SUBSCRIBERS: Final = """
    SELECT * FROM subscribers WHERE id IN (SELECT value FROM json_each(:ids))
"""
_CLAIM: Final = """
    UPDATE deliveries SET state = 'sending', attempt = attempt + 1, lease_until = :lease_until
    WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'planned'
"""
_OURS: Final = """
    SELECT json_group_array(row.key) AS places
    FROM json_each(:rows) AS row CROSS JOIN deliveries ON deliveries.id = row.value ->> 'id'
    WHERE deliveries.state = 'sending' AND deliveries.attempt = row.value ->> 'attempt'
"""
_SETTLE: Final = """
    UPDATE deliveries SET state = row.value ->> 'state', lease_until = NULL,
        provider_id = row.value ->> 'provider_id', accepted_at = row.value ->> 'accepted_at',
        reason = row.value ->> 'reason', body_sha256 = row.value ->> 'body_sha256',
        settled_at = row.value ->> 'settled_at'
    FROM json_each(:rows) AS row
    WHERE deliveries.id = row.value ->> 'id' AND deliveries.state = 'sending'
        AND deliveries.attempt = row.value ->> 'attempt'
"""
_MARK_SHOWN: Final = """
    INSERT INTO shown (subscriber_id, paper_id, delivery_id)
    SELECT deliveries.subscriber_id, pick.value ->> 0, deliveries.id
    FROM json_each(:ids) AS sent
    CROSS JOIN deliveries ON deliveries.id = sent.value
    CROSS JOIN json_each(deliveries.picks) AS pick
    WHERE true ON CONFLICT DO NOTHING
"""
_HANDED_BACK: Final = frozenset({DeliveryState.PLANNED, DeliveryState.PARKED})
_SKIP_HANDED_BACK: Final = """
    UPDATE deliveries SET state = 'skipped', reason = 'cancelled'
    WHERE id IN (SELECT value FROM json_each(:ids)) AND state IN ('planned', 'parked')
        AND issue_id IN (SELECT id FROM issues WHERE state = 'cancelled')
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
