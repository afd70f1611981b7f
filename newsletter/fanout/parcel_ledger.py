"""The ledger as a worker with one parcel sees it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from newsletter.model import (
    Claim,
    Delivery,
    DeliveryState,
    Issue,
    Receipt,
    Settlement,
)
from newsletter.ports import Ledger


class ParcelLedger:
    """``ports.Ledger`` for the deliveries of one parcel.

    What is about whole issues would be asked again with each parcel, and read thousands of rows:
    leases, releases and closing are the sweeper's, and counts are those of the parcel,
    as far as this worker knows them. Claims and settlements go to the ledger itself.
    """

    def __init__(self, ledger: Ledger, delivery_ids: Collection[str]) -> None:
        self._ledger = ledger
        self._unclaimed = set(delivery_ids)
        self._states: dict[str, DeliveryState] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the ledger has
        return getattr(self._ledger, name)

    @property
    def unfinished(self) -> frozenset[str]:
        """Return the ids of those that may still be sent: unclaimed, or handed back."""
        handed_back = {
            each for each, state in self._states.items() if state is DeliveryState.PLANNED
        }
        return frozenset(self._unclaimed | handed_back)

    def plan(self, issue: Issue, deliveries: Iterable[Delivery]) -> int:
        """Write those that are not there yet."""
        return self._ledger.plan(issue, deliveries)

    def claim(
        self,
        issue_id: str,
        *,
        limit: int,
        lease_until: datetime,
        only: Collection[str] | None = None,
    ) -> tuple[Claim, ...]:
        """Claim deliveries of the parcel; once all were asked for, the others are not ours."""
        wanted = self.unfinished if only is None else self.unfinished.intersection(only)
        if not wanted:
            return ()
        claims = self._ledger.claim(issue_id, limit=limit, lease_until=lease_until, only=wanted)
        for claim in claims:
            self._states[claim.delivery.id] = DeliveryState.SENDING
            self._unclaimed.discard(claim.delivery.id)
        if not claims or limit >= len(wanted):
            self._unclaimed.clear()
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
        """Record what became of a claim."""
        self._states[claim.delivery.id] = state
        return self._ledger.settle(
            claim, state, receipt=receipt, reason=reason, body_sha256=body_sha256
        )

    def settle_all(self, settlements: Sequence[Settlement]) -> tuple[bool, ...]:
        """Record several at once."""
        answers = self._ledger.settle_all(settlements)
        for settlement, is_recorded in zip(settlements, answers, strict=True):
            state = settlement.state if is_recorded else DeliveryState.UNKNOWN
            self._states[settlement.claim.delivery.id] = state
        return answers

    def count_by_state(
        self,
        issue_id: str,  # noqa: ARG002 - there is one
        *,
        only: Collection[str] | None = None,
    ) -> Mapping[DeliveryState, int]:
        """Count the parcel's deliveries, as far as this worker dealt with them."""
        states = dict.fromkeys(self._unclaimed, DeliveryState.PLANNED) | self._states
        return Counter(state for each, state in states.items() if only is None or each in only)

    def expire_leases(self, now: datetime) -> int:  # noqa: ARG002 - the sweeper's
        """Leave other workers' claims to the sweeper."""
        return 0

    def skip_overdue(self, planned_before: datetime) -> int:  # noqa: ARG002 - the sweeper's
        """Leave what is too late to the sweeper; a worker looks before it begins a parcel."""
        return 0

    def sends_since(self, at: datetime) -> tuple[int, datetime | None]:  # noqa: ARG002 - see below
        """Say that nobody knows: to count it, each worker would read all mails of two weeks.

        What is parked is looked at again in an hour, when the sweeper comes.
        """
        return 0, None

    def release(self, issue_id: str, *, now: datetime | None = None) -> int:  # noqa: ARG002 - the sweeper's
        """Leave what is parked to the sweeper."""
        return 0

    def close_finished(self, issue_id: str) -> bool:  # noqa: ARG002 - the sweeper's
        """Leave the end of the issue to the sweeper."""
        return False
