"""People as items, and back."""

from collections.abc import Mapping
from typing import Any, Final

from newsletter.model.slot import local_hour_of
from newsletter.stores.codec import (
    DECODE_ERRORS,
    from_instant,
    to_instant,
)
from newsletter.stores.dynamodb.faults import damaged
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.tables import READER_SHARDS, hour_gpk, shard_of
from newsletter.stores.people_codec import decode_subscriber, encode_subscriber
from subscribers.errors import InvalidInterestsError
from subscribers.model import Subscriber, SubscriberState
from subscribers.soft_bounces import SoftPause
from subscribers.suppression import Standing, Suppression, SuppressionReason

SUPPRESSION: Final = ("reason", "since", "state_before")
PAUSE: Final = ("pause_since", "pause_until", "pause_on")


def subscriber_to_item(subscriber: Subscriber, *, address_hash: str) -> Item:
    """Write a record as attributes; an ACTIVE one is in the index of local hours."""
    return {
        **encode_subscriber(subscriber, address_hash=address_hash),
        **index_of(subscriber),
    }


def index_of(subscriber: Subscriber) -> Item:
    """Return the attributes by which a record is in the index; None where it is not."""
    if subscriber.state is not SubscriberState.ACTIVE:
        return {"gpk": None, "gsk": None}
    hour = local_hour_of(subscriber)
    shard = shard_of(subscriber.id, READER_SHARDS)
    return {"gpk": hour_gpk(hour.timezone, hour.hour, shard), "gsk": subscriber.id}


def subscriber_from_item(item: Mapping[str, Any]) -> Subscriber:
    """Read a record; raise ``StoreError`` when it is damaged."""
    try:
        return decode_subscriber(item)
    except (*DECODE_ERRORS, InvalidInterestsError) as error:
        raise damaged(f"the subscriber {item.get('id')}", error) from error


def standing_from_items(address: Mapping[str, Any], reader: Subscriber | None) -> Standing:
    """Read where an address stands; raise ``StoreError`` when an item is damaged."""
    try:
        return Standing(
            state=reader.state if reader else None,
            suppression=_suppression(address),
            pause=_pause(address, reader),
        )
    except DECODE_ERRORS as error:
        raise damaged("what is known of an address", error) from error


def suppression_to_item(suppression: Suppression | None) -> Item:
    """Write a suppression as attributes of its address; None for those that are not there."""
    if suppression is None:
        return dict.fromkeys(SUPPRESSION)
    before = suppression.state_before
    return {
        "reason": suppression.reason.value,
        "since": to_instant(suppression.since),
        "state_before": before.value if before else None,
    }


def pause_to_item(pause: SoftPause | None) -> Item:
    """Write a pause as attributes of its address; None for those that are not there."""
    if pause is None:
        return dict.fromkeys(PAUSE)
    return {
        "pause_since": to_instant(pause.since),
        "pause_until": to_instant(pause.until),
        "pause_on": pause.is_on,
    }


def _suppression(address: Mapping[str, Any]) -> Suppression | None:
    if "reason" not in address:
        return None
    before = address.get("state_before")
    return Suppression(
        reason=SuppressionReason(address["reason"]),
        since=from_instant(address["since"]),
        state_before=SubscriberState(before) if before else None,
    )


def _pause(address: Mapping[str, Any], reader: Subscriber | None) -> SoftPause | None:
    """Read the pause; one with an end is the reader's own, though it was begun during ours."""
    if "pause_since" not in address:
        return None
    is_own = reader is not None and reader.paused_until is not None
    return SoftPause(
        since=from_instant(address["pause_since"]),
        until=from_instant(address["pause_until"]),
        is_on=address["pause_on"] and not is_own,
    )
