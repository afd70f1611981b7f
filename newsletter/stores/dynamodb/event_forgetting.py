"""Forget events: old ones, and those that tell of no trouble sooner."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from newsletter.model import EventKind
from newsletter.stores.dynamodb.actions import Action, delete, update
from newsletter.stores.dynamodb.batches import write_each
from newsletter.stores.dynamodb.client import MOST_KEYS
from newsletter.stores.dynamodb.event_items import Stored, heard_key, mail_key, stored_in
from newsletter.stores.dynamodb.event_lists import KEPT_DAYS, kept_pk, waits_for
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.lists import entries
from newsletter.stores.dynamodb.people import People
from newsletter.stores.dynamodb.tables import LIST_SHARDS, key

QUIET: Final = frozenset({EventKind.SENT.value, EventKind.DELAYED.value, EventKind.DELIVERED.value})
MOST_MAILS: Final = 50_000
"""How many mails are forgotten in one go: about two minutes; the next time goes on."""
_MOST_NAMES: Final = 50


class _Before(NamedTuple):
    """What is forgotten: everything received before ``any``, the quiet before ``quiet``."""

    any: datetime
    quiet: datetime


def forget(people: People, before: datetime, *, quiet_before: datetime) -> int:
    """Delete old events, and those that speak of no trouble sooner; return how many.

    Of ``MOST_MAILS`` mails or a few more at most.
    """
    edges = _Before(before.astimezone(UTC), max(before, quiet_before).astimezone(UTC))
    last_day = edges.quiet.date().isoformat()
    days = entries(people.dynamo, people.table, KEPT_DAYS, before=f"{last_day}$")
    total, most = 0, MOST_MAILS
    for day in list(days):
        forgotten, gone = _forget_day(people, str(day["sk"]), edges, most=most)
        total, most = total + forgotten, most - gone
        if most <= 0:
            break
    return total


def _forget_day(people: People, day: str, edges: _Before, *, most: int) -> tuple[int, int]:
    """Return how many events were deleted, and how many mails have none any more."""
    total, left, all_gone = 0, 0, 0
    for shard in range(LIST_SHARDS):
        listed = entries(people.dynamo, people.table, kept_pk(day, shard))
        while portion := list(islice(listed, MOST_KEYS)):
            forgotten, gone = _forget_portion(people, portion, edges)
            total += forgotten
            left += len(portion) - gone
            all_gone += gone
            if all_gone >= most:
                return total, all_gone
    if not left and day < edges.any.date().isoformat():
        people.dynamo.write(delete(people.table, key(KEPT_DAYS, day)))
    return total, all_gone


def _forget_portion(
    people: People, listed: Sequence[Mapping[str, Any]], edges: _Before
) -> tuple[int, int]:
    """Return how many events were deleted, and how many of the mails have none any more."""
    dynamo, table = people.dynamo, people.table
    items = dynamo.get_all(table, (mail_key(entry["sk"]) for entry in listed))
    troubled = _troubled(people, items.values())
    groups: dict[str, Sequence[Action]] = {}
    numbers: dict[str, tuple[int, int]] = {}
    for entry in listed:
        mail = entry["sk"]
        item = items.get((mail_key(mail)["pk"], "V"), {})
        stored = stored_in(item)
        old = [each for each in stored if _is_old(each, edges, troubled)]
        if len(old) == len(stored):
            groups[mail] = tuple(_all_of(table, mail, item, entry))
            numbers[mail] = len(old), 1
        elif old:
            groups[mail] = (_some_of(table, mail, item, old[:_MOST_NAMES]),)
            numbers[mail] = len(old[:_MOST_NAMES]), 0
    for mail in write_each(dynamo, groups):
        del numbers[mail]
    return sum(old for old, _ in numbers.values()), sum(gone for _, gone in numbers.values())


def _troubled(people: People, items: Iterable[Item]) -> frozenset[str]:
    """Return the hashes of addresses of which a bounce is kept."""
    hashes = {each for item in items for stored in stored_in(item) for each in stored.to}
    heard = people.dynamo.get_all(people.table, map(heard_key, hashes)).values()
    return frozenset(str(item["pk"]).removeprefix("H#") for item in heard if "bounces" in item)


def _is_old(stored: Stored, edges: _Before, troubled: frozenset[str]) -> bool:
    # A delivery may only be forgotten when no bounce is left that it says something about.
    is_quiet = stored.item["kind"] in QUIET and not troubled & set(stored.to)
    return stored.received_at < (edges.quiet if is_quiet else edges.any)


def _all_of(table: str, mail: str, item: Item, entry: Mapping[str, Any]) -> Iterator[Action]:
    """Yield the writes that leave nothing of a mail."""
    if item:
        values = {"tag": item["tag"]}
        yield delete(table, mail_key(mail), condition="tag = :tag", values=values)
    yield delete(table, key(entry["pk"], entry["sk"]))
    if not item:
        return
    yield from (delete(table, place) for place in waits_for([mail]))
    for address_hash in sorted({each for stored in stored_in(item) for each in stored.to}):
        yield update(
            table,
            heard_key(address_hash),
            "DELETE mails :mail, bounces :mail",
            values={"mail": frozenset({mail})},
        )


def _some_of(table: str, mail: str, item: Item, old: Sequence[Stored]) -> Action:
    names = {f"n{number}": each.name for number, each in enumerate(old)}
    return update(
        table,
        mail_key(mail),
        f"REMOVE {', '.join(f'#{short}' for short in names)}",
        condition="tag = :tag",
        values={"tag": item["tag"]},
        names=names,
    )
