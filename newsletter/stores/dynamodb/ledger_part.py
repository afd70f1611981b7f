"""What the parts of the ledger share: the table, and how its rows are found."""

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from newsletter.model import DeliveryState, IssueState
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.ledger_changes import Changes, counter_of
from newsletter.stores.dynamodb.ledger_keys import (
    GATES,
    ISSUES,
    issue_key,
    issue_pk,
    shard_pks,
)
from newsletter.stores.dynamodb.tables import delivery_key
from subscribers.model import Subscriber

FindReaders = Callable[[Sequence[str]], Mapping[str, Subscriber]]
"""Return the records of these readers as they are now, by id."""

FindHeardOf = Callable[[Sequence[str]], Collection[str]]
"""Return those of these mails of which any event came in."""

_SHARD_PAGE: Final = 100
_LOOKED_BACK: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerParts:
    """What every part of the ledger is given.

    Attributes:
        table: the name of LEDGER.
        clock: tells when closed rows may go.
    """

    dynamo: Dynamo
    table: str
    readers: FindReaders
    heard_of: FindHeardOf
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An issue with its counts, read at one moment.

    Attributes:
        meta: the issue's item.
        gates: the items of its gates.
    """

    meta: Mapping[str, Any]
    gates: tuple[Mapping[str, Any], ...]

    @property
    def is_parked(self) -> bool:
        """Tell whether what is PLANNED counts as PARKED."""
        return "parked_until" in self.meta

    @property
    def may_claim(self) -> bool:
        """Tell whether mails may be claimed."""
        return bool(self.meta["state"] == IssueState.OPEN.value) and not self.is_parked

    def number(self, state: DeliveryState) -> int:
        """Return how many rows have this state."""
        return self.total(counter_of(state))

    def total(self, counter: str) -> int:
        """Return the sum of a counter over the gates."""
        return sum(gate.get(counter, 0) for gate in self.gates)

    @property
    def waiting(self) -> int:
        """Return how many mails are still to be sent, or being sent."""
        states = (DeliveryState.PLANNED, DeliveryState.PARKED, DeliveryState.SENDING)
        return sum(self.number(state) for state in states)


class LedgerPart:
    """One side of the ledger; all sides are on one table."""

    def __init__(self, parts: LedgerParts) -> None:
        self._parts = parts
        self._dynamo = parts.dynamo
        self._table = parts.table
        self._changes = Changes(parts.dynamo, parts.table)

    def _standing(self, issue_id: str) -> Standing | None:
        """Return an issue with its counts, in one request."""
        page = self._dynamo.query(
            self._table,
            "pk = :pk AND begins_with(sk, :about)",
            values={"pk": issue_pk(issue_id), "about": "A#"},
            limit=GATES + 1,
        )
        gates = tuple(item for item in page.items if item["sk"] != "A#META")
        metas = [item for item in page.items if item["sk"] == "A#META"]
        return Standing(meta=metas[0], gates=gates) if metas else None

    def _meta(self, issue_id: str) -> dict[str, Any] | None:
        return self._dynamo.get(self._table, issue_key(issue_id))

    def _metas(self, issue_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        found = self._dynamo.get_all(self._table, map(issue_key, issue_ids))
        return {item["issue"]: item for item in found.values()}

    def _listed(
        self,
        *,
        first_on: date = date.min,
        last_on: date = date.max,
        is_descending: bool = False,
        limit: int = 500,
    ) -> Iterator[dict[str, Any]]:
        """Yield the list's items of issues by ``last_on``, both days included."""
        after: Item | None = None
        is_more = True
        while is_more:
            page = self._dynamo.query(
                self._table,
                "pk = :pk AND sk BETWEEN :first AND :last",
                values={
                    "pk": ISSUES,
                    "first": first_on.isoformat(),
                    "last": f"{last_on.isoformat()}~",
                },
                is_descending=is_descending,
                limit=limit,
                after=after,
            )
            yield from page.items
            after = page.after
            is_more = after is not None

    def _live(self) -> list[dict[str, Any]]:
        """Return the list's items of issues that are not DONE, the oldest first."""
        return [item for item in self._listed() if item["state"] != IssueState.DONE.value]

    def _rows(self, keys: Iterable[tuple[str, str]]) -> dict[str, dict[str, Any]]:
        """Return rows of mails, given as (issue, mail), by mail; 100 in a request."""
        found = self._dynamo.get_all(self._table, (delivery_key(*each) for each in keys))
        return {item["sk"]: item for item in found.values()}

    def _locate(self, delivery_ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """Return rows of mails of which the issue is not known: the newest are found first."""
        found: dict[str, dict[str, Any]] = {}
        oldest = ""
        for listed in self._listed(is_descending=True, limit=100):
            day = date.fromisoformat(listed["sk"][:10])
            oldest = oldest or (day - _LOOKED_BACK).isoformat()
            left = [each for each in delivery_ids if each not in found]
            if not left or listed["sk"] < oldest:
                break
            found |= self._rows((listed["issue"], each) for each in left)
        return found

    def _scan(
        self, issue_id: str, *, keep: str = "", values: Item | None = None, after: str = ""
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of an issue in order of id, from all its places; for operators.

        Args:
            issue_id: which.
            keep: a filter, in which ``#state`` is the state.
            values: what stands behind ``:name`` in it.
            after: an id; only those after it.
        """
        shards = [
            self._scan_shard(pk, keep=keep, values=values or {}, after=after)
            for pk in shard_pks(issue_id)
        ]
        return heapq.merge(*shards, key=lambda item: str(item["sk"]))

    def _scan_shard(
        self, pk: str, *, keep: str, values: Item, after: str
    ) -> Iterator[dict[str, Any]]:
        last: Item | None = None
        is_more = True
        while is_more:
            page = self._dynamo.query(
                self._table,
                "pk = :pk AND sk > :after" if after else "pk = :pk",
                values={"pk": pk, **values} | ({"after": after} if after else {}),
                keep=keep,
                names={"state": "state"} if "#state" in keep else None,
                limit=_SHARD_PAGE,
                after=last,
            )
            yield from page.items
            last = page.after
            is_more = last is not None
