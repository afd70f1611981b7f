"""The steps that mails take, as changes: what each needs of the row, and what it writes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from newsletter.model import Delivery, DeliveryState, Settlement, SkipReason
from newsletter.stores.codec import to_instant, to_text_or_none
from newsletter.stores.dynamodb.actions import Action, delete, put, set_to, update
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.ledger_changes import MADE_BY, Change
from newsletter.stores.dynamodb.ledger_keys import held_key, mail_key, month_of, shown_key
from newsletter.stores.dynamodb.ledger_rows import KEPT, expiry_of, state_of
from newsletter.stores.dynamodb.tables import delivery_key, expires_at

HELD_STATES = frozenset({DeliveryState.UNKNOWN, DeliveryState.PARKED})


class Steps:
    """Make changes for one table, at one moment."""

    def __init__(self, table: str, *, now: datetime) -> None:
        self._table = table
        self._now = now

    def plan(self, delivery_id: str, item: Item, state: DeliveryState) -> Change:
        """Add a row that is not there yet."""
        key = delivery_key(item["issue"], delivery_id)
        written = {**item, "state": state.value, "expires_at": expiry_of(state, self._now)}
        return Change(
            delivery_id=delivery_id,
            before=None,
            after=state,
            row=lambda token: put(
                self._table, key, {**written, MADE_BY: token}, condition="attribute_not_exists(pk)"
            ),
        )

    def move(self, row: Mapping[str, Any], after: DeliveryState, written: Item) -> Change:
        """Bring a row that was read into another state, if nobody has touched it since.

        Args:
            row: as it was read.
            after: its next state.
            written: what else is written; None takes an attribute away.
        """
        before = state_of(row)
        return Change(
            delivery_id=row["sk"],
            before=before,
            after=after,
            row=self._move(_key(row), (before, row["attempt"]), after, written),
            further=self._held(row["issue"], row["sk"], before, after, written),
        )

    def skip(self, row: Mapping[str, Any], reason: SkipReason) -> Change:
        """Skip what has not been sent."""
        return self.move(row, DeliveryState.SKIPPED, {"reason": reason.value})

    def settle(self, settlement: Settlement, *, is_cancelled: bool) -> Change:
        """Record what became of a claim, if it still is this one's."""
        delivery, state = settlement.claim.delivery, settlement.state
        written = _settled(settlement)
        if is_cancelled and state in {DeliveryState.PLANNED, DeliveryState.PARKED}:
            state, written["reason"] = DeliveryState.SKIPPED, SkipReason.CANCELLED.value
        before = DeliveryState.SENDING
        issue_id, delivery_id = delivery.issue_id, delivery.id
        further = self._held(issue_id, delivery_id, before, state, written)
        if state is DeliveryState.SENT:
            further += (*self.show(delivery), *self._name(delivery, written["provider_id"]))
        return Change(
            delivery_id=delivery_id,
            before=before,
            after=state,
            row=self._move(
                delivery_key(issue_id, delivery_id), (before, delivery.attempt), state, written
            ),
            further=further,
        )

    def show(self, delivery: Delivery) -> tuple[Action, ...]:
        """Note that the reader has the papers of this delivery."""
        papers = " ".join(pick.paper_id for pick in delivery.picks)
        key = shown_key(delivery.subscriber_id, month_of(delivery.issue_id))
        name = shown_name(delivery.id)
        values = {"papers": papers, "expires": expires_at(self._now + 3 * KEPT)}
        expression = f"SET {name} = :papers, expires_at = :expires"
        return (update(self._table, key, expression, values=values),) if papers else ()

    def take_back(self, delivery: Delivery) -> Action:
        """Let the papers of this delivery be shown again, but for those others have shown."""
        key = shown_key(delivery.subscriber_id, month_of(delivery.issue_id))
        return update(self._table, key, f"REMOVE {shown_name(delivery.id)}")

    def _move(
        self, key: Item, before: tuple[DeliveryState, int], after: DeliveryState, written: Item
    ) -> Callable[[str], Action]:
        attributes = {
            "lease_until": None,
            **written,
            "state": after.value,
            "expires_at": expiry_of(after, self._now),
        }
        was = "#attempt" if "attempt" in attributes else "attempt"
        return lambda token: set_to(
            self._table,
            key,
            {**attributes, MADE_BY: token},
            condition=f"#state = :before AND {was} = :was",
            values={"before": before[0].value, "was": before[1]},
        )

    def _held(
        self,
        issue_id: str,
        delivery_id: str,
        before: DeliveryState,
        after: DeliveryState,
        written: Item,
    ) -> tuple[Action, ...]:
        """Note what is UNKNOWN or PARKED in a place where it is found without its issue."""
        if after in HELD_STATES:
            note = {
                "issue": issue_id,
                "state": after.value,
                "settled_at": written.get("settled_at"),
                "expires_at": expires_at(self._now + KEPT),
            }
            return (put(self._table, held_key(delivery_id), note),)
        return (delete(self._table, held_key(delivery_id)),) if before in HELD_STATES else ()

    def _name(self, delivery: Delivery, provider_id: str | None) -> tuple[Action, ...]:
        if not provider_id:
            return ()
        note = {
            "issue": delivery.issue_id,
            "delivery": delivery.id,
            "expires_at": expires_at(self._now + KEPT),
        }
        return (put(self._table, mail_key(provider_id), note),)


def shown_name(delivery_id: str) -> str:
    """Return the attribute that has the papers which a delivery has shown."""
    return f"d_{delivery_id}"


def _key(row: Mapping[str, Any]) -> Item:
    return {"pk": row["pk"], "sk": row["sk"]}


def _settled(settlement: Settlement) -> dict[str, Any]:
    receipt, at = settlement.receipt, settlement.at
    return {
        "provider_id": to_text_or_none(receipt.provider_id) if receipt else None,
        "accepted_at": to_instant(receipt.accepted_at) if receipt else None,
        "reason": to_text_or_none(settlement.reason),
        "body_sha256": settlement.body_sha256,
        "settled_at": to_instant(at) if at else None,
    }
