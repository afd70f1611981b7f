"""The writes that a change of a record is made of, and what it means when one is refused."""

from dataclasses import dataclass
from typing import Any, Final

from newsletter.stores.codec import to_instant
from newsletter.stores.dynamodb.actions import Action, check, delete, put, update
from newsletter.stores.dynamodb.codec import subscriber_to_item
from newsletter.stores.dynamodb.faults import ConditionFailedError
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.lists import entries_of, suppressed_entry
from newsletter.stores.dynamodb.tables import address_key, key, reader_key
from subscribers.address import mask
from subscribers.errors import (
    DuplicateSubscriberError,
    StaleRevisionError,
    SubscriberError,
    SuppressedAddressError,
    UnknownSubscriberError,
)
from subscribers.model import Subscriber, SubscriberState
from subscribers.suppression import SuppressionReason

MAY_GET_MAIL: Final = frozenset(
    {SubscriberState.PENDING, SubscriberState.ACTIVE, SubscriberState.PAUSED}
)
_NOBODYS: Final = "attribute_not_exists(reader)"
_ALLOWED: Final = "attribute_not_exists(reason)"
_NEW: Final = "attribute_not_exists(pk)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """A record that is to be written, with the one that is there.

    Attributes:
        subscriber: with the revision that is written.
        address_hash: of its address.
        before: what is there; None when the record is new.
        hash_before: of its address.
    """

    subscriber: Subscriber
    address_hash: str
    before: Subscriber | None = None
    hash_before: str | None = None

    def actions(self, table: str) -> tuple[Action, ...]:
        """Return the writes, at most 9: the record first, its address second."""
        return (
            self._record(table),
            self._address(table),
            *self._old_address(table),
            *list_actions(table, self.before, self.subscriber),
            *self._suppressed(table),
        )

    def refusal(self, error: ConditionFailedError) -> SubscriberError:
        """Say why the writes were refused, by the first two of their conditions."""
        record, address = error.found[:2]
        if error.failed[0] and self.before is not None:
            return _why_not_written(self.subscriber, record)
        if error.failed[0] or (address or {}).get("reader") not in (None, self.subscriber.id):
            return DuplicateSubscriberError(
                "the new address belongs to another subscriber"
                if self.before
                else "this address is subscribed already"
            )
        return SuppressedAddressError(
            f"{mask(self.subscriber.address)} is suppressed and stays so: it bounced for good, "
            "its owner objected, or you suppressed it; see `newsletter suppression list`"
        )

    def _record(self, table: str) -> Action:
        item = subscriber_to_item(self.subscriber, address_hash=self.address_hash)
        place = reader_key(self.subscriber.id)
        if self.before is None:
            return put(table, place, item, condition=_NEW)
        seen = {"seen": self.before.revision}
        return put(table, place, item, condition="revision = :seen", values=seen)

    def _address(self, table: str) -> Action:
        """Take the address, unless somebody has it, or it may not get what the record wants."""
        place = address_key(self.address_hash)
        may_get_mail = self.subscriber.state in MAY_GET_MAIL
        if self.address_hash == self.hash_before and may_get_mail:
            return check(table, place, _ALLOWED)
        conditions = [] if self.address_hash == self.hash_before else [_NOBODYS]
        conditions += [_ALLOWED] if may_get_mail else []
        values: dict[str, Any] = {"reader": self.subscriber.id, "one": 1}
        sets = "reader = :reader"
        if self.subscriber.state is SubscriberState.SUPPRESSED:
            sets += ", reason = if_not_exists(reason, :reason), since = if_not_exists(since, :at)"
            values |= {
                "reason": SuppressionReason.MANUAL.value,
                "at": to_instant(self.subscriber.created_at),
            }
        return update(
            table,
            place,
            f"SET {sets} ADD revision :one",
            condition=" AND ".join(conditions),
            values=values,
        )

    def _old_address(self, table: str) -> tuple[Action, ...]:
        if self.hash_before is None or self.hash_before == self.address_hash:
            return ()
        return (
            update(
                table,
                address_key(self.hash_before),
                "REMOVE reader ADD revision :one",
                values={"one": 1},
            ),
        )

    def _suppressed(self, table: str) -> tuple[Action, ...]:
        if self.subscriber.state is not SubscriberState.SUPPRESSED:
            return ()
        return (put(table, suppressed_entry(self.address_hash), {}),)


def list_actions(
    table: str, before: Subscriber | None, after: Subscriber | None
) -> tuple[Action, ...]:
    """Return the writes that bring a record from its old lists into its new ones."""
    old = entries_of(before) if before else set()
    new = entries_of(after) if after else set()
    return (
        *(delete(table, key(*each)) for each in sorted(old - new)),
        *(put(table, key(*each), {}) for each in sorted(new - old)),
    )


def removal_actions(
    table: str, subscriber: Subscriber, *, address_hash: str, address: Item | None
) -> tuple[Action, ...]:
    """Return the writes that take a record away, as read; a suppression of its address stays."""
    seen = {"seen": subscriber.revision}
    record = delete(table, reader_key(subscriber.id), condition="revision = :seen", values=seen)
    return (
        record,
        _freed(table, address_hash, address or {}),
        *list_actions(table, subscriber, None),
    )


def _freed(table: str, address_hash: str, address: Item) -> Action:
    """Return the write that frees an address, and forgets it when nothing else is known of it."""
    place = address_key(address_hash)
    values = {"seen": address.get("revision", 0)}
    if "reason" in address or "pause_since" in address:
        return update(
            table,
            place,
            "REMOVE reader ADD revision :one",
            condition="revision = :seen",
            values={**values, "one": 1},
        )
    return delete(table, place, condition="revision = :seen", values=values)


def _why_not_written(subscriber: Subscriber, found: Item | None) -> SubscriberError:
    if found is None:
        return UnknownSubscriberError("there is no subscriber of this id")
    return stale(subscriber, found["revision"])


def stale(subscriber: Subscriber, stored: int) -> StaleRevisionError:
    """Say that a record has changed since it was read."""
    return StaleRevisionError(
        f"the record was changed since it was read (revision {stored}, "
        f"not {subscriber.revision}): read it again and repeat the change"
    )
