"""The ledger on DynamoDB: issues and deliveries, never twice, never lost."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from newsletter.model import Delivery, DeliveryState, IssueState, SkipReason
from newsletter.model.delivery_id import delivery_id as id_of
from newsletter.stores.codec import from_instant, to_instant
from newsletter.stores.dynamodb.ledger_claims import LedgerClaims
from newsletter.stores.dynamodb.ledger_held import LedgerHeld
from newsletter.stores.dynamodb.ledger_keys import months_until, shown_key
from newsletter.stores.dynamodb.ledger_overdue import LedgerOverdue
from newsletter.stores.dynamodb.ledger_part import Standing
from newsletter.stores.dynamodb.ledger_plan import LedgerPlan
from newsletter.stores.dynamodb.ledger_rows import delivery_from_item, picks_of, state_of

SHOWN_MONTHS: Final = 3
"""How many months of issues are looked at for what a reader has been shown: this one and two."""
_NOT_RECEIVED: Final = frozenset(
    {DeliveryState.REJECTED, DeliveryState.BOUNCED, DeliveryState.UNKNOWN}
)
_ACCEPTED_AT_MOST: Final = timedelta(days=14)


class DynamoLedger(LedgerPlan, LedgerClaims, LedgerHeld, LedgerOverdue):
    """``ports.Ledger`` on one DynamoDB table. What only asks is here, the rest in its parts.

    A claim with ``only``, a plan and a settlement are a few requests for many mails. What is
    asked for all mails of an issue reads its 64 places, and is for operators. Rows go by
    themselves some weeks after they are closed; their counts stay.
    """

    def delivery(self, delivery_id: str) -> Delivery | None:
        """Return one delivery; the issues are looked through for it, the newest first."""
        for row in self._locate([delivery_id]).values():
            meta = self._meta(row["issue"])
            return _as_told(row, meta or {})
        return None

    def deliveries(
        self, issue_id: str, *, state: DeliveryState | None = None
    ) -> Iterator[Delivery]:
        """Yield the issue's deliveries ordered by id."""
        meta = self._meta(issue_id)
        if meta is None:
            return
        stored = {state} if state else set()
        if state is DeliveryState.PARKED and "parked_until" in meta:
            stored.add(DeliveryState.PLANNED)
        values = {f"s{number}": each.value for number, each in enumerate(sorted(stored))}
        keep = f"#state IN ({', '.join(f':{name}' for name in values)})" if values else ""
        for row in self._scan(issue_id, keep=keep, values=values):
            told = _as_told(row, meta)
            if state is None or told.state is state:
                yield told

    def count_by_state(
        self, issue_id: str, *, only: Collection[str] | None = None
    ) -> Mapping[DeliveryState, int]:
        """Count the issue's deliveries, or those of these ids; states without any are left out.

        One request for all of an issue; for some of them, one for each hundred and one more.
        """
        if only is not None:
            meta = self._meta(issue_id) or {}
            rows = self._rows((issue_id, each) for each in only).values()
            return Counter(_as_told(row, meta).state for row in rows)
        standing = self._standing(issue_id)
        if standing is None:
            return {}
        numbers = {state: standing.number(state) for state in DeliveryState}
        if standing.is_parked:
            numbers[DeliveryState.PARKED] += numbers.pop(DeliveryState.PLANNED)
        return {state: number for state, number in numbers.items() if number}

    def shown_papers(self, subscriber_ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Return the ids of papers already sent to each of these readers in the last months.

        Those of issues of the newest issue's month and the two before: what was shown longer ago
        may be shown again when arXiv announces it again.
        """
        shown: dict[str, set[str]] = {subscriber_id: set() for subscriber_id in subscriber_ids}
        newest = next(self._listed(is_descending=True, limit=1), None)
        if newest is None:
            return {subscriber_id: frozenset() for subscriber_id in shown}
        months = months_until(newest["sk"][:7], SHOWN_MONTHS)
        keys = (shown_key(reader, month) for reader in shown for month in months)
        for item in self._dynamo.get_all(self._table, keys).values():
            papers = shown[item["pk"].removeprefix("R#")]
            for name, value in item.items():
                papers.update(value.split(" ") if name.startswith("d_") else ())
        return {subscriber_id: frozenset(papers) for subscriber_id, papers in shown.items()}

    def unsent_papers(
        self, subscriber_ids: Sequence[str], *, first_on: date, last_on: date
    ) -> Mapping[str, frozenset[str]]:
        """Return, for readers who have any, ids of papers that were chosen but never arrived."""
        issues = [listed["issue"] for listed in self._listed(first_on=first_on, last_on=last_on)]
        keys = [(issue, id_of(issue, reader)) for reader in subscriber_ids for issue in issues]
        unsent: dict[str, set[str]] = {}
        for row in self._rows(keys).values():
            if _was_lost(row):
                papers = unsent.setdefault(row["reader"], set())
                papers.update(pick.paper_id for pick in picks_of(row))
        shown = self.shown_papers(tuple(unsent))
        left = {reader: frozenset(papers - shown[reader]) for reader, papers in unsent.items()}
        return {reader: papers for reader, papers in left.items() if papers}

    def sends_since(self, at: datetime) -> tuple[int, datetime | None]:
        """Return how many mails of all issues were accepted since ``at``, and when the first.

        Reads all mails of issues that are not DONE, or of days at most two weeks before.
        """
        accepted = sorted(
            row["accepted_at"]
            for listed in self._recent((at - _ACCEPTED_AT_MOST).date())
            for row in self._scan(
                listed["issue"],
                keep="accepted_at >= :at",
                values={"at": to_instant(at)},
            )
        )
        return len(accepted), from_instant(accepted[0]) if accepted else None

    def standings(self) -> Iterator[tuple[Mapping[str, Any], Standing]]:
        """Yield all issues as they are stored, the oldest first: for a copy of the store."""
        for listed in self._listed():
            standing = self._standing(listed["issue"])
            if standing is not None:
                yield standing.meta, standing

    def rows(self, issue_id: str) -> Iterator[dict[str, Any]]:
        """Yield the deliveries of an issue as they are stored: for a copy of the store."""
        return self._scan(issue_id)

    def _recent(self, day: date) -> Iterable[dict[str, Any]]:
        for listed in self._listed():
            if listed["state"] != IssueState.DONE.value or listed["sk"] >= day.isoformat():
                yield listed


def _as_told(row: Mapping[str, Any], meta: Mapping[str, Any]) -> Delivery:
    """Read a row; what is PLANNED of a parked issue is PARKED."""
    delivery = delivery_from_item(row)
    if delivery.state is DeliveryState.PLANNED and "parked_until" in meta:
        return replace(delivery, state=DeliveryState.PARKED, reason=meta.get("reason"))
    return delivery


def _was_lost(row: Mapping[str, Any]) -> bool:
    state = state_of(row)
    is_late = row.get("reason") == SkipReason.PAST_DEADLINE.value
    return state in _NOT_RECEIVED or (state is DeliveryState.SKIPPED and is_late)
