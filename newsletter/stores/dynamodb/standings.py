"""Where an address stands: its subscriber's state, its suppression, its pause, together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from newsletter.stores.codec import from_instant
from newsletter.stores.dynamodb.actions import Action, check, delete, put, set_to
from newsletter.stores.dynamodb.codec import (
    index_of,
    pause_to_item,
    standing_from_items,
    suppression_to_item,
)
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.lists import pause_entry, suppressed_entry
from newsletter.stores.dynamodb.people import People
from newsletter.stores.dynamodb.record_actions import list_actions
from newsletter.stores.dynamodb.tables import address_key, reader_key
from subscribers.model import Subscriber
from subscribers.soft_bounces import SoftPause
from subscribers.suppression import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored of an address.

    Attributes:
        item: of the address; empty when nothing is known of it.
        reader: who has it.
    """

    item: Mapping[str, Any] = field(default_factory=dict)
    reader: Subscriber | None = None

    @property
    def standing(self) -> Standing:
        """Return where it stands; raise ``StoreError`` when the item is damaged."""
        return standing_from_items(self.item, self.reader)

    def as_becomes(self, after: Standing) -> Subscriber:
        """Return the record of its reader as the standing wants it, with its next revision."""
        assert self.reader is not None
        assert after.state is not None
        return replace(self.reader, state=after.state, revision=self.reader.revision + 1)


def read_known(people: People, address_hashes: Iterable[str]) -> dict[str, Known]:
    """Read what is stored of some addresses."""
    hashes = tuple(address_hashes)
    items = people.dynamo.get_all(people.table, map(address_key, hashes))
    by_hash = {each: items.get((address_key(each)["pk"], "A"), {}) for each in hashes}
    readers = people.read_all(item["reader"] for item in by_hash.values() if "reader" in item)
    found = {}
    for address_hash, item in by_hash.items():
        stored = readers.get(item.get("reader", ""))
        is_theirs = stored is not None and stored.address_hash == address_hash
        reader = stored.subscriber if stored and is_theirs else None
        found[address_hash] = Known(item=item, reader=reader)
    return found


def standing_actions(
    table: str, address_hash: str, known: Known, after: Standing, *, force: bool = False
) -> tuple[Action, ...]:
    """Return the writes that make a standing true, at most 9; none when it is so already.

    With ``force`` it is written all the same. They are refused when the address or its reader
    has changed since they were read.
    """
    before = known.standing
    if after == before and not force:
        return ()
    return (
        _address(table, address_hash, known, after),
        *_reader(table, known, after),
        *_suppressed_list(table, address_hash, before, after),
        *_pause_list(table, address_hash, known, after.pause),
    )


def erasure_actions(
    table: str, address_hash: str, known: Known, after: Standing
) -> tuple[Action, ...]:
    """Return the writes that leave an address nobody's, but suppressed; refused as the above."""
    wanted = {
        **suppression_to_item(after.suppression),
        **pause_to_item(after.pause),
        "reader": None,
        "revision": known.item["revision"] + 1,
    }
    seen = {"seen": known.item["revision"]}
    return (
        set_to(table, address_key(address_hash), wanted, condition="revision = :seen", values=seen),
        put(table, suppressed_entry(address_hash), {}),
        *_pause_list(table, address_hash, known, after.pause),
    )


def is_paused(item: Item) -> bool:
    """Tell whether a pause for bounces is on by the address's own word."""
    return bool(item.get("pause_on"))


def _address(table: str, address_hash: str, known: Known, after: Standing) -> Action:
    place = address_key(address_hash)
    seen = known.item.get("revision")
    condition = "attribute_not_exists(pk)" if seen is None else "revision = :seen"
    values = {} if seen is None else {"seen": seen}
    is_empty = after.suppression is None and after.pause is None
    if is_empty and "reader" not in known.item:
        return delete(table, place, condition=condition, values=values)
    wanted = {
        **suppression_to_item(after.suppression),
        **pause_to_item(after.pause),
        "revision": (seen or 0) + 1,
    }
    return set_to(table, place, wanted, condition=condition, values=values)


def _reader(table: str, known: Known, after: Standing) -> tuple[Action, ...]:
    reader = known.reader
    if reader is None:
        return ()
    place, seen = reader_key(reader.id), {"seen": reader.revision}
    if after.state is None or after.state is reader.state:
        return (check(table, place, "revision = :seen", values=seen),)
    changed = known.as_becomes(after)
    wanted = {
        "state": changed.state.value,
        "revision": changed.revision,
        **index_of(changed),
    }
    return (
        set_to(table, place, wanted, condition="revision = :seen", values=seen),
        *list_actions(table, reader, changed),
    )


def _suppressed_list(
    table: str, address_hash: str, before: Standing, after: Standing
) -> tuple[Action, ...]:
    entry = suppressed_entry(address_hash)
    if before.suppression is None and after.suppression is not None:
        return (put(table, entry, {}),)
    if before.suppression is not None and after.suppression is None:
        return (delete(table, entry),)
    return ()


def _pause_list(
    table: str, address_hash: str, known: Known, pause: SoftPause | None
) -> tuple[Action, ...]:
    item = known.item
    old = pause_entry(from_instant(item["pause_until"]), address_hash) if is_paused(item) else None
    new = pause_entry(pause.until, address_hash) if pause is not None and pause.is_on else None
    if old == new:
        return ()
    gone = (delete(table, old),) if old else ()
    return gone + ((put(table, new, {}),) if new else ())
