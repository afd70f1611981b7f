"""Lists in MAIN: who is in which state, who is suppressed, what is to be done.

An entry is an item of its own in ``L#<list>#<shard>``, written in one transaction with what it
is about, so that a list is never behind. Several shards take more writes in a second.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from newsletter.stores.codec import to_instant
from newsletter.stores.dynamodb.client import PAGE_ITEMS, Dynamo
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.tables import LIST_SHARDS, READER_SHARDS, key, shard_of
from subscribers.model import Subscriber, SubscriberState

SUPPRESSED: Final = "suppressed"
SUPPRESSED_SHARDS: Final = tuple("0123456789abcdef")
RESUME: Final = "L#resume"
PAUSES: Final = "L#pauses"
NOTICES: Final = "L#notices"


def state_entry(subscriber: Subscriber) -> Item:
    """Return the entry of a record in the list of its state."""
    shard = shard_of(subscriber.id, READER_SHARDS)
    return key(_state_list(subscriber.state, shard), subscriber.id)


def entries_of(subscriber: Subscriber) -> set[tuple[str, str]]:
    """Return all lists a record is in, as (pk, sk)."""
    entry = state_entry(subscriber)
    found = {(entry["pk"], entry["sk"])}
    if subscriber.state is SubscriberState.PAUSED and subscriber.paused_until is not None:
        found.add((RESUME, resume_sk(subscriber.paused_until, subscriber.id)))
    return found


def resume_sk(until: date, subscriber_id: str) -> str:
    """Return the place in the list of pauses that end, the earliest first."""
    return f"{until.isoformat()}#{subscriber_id}"


def suppressed_entry(address_hash: str) -> Item:
    """Return the entry of a suppressed address; the shards in order are all hashes in order."""
    return key(f"L#{SUPPRESSED}#{address_hash[:1]}", address_hash)


def pause_entry(until: datetime, address_hash: str) -> Item:
    """Return the entry of an address that is paused for bounces, the earliest end first."""
    return key(PAUSES, f"{to_instant(until)}#{address_hash}")


def work_entry(name: str, what: str) -> Item:
    """Return the entry of something that is to be done."""
    return key(f"L#{name}#{shard_of(what, LIST_SHARDS)}", what)


def entries(
    dynamo: Dynamo, table: str, pk: str, *, before: str | None = None, most: int | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the entries of one shard in order, those below ``before``, ``most`` of them."""
    condition = "pk = :pk" if before is None else "pk = :pk AND sk < :before"
    values: Item = {"pk": pk} if before is None else {"pk": pk, "before": before}
    after: Item | None = None
    left = most
    while left is None or left > 0:
        limit = PAGE_ITEMS if left is None else min(left, PAGE_ITEMS)
        page = dynamo.query(table, condition, values=values, limit=limit, after=after)
        yield from page.items
        left = None if left is None else left - len(page.items)
        after = page.after
        if after is None:
            return


def work(
    dynamo: Dynamo, table: str, name: str, *, most: int | None = None
) -> Iterator[dict[str, Any]]:
    """Yield what is to be done, one shard after the other."""
    left = most
    for shard in range(LIST_SHARDS):
        for entry in entries(dynamo, table, f"L#{name}#{shard}", most=left):
            yield entry
            left = None if left is None else left - 1


def ids_in_states(dynamo: Dynamo, table: str, states: Iterable[SubscriberState]) -> Iterator[str]:
    """Yield the ids of records in these states in order, each once; memory stays small."""
    shards = [
        (entry["sk"] for entry in entries(dynamo, table, _state_list(state, shard)))
        for state in states
        for shard in range(READER_SHARDS)
    ]
    last = ""
    for subscriber_id in heapq.merge(*shards):
        if subscriber_id != last:
            yield subscriber_id
        last = subscriber_id


def _state_list(state: SubscriberState, shard: int) -> str:
    return f"L#{state.value}#{shard}"
