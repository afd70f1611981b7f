"""Claimed before, recorded after."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from newsletter.model import (
    Claim,
    Delivery,
    DeliveryState,
    IssueState,
    Receipt,
    Settlement,
    SkipReason,
)
from newsletter.model.transitions import may_follow
from newsletter.stores.codec import to_instant
from newsletter.stores.dynamodb.actions import Action, put
from newsletter.stores.dynamodb.ledger_backlog import Backlog, Parcel
from newsletter.stores.dynamodb.ledger_changes import IS_OPEN, Change, Gate, GateShutError
from newsletter.stores.dynamodb.ledger_keys import lease_key
from newsletter.stores.dynamodb.ledger_part import LedgerPart, LedgerParts
from newsletter.stores.dynamodb.ledger_rows import KEPT, delivery_from_item, state_of
from newsletter.stores.dynamodb.ledger_steps import Steps
from newsletter.stores.dynamodb.tables import expires_at
from subscribers.model import Subscriber, SubscriberState

_WHY_NOT: Final = {
    SubscriberState.PENDING: SkipReason.PENDING,
    SubscriberState.PAUSED: SkipReason.PAUSED,
    SubscriberState.UNSUBSCRIBED: SkipReason.UNSUBSCRIBED,
    SubscriberState.SUPPRESSED: SkipReason.SUPPRESSED,
}
_HANDED_BACK: Final = frozenset({DeliveryState.PLANNED, DeliveryState.PARKED})
_CLAIMED_AT_ONCE: Final = 96


class LedgerClaims(LedgerPart):
    """Deliveries on their way."""

    def __init__(self, parts: LedgerParts) -> None:
        super().__init__(parts)
        self._backlog = Backlog(parts.dynamo, parts.table)
        self._parcel = Parcel(self._rows)

    def claim(
        self,
        issue_id: str,
        *,
        limit: int,
        lease_until: datetime,
        only: Collection[str] | None = None,
    ) -> tuple[Claim, ...]:
        """Move up to ``limit`` deliveries from PLANNED to SENDING, attempt + 1, and return them.

        With ``only`` it is three requests for up to 96 of them; without, the places of the issue
        are looked through one after the other. The least tried come first. In the same
        transaction the issue must be OPEN and not parked. Each subscriber is read again just
        before: one who is no longer ACTIVE moves the delivery to SKIPPED instead. An empty
        answer means that nothing is left.
        """
        found = True
        claims: tuple[Claim, ...] = ()
        while found and not claims:
            rows = self._planned(issue_id, limit=min(limit, _CLAIMED_AT_ONCE), only=only)
            found = bool(rows)
            try:
                claims = self._take(issue_id, rows, lease_until)
            except GateShutError:
                return ()
        return claims

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
        """Record several at once, some 30 in a transaction; answer for each as ``settle``."""
        for each in settlements:
            if not may_follow(DeliveryState.SENDING, each.state):
                raise ValueError(f"a delivery cannot go from sending to {each.state}")
        first: dict[str, dict[str, Settlement]] = defaultdict(dict)
        for each in settlements:
            delivery = each.claim.delivery
            first[delivery.issue_id].setdefault(delivery.id, each)
        done = {
            id(theirs[delivery_id])
            for issue_id, theirs in first.items()
            for delivery_id in self._settle_of(issue_id, theirs)
        }
        return tuple(id(each) in done for each in settlements)

    def skip(self, delivery_id: str, reason: SkipReason) -> None:
        """Move a PLANNED delivery to SKIPPED; leave one in any other state alone."""
        for row in self._locate([delivery_id]).values():
            meta = self._meta(row["issue"])
            is_parked = meta is not None and "parked_until" in meta
            if state_of(row) is DeliveryState.PLANNED and not is_parked:
                steps = Steps(self._table, now=self._parts.clock())
                self._changes.commit(row["issue"], [steps.skip(row, reason)])

    def _planned(
        self, issue_id: str, *, limit: int, only: Collection[str] | None
    ) -> list[dict[str, Any]]:
        if limit <= 0:
            return []
        if only is None:
            standing = self._standing(issue_id)
            planned = standing.number(DeliveryState.PLANNED) if standing else 0
            is_open = standing is not None and standing.may_claim
            return self._backlog.take(issue_id, limit=limit, planned=planned) if is_open else []
        return self._parcel.take(issue_id, frozenset(only), limit=limit)

    def _take(
        self, issue_id: str, rows: Sequence[Mapping[str, Any]], lease_until: datetime
    ) -> tuple[Claim, ...]:
        steps = Steps(self._table, now=self._parts.clock())
        readers = self._parts.readers([row["reader"] for row in rows])
        until = to_instant(lease_until)
        claims, changes = {}, []
        for row in rows:
            reader = readers.get(row["reader"])
            reason = _why_not(reader)
            if reader is None or reason is not None:
                changes.append(steps.skip(row, reason or SkipReason.REMOVED))
                continue
            changes.append(_begin(steps, row, until))
            claims[row["sk"]] = Claim(delivery=_leased(row, lease_until), subscriber=reader)
        gate = Gate(
            condition=IS_OPEN,
            values={"open": IssueState.OPEN.value},
            along=lambda ids, token: self._lease(issue_id, until, ids=ids, token=token),
        )
        done = self._changes.commit(issue_id, changes, gate)
        return tuple(claim for delivery_id, claim in claims.items() if delivery_id in done)

    def _lease(
        self, issue_id: str, until: str, *, ids: Sequence[str], token: str
    ) -> Sequence[Action]:
        """Note what was claimed together, so that what is not settled in time is found."""
        note = {"mails": list(ids), "expires_at": expires_at(self._parts.clock() + KEPT)}
        return (put(self._table, lease_key(issue_id, until, token), note),)

    def _settle_of(self, issue_id: str, settlements: Mapping[str, Settlement]) -> frozenset[str]:
        try:
            return self._settle_at(issue_id, settlements.values(), is_cancelled=False)
        except GateShutError as shut:
            left = [each for key, each in settlements.items() if key not in shut.done]
            return shut.done | self._settle_at(issue_id, left, is_cancelled=True)

    def _settle_at(
        self, issue_id: str, settlements: Iterable[Settlement], *, is_cancelled: bool
    ) -> frozenset[str]:
        steps = Steps(self._table, now=self._parts.clock())
        kept = sorted(settlements, key=lambda each: each.state in _HANDED_BACK)
        changes = [steps.settle(each, is_cancelled=is_cancelled) for each in kept]
        hands_back = any(change.after in _HANDED_BACK for change in changes)
        values = {"cancelled": IssueState.CANCELLED.value}
        gate = Gate(condition="#state <> :cancelled", values=values) if hands_back else None
        return self._changes.commit(issue_id, changes, gate)


def _begin(steps: Steps, row: Mapping[str, Any], until: str) -> Change:
    written = {"attempt": row["attempt"] + 1, "lease_until": until}
    return steps.move(row, DeliveryState.SENDING, written)


def _why_not(subscriber: Subscriber | None) -> SkipReason | None:
    if subscriber is None:
        return SkipReason.REMOVED
    if subscriber.state is SubscriberState.ACTIVE and subscriber.confirmed_at is None:
        return SkipReason.PENDING
    return _WHY_NOT.get(subscriber.state)


def _leased(row: Mapping[str, Any], lease_until: datetime) -> Delivery:
    return replace(
        delivery_from_item(row),
        state=DeliveryState.SENDING,
        attempt=row["attempt"] + 1,
        lease_until=lease_until,
    )
