"""What events leave to be done.

``heard``: addresses that new events speak of. ``fresh`` and ``waiting``: mails that events wait
for, not tried yet and tried in vain. An entry has a ``tag`` that each event changes, so that it is
crossed out only if nothing has come since it was read.
"""

import secrets
from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from newsletter.stores.dynamodb.actions import Action, delete, put, update
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.lists import work_entry
from newsletter.stores.dynamodb.tables import EXPIRES_AT, LIST_SHARDS, key, shard_of

HEARD: Final = "heard"
FRESH: Final = "fresh"
WAITING: Final = "waiting"
KEPT_DAYS: Final = "Z#kept"


def wait_for(table: str, name: str, mail: str, *, count: int, end: int) -> Action:
    """Return the write by which some more events wait for a mail, until they go by themselves."""
    return update(
        table,
        work_entry(name, mail),
        f"SET tag = :tag, {EXPIRES_AT} = :end ADD events :count",
        values={"tag": new_tag(), "count": count, "end": end},
    )


def hear_of(table: str, address_hash: str, news: Iterable[str]) -> Action:
    """Return the write by which some events wait for their reader to be judged."""
    return update(
        table,
        work_entry(HEARD, address_hash),
        "SET tag = :tag ADD news :news",
        values={"tag": new_tag(), "news": frozenset(news)},
    )


def cross_out(table: str, entry: Item) -> Action:
    """Return the write that takes an entry off its list, unless it has changed."""
    return delete(
        table,
        key(entry["pk"], entry["sk"]),
        condition="tag = :tag",
        values={"tag": entry["tag"]},
    )


def news(mail: str, name: str) -> str:
    """Return how an entry of ``heard`` names an event."""
    return f"{mail}#{name}"


def note_kept(table: str, day: date, mail: str, *, end: int) -> Action:
    """Return the write by which a mail is found among those of a day, to be forgotten."""
    place = key(kept_pk(day.isoformat(), shard_of(mail, LIST_SHARDS)), mail)
    return put(table, place, {EXPIRES_AT: end})


def kept_pk(day: str, shard: int) -> str:
    """Return where the mails are of which events came in on a day."""
    return f"L#kept#{day}#{shard}"


def note_day(table: str, day: date) -> Action:
    """Return the write by which a day is known to have events."""
    return put(table, key(KEPT_DAYS, day.isoformat()), {})


def waits_for(mails: Collection[str]) -> list[Item]:
    """Return the keys of what may wait for some mails."""
    return [work_entry(name, mail) for name in (FRESH, WAITING) for mail in mails]


def new_tag() -> str:
    """Return a text that was never there before."""
    return secrets.token_urlsafe(9)
