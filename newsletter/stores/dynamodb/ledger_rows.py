"""Issues and mails as items of the LEDGER table.

Instants are texts in order of time. Picks are packed: they are most of a mail's row, which is
written again with each step, and paid for by its size.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from newsletter.model import Delivery, DeliveryState, Issue, IssueState, Pick
from newsletter.stores.codec import (
    decode_batches,
    decode_picks,
    encode_batches,
    from_instant,
    from_instant_or_none,
    to_instant,
)
from newsletter.stores.dynamodb.faults import damaged
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.packing import UNPACK_ERRORS, pack, unpack
from newsletter.stores.dynamodb.tables import expires_at

KEPT: Final = timedelta(days=35)
"""For how long a mail's row is kept after it is closed, at least."""
CLOSED: Final = frozenset(set(DeliveryState)) - {
    DeliveryState.PLANNED,
    DeliveryState.PARKED,
    DeliveryState.SENDING,
    DeliveryState.UNKNOWN,
}


def issue_to_item(issue: Issue) -> dict[str, Any]:
    """Write an issue as attributes."""
    return {
        "issue": issue.id,
        "first_on": issue.first_on.isoformat(),
        "last_on": issue.last_on.isoformat(),
        "announced": issue.announced,
        "batches": pack(encode_batches(issue.batches)),
        "state": issue.state.value,
        "created_at": to_instant(issue.created_at),
    }


def issue_from_item(item: Item) -> Issue:
    """Read an issue; raise ``StoreError`` when the item is damaged."""
    try:
        return Issue(
            id=item["issue"],
            first_on=date.fromisoformat(item["first_on"]),
            last_on=date.fromisoformat(item["last_on"]),
            announced=item["announced"],
            batches=decode_batches(unpack(item["batches"])),
            state=IssueState(item["state"]),
            created_at=from_instant(item["created_at"]),
        )
    except UNPACK_ERRORS as error:
        raise damaged(f"the issue {item.get('issue')}", error) from error


def delivery_from_item(item: Item) -> Delivery:
    """Read a delivery; raise ``StoreError`` when the item is damaged."""
    try:
        return Delivery(
            id=item["sk"],
            issue_id=item["issue"],
            subscriber_id=item["reader"],
            picks=picks_of(item),
            matched=item["matched"],
            state=DeliveryState(item["state"]),
            attempt=item["attempt"],
            lease_until=from_instant_or_none(item.get("lease_until")),
            provider_id=item.get("provider_id"),
            reason=item.get("reason"),
            body_sha256=item.get("body_sha256"),
        )
    except UNPACK_ERRORS as error:
        raise damaged(f"the delivery {item.get('sk')}", error) from error


def picks_of(item: Item) -> tuple[Pick, ...]:
    """Read the picks of a delivery."""
    return decode_picks(unpack(item["picks"]))


def state_of(item: Mapping[str, Any]) -> DeliveryState:
    """Return the state of a delivery; raise ``StoreError`` when it is none."""
    try:
        return DeliveryState(item["state"])
    except (KeyError, ValueError) as error:
        raise damaged(f"the delivery {item.get('sk')}", error) from error


def expiry_of(state: DeliveryState, now: datetime) -> int | None:
    """Return when a row in this state may go by itself; None for one that is not closed."""
    return expires_at(now + KEPT) if state in CLOSED else None
