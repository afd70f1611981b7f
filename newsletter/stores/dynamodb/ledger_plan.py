"""Issues are made and filled: every mail once, whoever plans it again."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from newsletter.errors import StoreError
from newsletter.model import Delivery, DeliveryState, Issue, IssueState, SkipReason
from newsletter.stores.codec import to_instant
from newsletter.stores.dynamodb.actions import put
from newsletter.stores.dynamodb.faults import ConditionFailedError
from newsletter.stores.dynamodb.ledger_changes import Change, Gate, GateShutError
from newsletter.stores.dynamodb.ledger_issues import LedgerIssues
from newsletter.stores.dynamodb.ledger_keys import GATES, gate_key, issue_key, listed_key
from newsletter.stores.dynamodb.ledger_rows import issue_to_item
from newsletter.stores.dynamodb.ledger_spool import Spooled, spooled
from newsletter.stores.dynamodb.ledger_steps import Steps

_NOT_THERE: Final = "attribute_not_exists(pk)"
_AT_ONCE: Final = 90


class LedgerPlan(LedgerIssues):
    """How issues come into the ledger."""

    def plan(self, issue: Issue, deliveries: Iterable[Delivery]) -> int:
        """Write the issue and those of its deliveries that are not there yet.

        Nothing is written before all deliveries were made; then they are written in
        transactions of some 90. What is stopped in between is completed by planning again.
        Returns how many rows were new; rows that exist, the issue's too, stay as they are. New
        rows open an issue again that was DONE, and are SKIPPED in one that is CANCELLED.
        """
        new = 0
        with spooled(issue, deliveries) as rows:
            state = self._add_issue(issue)
            while portion := dict(islice(rows, _AT_ONCE)):
                added, state = self._add(issue.id, portion, state)
                new += added
        if state == IssueState.DONE.value:
            self._reopen_if_waiting(issue.id)
        return new

    def _add_issue(self, issue: Issue) -> str:
        """Write the issue if it is not there; return its state."""
        planned_from = to_instant(issue.created_at)
        meta = self._meta(issue.id)
        if meta is None and self._make_issue(issue, planned_from):
            return issue.state.value
        meta = meta or self._meta(issue.id)
        if meta is None:
            raise StoreError(f"the store on DynamoDB has lost the issue {issue.id}")
        self._plan_from(meta, planned_from)
        return str(meta["state"])

    def _make_issue(self, issue: Issue, planned_from: str) -> bool:
        state = {"state": issue.state.value}
        since = {"planned_from": planned_from}
        meta, listed = issue_to_item(issue) | since, {"issue": issue.id} | state | since
        gate = state | {"n_planned": 0, "n_parked": 0, "n_sending": 0, "n_total": 0}
        actions = [
            put(self._table, issue_key(issue.id), meta, condition=_NOT_THERE),
            put(self._table, listed_key(issue), listed),
            *(put(self._table, gate_key(issue.id, each), gate) for each in range(GATES)),
        ]
        try:
            self._dynamo.transact(actions)
        except ConditionFailedError:
            return False
        return True

    def _add(self, issue_id: str, rows: dict[str, Any], state: str) -> tuple[int, str]:
        """Add rows that are not there yet; return how many were new, and the issue's state."""
        done: frozenset[str] = frozenset()
        while True:
            left = [(each, row) for each, row in rows.items() if each not in done]
            gate = Gate(condition="#state = :state", values={"state": state})
            try:
                done |= self._changes.commit(issue_id, self._first_steps(left, state), gate)
            except GateShutError as shut:
                if shut.state is None or shut.state == state:
                    raise StoreError(f"the store on DynamoDB has lost {issue_id}") from shut
                done, state = done | shut.done, shut.state
            else:
                return len(done), state

    def _first_steps(self, rows: Iterable[Spooled], issue_state: str) -> Iterator[Change]:
        steps = Steps(self._table, now=self._parts.clock())
        is_cancelled = issue_state == IssueState.CANCELLED.value
        for delivery_id, item in rows:
            state = DeliveryState(item["state"])
            if is_cancelled and state is DeliveryState.PLANNED:
                skipped = {**item, "reason": SkipReason.CANCELLED.value}
                yield steps.plan(delivery_id, skipped, DeliveryState.SKIPPED)
            else:
                yield steps.plan(delivery_id, item, state)
