"""Mails as the events and the readers' rights see them: found without their issue, and changed."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from random import randrange
from typing import Any, Final

from newsletter.model import Delivery, DeliveryChange, DeliveryState
from newsletter.model.delivery_id import delivery_id as id_of
from newsletter.stores.codec import to_instant, to_text_or_none
from newsletter.stores.dynamodb.actions import Action, delete, set_to, update
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.ledger_changes import counter_of
from newsletter.stores.dynamodb.ledger_keys import GATES, gate_key, mail_key, shown_pk
from newsletter.stores.dynamodb.ledger_part import LedgerPart
from newsletter.stores.dynamodb.ledger_rows import delivery_from_item, picks_of
from newsletter.stores.dynamodb.ledger_steps import Steps
from newsletter.stores.dynamodb.packing import pack
from newsletter.stores.dynamodb.tables import delivery_key, key
from subscribers.privacy import Received

SHOWN: Final = frozenset(
    {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.DELAYED, DeliveryState.COMPLAINED}
)
"""States of a mail that its reader got, or will; papers of others may be in the next one."""
PROVED: Final = frozenset(
    {
        DeliveryState.DELIVERED,
        DeliveryState.DELAYED,
        DeliveryState.BOUNCED,
        DeliveryState.COMPLAINED,
    }
)
"""States that prove that an event came in."""
_ISSUES_AT_ONCE: Final = 100


class DynamoDeliveryRows(LedgerPart):
    """``DeliveryRows`` on the LEDGER table."""

    def find(self, delivery_ids: Iterable[str]) -> Mapping[str, Delivery]:
        """Return the deliveries among these ids; those of the last two months are found."""
        rows = self._locate(set(delivery_ids))
        return {delivery_id: delivery_from_item(row) for delivery_id, row in rows.items()}

    def by_provider(self, provider_ids: Iterable[str]) -> Mapping[str, str]:
        """Return the ids of the deliveries that a provider knows by these ids of its own."""
        notes = self._dynamo.get_all(self._table, map(mail_key, set(provider_ids)))
        return {note["pk"].removeprefix("M#"): note["delivery"] for note in notes.values()}

    def change_actions(self, delivery: Delivery, change: DeliveryChange) -> tuple[Action, ...]:
        """Return the writes of a change, in one transaction with others; at most 4.

        On the condition that the delivery is still as given (state, attempt).
        """
        steps = Steps(self._table, now=self._parts.clock())
        shown: tuple[Action, ...] = ()
        if change.state in SHOWN:
            shown = steps.show(delivery)
        elif delivery.state in SHOWN:
            shown = (steps.take_back(delivery),)
        row = key(**delivery_key(delivery.issue_id, delivery.id))
        told = {**row, "issue": delivery.issue_id, "state": delivery.state.value}
        reason = {"reason": to_text_or_none(change.reason)}
        move = steps.move({**told, "attempt": delivery.attempt}, change.state, reason)
        return (
            _with_acceptance(move.row(secrets.token_urlsafe(12)), change),
            self._count(delivery, change),
            *move.further,
            *shown,
        )

    def received(self, subscriber_id: str, *, limit: int) -> tuple[Received, ...]:
        """Return the last issues that were meant for a reader, newest first."""
        received: list[Received] = []
        for row in self._rows_of_reader(subscriber_id):
            papers = tuple(pick.paper_id for pick in picks_of(row))
            received.append(Received(issue_id=row["issue"], state=row["state"], papers=papers))
            if len(received) == limit:
                break
        return tuple(received)

    def forget_reader(self, subscriber_id: str) -> None:
        """Empty the picks of a reader's deliveries, and forget what was shown to them."""
        nothing = {"picks": pack("[]")}
        for row in self._rows_of_reader(subscriber_id):
            emptied = set_to(self._table, key(row["pk"], row["sk"]), nothing)
            self._dynamo.write(emptied)
        pk = shown_pk(subscriber_id)
        page = self._dynamo.query(self._table, "pk = :pk", values={"pk": pk})
        gone = [delete(self._table, key(item["pk"], item["sk"])) for item in page.items]
        self._dynamo.write_all(gone)

    def _rows_of_reader(self, subscriber_id: str) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of a reader, of the newest issue first."""
        issues = [listed["issue"] for listed in self._listed(is_descending=True)]
        for start in range(0, len(issues), _ISSUES_AT_ONCE):
            portion = issues[start : start + _ISSUES_AT_ONCE]
            rows = self._rows((issue, id_of(issue, subscriber_id)) for issue in portion)
            by_issue = {row["issue"]: row for row in rows.values()}
            yield from (by_issue[issue] for issue in portion if issue in by_issue)

    def _count(self, delivery: Delivery, change: DeliveryChange) -> Action:
        """Count the change at a gate, and note there of which mail an event came in."""
        before, after = counter_of(delivery.state), counter_of(change.state)
        changed = [(before, "less"), (after, "more")] if before != after else []
        added = ", ".join(f"{name} :{by}" for name, by in changed)
        values: dict[str, Any] = {"less": -1, "more": 1} if changed else {}
        expression = f"ADD {added}" if changed else "ADD n_total :nothing"
        values |= {} if changed else {"nothing": 0}
        if change.state in PROVED:
            expression += " SET proved_at = :proved"
            values["proved"] = to_instant(change.accepted_at)
        at = gate_key(delivery.issue_id, randrange(GATES))  # noqa: S311 - no secret
        return update(self._table, at, expression, condition="attribute_exists(pk)", values=values)


def _with_acceptance(row: Action, change: DeliveryChange) -> Action:
    """Let the write of a row keep what the provider said first."""
    first: Item = {
        "provider": change.provider_id,
        "accepted": to_instant(change.accepted_at),
    }
    kept = (
        "provider_id = if_not_exists(provider_id, :provider), "
        "accepted_at = if_not_exists(accepted_at, :accepted)"
    )
    assert row.update.startswith("SET ")
    return update(
        row.table,
        row.key,
        f"SET {kept}, {row.update.removeprefix('SET ')}",
        condition=row.condition,
        values={**row.values, **first},
        names=row.names,
    )
