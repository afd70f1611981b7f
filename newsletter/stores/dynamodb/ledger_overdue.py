"""What nobody brings to an end: leases that ran out, mails that are too late."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from newsletter.model import DeliveryState, SkipReason
from newsletter.stores.codec import to_instant
from newsletter.stores.dynamodb.actions import check, delete, set_to
from newsletter.stores.dynamodb.faults import ConditionFailedError
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.ledger_changes import Change
from newsletter.stores.dynamodb.ledger_issues import WAITING, WAITING_VALUES
from newsletter.stores.dynamodb.ledger_keys import issue_key, issue_pk
from newsletter.stores.dynamodb.ledger_part import LedgerPart, Standing
from newsletter.stores.dynamodb.ledger_rows import state_of
from newsletter.stores.dynamodb.ledger_steps import Steps
from newsletter.stores.dynamodb.tables import key

_LEFT_BEHIND: Final = "the sender stopped before it knew the outcome"


class LedgerOverdue(LedgerPart):
    """What time decides.

    Both look at the list of issues first, and at those only that may have something: of an
    issue whose mails are all in time, no mail is read.
    """

    def expire_leases(self, now: datetime) -> int:
        """Move SENDING deliveries whose lease ran out to UNKNOWN; return how many."""
        instant = to_instant(now)
        return sum(self._expire(listed["issue"], instant) for listed in self._live())

    def skip_overdue(self, planned_before: datetime) -> int:
        """Move what was planned before this and is PLANNED or PARKED to SKIPPED(past_deadline)."""
        before = to_instant(planned_before)
        late = [listed for listed in self._live() if listed["planned_from"] < before]
        return sum(self._skip_overdue(listed, before) for listed in late)

    def _expire(self, issue_id: str, now: str) -> int:
        expired = 0
        for lease in self._leases(issue_id, now):
            rows = self._rows((issue_id, each) for each in lease["mails"])
            steps = Steps(self._table, now=self._parts.clock())
            written = {"settled_at": now, "reason": _LEFT_BEHIND}
            changes = [
                steps.move(row, DeliveryState.UNKNOWN, written)
                for row in rows.values()
                if state_of(row) is DeliveryState.SENDING and row["lease_until"] <= now
            ]
            expired += len(self._changes.commit(issue_id, changes))
            self._dynamo.write(delete(self._table, key(lease["pk"], lease["sk"])))
        return expired

    def _leases(self, issue_id: str, until: str) -> Iterator[dict[str, Any]]:
        after: Item | None = None
        is_more = True
        while is_more:
            page = self._dynamo.query(
                self._table,
                "pk = :pk AND sk BETWEEN :first AND :last",
                values={"pk": issue_pk(issue_id), "first": "L#", "last": f"L#{until}~"},
                limit=100,
                after=after,
            )
            yield from page.items
            after = page.after
            is_more = after is not None

    def _skip_overdue(self, listed: Mapping[str, Any], before: str) -> int:
        issue_id = listed["issue"]
        standing = self._standing(issue_id)
        if standing is None or not (
            standing.number(DeliveryState.PLANNED) + standing.number(DeliveryState.PARKED)
        ):
            return 0
        left = [before]
        skipped = len(self._changes.commit(issue_id, self._overdue(issue_id, before, left)))
        self._plan_from_now(standing, listed, min(left[1:], default=before))
        return skipped

    def _overdue(self, issue_id: str, before: str, left: list[str]) -> Iterator[Change]:
        """Yield the skipping of what is too late; gather in ``left`` when others were planned."""
        steps = Steps(self._table, now=self._parts.clock())
        for row in self._scan(issue_id, keep=WAITING, values=WAITING_VALUES):
            if row["planned_at"] < before:
                yield steps.skip(row, SkipReason.PAST_DEADLINE)
            else:
                left[1:] = [min([*left[1:], row["planned_at"]])]

    def _plan_from_now(
        self, standing: Standing, listed: Mapping[str, Any], planned_from: str
    ) -> None:
        """Note since when what is left was planned, unless more was planned meanwhile."""
        since = {"planned_from": planned_from}
        gates = [
            check(
                self._table,
                key(gate["pk"], gate["sk"]),
                "n_total = :total",
                values={"total": gate["n_total"]},
            )
            for gate in standing.gates
        ]
        actions = [
            set_to(self._table, issue_key(listed["issue"]), since),
            set_to(self._table, key(listed["pk"], listed["sk"]), since),
        ]
        with suppress(ConditionFailedError):
            self._dynamo.transact([*actions, *gates])
