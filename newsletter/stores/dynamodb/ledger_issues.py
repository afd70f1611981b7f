"""Issues: found, paused, cancelled, closed."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from newsletter.errors import StoreError
from newsletter.model import DeliveryState, Issue, IssueProgress, IssueState, SkipReason
from newsletter.stores.codec import from_instant_or_none, to_text_or_none
from newsletter.stores.dynamodb.actions import Action, set_to
from newsletter.stores.dynamodb.faults import ConditionFailedError
from newsletter.stores.dynamodb.ledger_keys import GATES, gate_key, issue_key, listed_key
from newsletter.stores.dynamodb.ledger_part import LedgerPart, Standing
from newsletter.stores.dynamodb.ledger_rows import issue_from_item
from newsletter.stores.dynamodb.ledger_steps import Steps
from newsletter.stores.dynamodb.tables import key

_LIVE: Final = (IssueState.OPEN.value, IssueState.PAUSED.value)
_THERE: Final = "attribute_exists(pk)"
WAITING: Final = "#state IN (:planned, :parked)"
WAITING_VALUES: Final = {
    "planned": DeliveryState.PLANNED.value,
    "parked": DeliveryState.PARKED.value,
}


class LedgerIssues(LedgerPart):
    """What the ledger knows of issues."""

    def issue(self, issue_id: str) -> Issue | None:
        """Return the issue of this id."""
        meta = self._meta(issue_id)
        return issue_from_item(meta) if meta else None

    def latest_issue(self) -> Issue | None:
        """Return the issue with the newest ``last_on``; of several, the one made last."""
        newest = next(self._listed(is_descending=True, limit=1), None)
        return self.issue(newest["issue"]) if newest else None

    def current_issues(self) -> tuple[Issue, ...]:
        """Return the issues with the newest ``last_on``, and all OPEN or PAUSED; oldest first."""
        listed = list(self._listed())
        newest = listed[-1]["sk"].partition("#")[0] if listed else ""
        return self._read(
            each for each in listed if each["state"] in _LIVE or each["sk"].startswith(newest)
        )

    def unfinished_issues(self) -> tuple[Issue, ...]:
        """Return the OPEN issues, oldest first."""
        live = self._live()
        return self._read(each for each in live if each["state"] == IssueState.OPEN.value)

    def progress(self, issue_id: str) -> IssueProgress | None:
        """Return where the sending of this issue stands; None when there is none of this id."""
        standing = self._standing(issue_id)
        if standing is None:
            return None
        return IssueProgress(
            state=IssueState(standing.meta["state"]),
            planned=standing.total("n_total"),
            parked_until=from_instant_or_none(standing.meta.get("parked_until")),
            reason=standing.meta.get("reason"),
        )

    def set_issue_state(
        self, issue_id: str, state: IssueState, *, reason: str | None = None
    ) -> None:
        """Open, pause or close an issue, and say why; raise ``StoreError`` if there is none."""
        meta = self._meta(issue_id)
        if meta is None:
            raise StoreError(f"the store on DynamoDB has no issue {issue_id}")
        issue = issue_from_item(meta)
        self._dynamo.transact(
            [
                set_to(
                    self._table,
                    issue_key(issue_id),
                    {"state": state.value, "reason": to_text_or_none(reason)},
                    condition=_THERE,
                ),
                set_to(self._table, listed_key(issue), {"state": state.value}),
                *self._set_gates(issue_id, {"state": state.value}),
            ]
        )

    def close_finished(self, issue_id: str) -> bool:
        """Move an OPEN issue with nothing left to send to DONE; tell whether it was moved."""
        standing = self._standing(issue_id)
        if standing is None or standing.meta["state"] != IssueState.OPEN.value or standing.waiting:
            return False
        try:
            self._dynamo.transact(self._closing(standing))
        except ConditionFailedError:
            # Somebody has planned, claimed or cancelled meanwhile.
            return False
        return True

    def cancel(self, issue_id: str) -> int:
        """Cancel an issue: what is PLANNED or PARKED is SKIPPED; return how many."""
        self.set_issue_state(issue_id, IssueState.CANCELLED)
        steps = Steps(self._table, now=self._parts.clock())
        rows = self._scan(issue_id, keep=WAITING, values=WAITING_VALUES)
        skipped = (steps.skip(row, SkipReason.CANCELLED) for row in rows)
        return len(self._changes.commit(issue_id, skipped))

    def _read(self, listed: Iterable[Mapping[str, Any]]) -> tuple[Issue, ...]:
        ids = [item["issue"] for item in listed]
        metas = self._metas(ids)
        return tuple(issue_from_item(metas[each]) for each in ids if each in metas)

    def _set_gates(self, issue_id: str, attributes: dict[str, Any]) -> list[Action]:
        keys = (gate_key(issue_id, number) for number in range(GATES))
        return [set_to(self._table, each, attributes, condition=_THERE) for each in keys]

    def _closing(self, standing: Standing) -> list[Action]:
        """Close an issue if all its gates still count what they counted."""
        done = {"state": IssueState.DONE.value}
        none = {"parked_until": None, "reason": None}
        issue = issue_from_item(standing.meta)
        still = "#state = :open"
        open_value = {"open": IssueState.OPEN.value}
        counters = ("n_planned", "n_parked", "n_sending")
        gates = [
            set_to(
                self._table,
                key(gate["pk"], gate["sk"]),
                {**done, "parked_until": None},
                condition=" AND ".join(f"{name} = :{name}" for name in counters),
                values={name: gate[name] for name in counters},
            )
            for gate in standing.gates
        ]
        meta = issue_key(issue.id)
        return [
            set_to(self._table, meta, done | none, condition=still, values=open_value),
            set_to(self._table, listed_key(issue), done),
            *gates,
        ]

    def _plan_from(self, meta: Mapping[str, Any], planned_from: str) -> None:
        """Note since when mails of an issue may be planned, if that is earlier than we thought."""
        if planned_from >= meta["planned_from"]:
            return
        for each in (issue_key(meta["issue"]), listed_key(issue_from_item(meta))):
            self._dynamo.write(set_to(self._table, each, {"planned_from": planned_from}))

    def _reopen_if_waiting(self, issue_id: str) -> None:
        standing = self._standing(issue_id)
        if standing and standing.meta["state"] == IssueState.DONE.value and standing.waiting:
            self._reopen(issue_id)

    def _reopen(self, issue_id: str) -> None:
        """Open an issue that is DONE; leave one in any other state alone."""
        meta = self._meta(issue_id)
        if meta is None or meta["state"] != IssueState.DONE.value:
            return
        opened = {"state": IssueState.OPEN.value}
        done = {"done": IssueState.DONE.value}
        actions = [
            set_to(
                self._table, issue_key(issue_id), opened, condition="#state = :done", values=done
            ),
            set_to(self._table, listed_key(issue_from_item(meta)), opened),
            *self._set_gates(issue_id, opened),
        ]
        try:
            self._dynamo.transact(actions)
        except ConditionFailedError:
            return
