"""Deliveries that wait: parked until they may go on, unknown until somebody decides."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from newsletter.model import DeliveryState, IssueState
from newsletter.stores.codec import to_instant, to_text
from newsletter.stores.dynamodb.actions import set_to
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.ledger_changes import Gate, GateShutError
from newsletter.stores.dynamodb.ledger_issues import LedgerIssues
from newsletter.stores.dynamodb.ledger_keys import HELD, held_key, issue_key
from newsletter.stores.dynamodb.ledger_rows import state_of
from newsletter.stores.dynamodb.ledger_steps import Steps

_LAST_ISSUES: Final = 10
_THERE: Final = "attribute_exists(pk)"


class LedgerHeld(LedgerIssues):
    """What is held back, and what ends it.

    An issue is parked as a whole: its rows stay PLANNED, and count as PARKED until it is
    released. So neither costs more for a million mails than for one.
    """

    def park(self, issue_id: str, *, until: datetime, reason: str) -> int:
        """Let what is PLANNED of an issue be PARKED; return how many were not before."""
        standing = self._standing(issue_id)
        if standing is None:
            return 0
        was_parked = standing.is_parked
        instant, why = to_instant(until), to_text(reason)
        if (standing.meta.get("parked_until"), standing.meta.get("reason")) != (instant, why):
            self._set_parked(issue_id, instant, why)
        return 0 if was_parked else standing.number(DeliveryState.PLANNED)

    def release(self, issue_id: str, *, now: datetime | None = None) -> int:
        """Move what is PARKED back to PLANNED, if it may go on by ``now``; return how many."""
        standing = self._standing(issue_id)
        if standing is None:
            return 0
        until = standing.meta.get("parked_until")
        if until is not None and now is not None and until > to_instant(now):
            return 0
        released = standing.number(DeliveryState.PLANNED) if until is not None else 0
        if until is not None:
            self._set_parked(issue_id, None, None)
        if standing.number(DeliveryState.PARKED):
            released += self._release_rows(issue_id)
        if released:
            self._reopen(issue_id)
        return released

    def silent_unknown(
        self,
        issue_id: str,
        *,
        settled_after: datetime,
        settled_before: datetime,
        max_resends: int,
    ) -> tuple[str, ...]:
        """Return ids of UNKNOWN deliveries that no event speaks of although it should have."""
        first, last = to_instant(settled_after), to_instant(settled_before)
        held = [
            item["sk"]
            for item in self._held_of(issue_id, DeliveryState.UNKNOWN)
            if first <= item.get("settled_at", "") <= last
        ]
        proved_at = self._proved_at() if held else ""
        rows = self._rows((issue_id, each) for each in held)
        silent = [
            row["sk"]
            for row in rows.values()
            if state_of(row) is DeliveryState.UNKNOWN
            and row.get("settled_at", "~") < proved_at
            and len(row.get("resends", ())) < max_resends
        ]
        heard_of = self._parts.heard_of(silent)
        return tuple(sorted(each for each in silent if each not in heard_of))

    def reset_unknown(
        self, delivery_ids: Sequence[str], *, at: datetime, reason: str, max_resends: int
    ) -> tuple[str, ...]:
        """Move UNKNOWN deliveries back to PLANNED, and write down when and why.

        Returns the ids of those that were moved: left as they are those in another state, of a
        CANCELLED issue, or sent again ``max_resends`` times already.
        """
        ids = sorted(set(delivery_ids))
        if not ids:
            return ()
        held = self._dynamo.get_all(self._table, map(held_key, ids)).values()
        of_issue: dict[str, list[str]] = defaultdict(list)
        for note in held:
            of_issue[note["issue"]].append(note["sk"])
        moved: set[str] = set()
        for issue_id, theirs in of_issue.items():
            rows = self._rows((issue_id, each) for each in theirs)
            again = [
                row
                for row in rows.values()
                if state_of(row) is DeliveryState.UNKNOWN
                and len(row.get("resends", ())) < max_resends
            ]
            moved |= self._send_again(issue_id, again, to_instant(at), to_text(reason))
        return tuple(sorted(moved))

    def _proved_at(self) -> str:
        """Return when a mail was accepted of which an event came in; at most the newest one.

        Of the last issues; where several events came in at once it may be an older mail's.
        """
        newest = islice(self._listed(is_descending=True, limit=_LAST_ISSUES), _LAST_ISSUES)
        standings = (self._standing(listed["issue"]) for listed in newest)
        gates = (gate for standing in standings if standing for gate in standing.gates)
        return max((str(gate.get("proved_at", "")) for gate in gates), default="")

    def _send_again(
        self, issue_id: str, rows: Sequence[Mapping[str, Any]], at: str, reason: str
    ) -> frozenset[str]:
        meta = self._meta(issue_id)
        if not rows or meta is None or meta["state"] == IssueState.CANCELLED.value:
            return frozenset()
        self._reopen(issue_id)
        self._plan_from(meta, at)
        steps = Steps(self._table, now=self._parts.clock())
        changes = [
            steps.move(row, DeliveryState.PLANNED, _planned_again(row, at, reason)) for row in rows
        ]
        gate = Gate(
            condition="#state <> :cancelled", values={"cancelled": IssueState.CANCELLED.value}
        )
        try:
            return self._changes.commit(issue_id, changes, gate)
        except GateShutError as shut:
            return shut.done

    def _set_parked(self, issue_id: str, until: str | None, reason: str | None) -> None:
        parked = {"parked_until": until}
        about = {**parked, "reason": reason}
        self._dynamo.transact(
            [
                set_to(self._table, issue_key(issue_id), about, condition=_THERE),
                *self._set_gates(issue_id, parked),
            ]
        )

    def _release_rows(self, issue_id: str) -> int:
        held = [item["sk"] for item in self._held_of(issue_id, DeliveryState.PARKED)]
        rows = self._rows((issue_id, each) for each in held).values()
        steps = Steps(self._table, now=self._parts.clock())
        parked = [row for row in rows if state_of(row) is DeliveryState.PARKED]
        changes = [steps.move(row, DeliveryState.PLANNED, {"reason": None}) for row in parked]
        return len(self._changes.commit(issue_id, changes))

    def _held_of(self, issue_id: str, state: DeliveryState) -> Iterator[dict[str, Any]]:
        after: Item | None = None
        is_more = True
        while is_more:
            page = self._dynamo.query(
                self._table,
                "pk = :pk",
                values={"pk": HELD, "issue": issue_id, "held": state.value},
                keep="issue = :issue AND #state = :held",
                names={"state": "state"},
                after=after,
            )
            yield from page.items
            after = page.after
            is_more = after is not None


def _planned_again(row: Mapping[str, Any], at: str, reason: str) -> dict[str, Any]:
    resends = [*row.get("resends", ()), [row["attempt"], at, reason]]
    return {"planned_at": at, "reason": reason, "settled_at": None, "resends": resends}
