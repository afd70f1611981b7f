"""Bring the word of events to readers: each address judged with all that is known of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from newsletter.model import KeptEvent
from newsletter.ports import JudgeReader
from newsletter.stores.codec import to_instant
from newsletter.stores.dynamodb.actions import Action, update
from newsletter.stores.dynamodb.batches import write_each
from newsletter.stores.dynamodb.event_items import Stored, heard_key, mail_key, stored_in
from newsletter.stores.dynamodb.event_lists import HEARD, cross_out, news
from newsletter.stores.dynamodb.lists import PAUSES, entries, work
from newsletter.stores.dynamodb.people import RACES, People
from newsletter.stores.dynamodb.standings import Known, read_known, standing_actions
from subscribers.suppression import Standing

MOST_MAILS: Final = 1_000
MOST_EVENTS: Final = 1_000
Judged = tuple[Standing, Standing]


def apply_to_readers(people: People, judge: JudgeReader, *, limit: int) -> tuple[Judged, ...]:
    """Judge up to ``limit`` addresses that new events speak of; return before and after of each.

    All are judged before any is written. Each is written by itself, all or nothing; one that was
    changed by others meanwhile is judged again the next time.
    """
    for _ in range(RACES):
        listed = list(work(people.dynamo, people.table, HEARD, most=limit))
        if not listed:
            break
        judged = _judge(people, listed, judge)
        if judged:
            return judged
    return ()


def end_pauses(
    people: People, now: datetime, end: Callable[[Standing], Standing], *, limit: int
) -> int:
    """Judge up to ``limit`` readers whose pause for bounces is over; return how many."""
    over = entries(people.dynamo, people.table, PAUSES, before=f"{to_instant(now)}$", most=limit)
    hashes = [str(entry["sk"]).partition("#")[2] for entry in over]
    known = read_known(people, hashes)
    groups = {}
    for address_hash in hashes:
        after = _without_pause(end(known[address_hash].standing))
        groups[address_hash] = _writes(people, address_hash, known[address_hash], after, force=True)
    return len(groups) - len(write_each(people.dynamo, groups))


def _judge(
    people: People, listed: Sequence[Mapping[str, Any]], judge: JudgeReader
) -> tuple[Judged, ...]:
    hashes = [entry["sk"] for entry in listed]
    known = read_known(people, hashes)
    events, gone = _events_of(people, listed)
    judged: dict[str, Judged] = {}
    groups: dict[str, Sequence[Action]] = {}
    for entry in listed:
        address_hash = entry["sk"]
        kept = events[address_hash]
        done: tuple[Action, ...] = (cross_out(people.table, entry),)
        done += _forgotten(people.table, address_hash, gone[address_hash])
        groups[address_hash] = done
        if kept:
            before = known[address_hash].standing
            after = judge(before, kept)
            judged[address_hash] = before, after
            written = _writes(people, address_hash, known[address_hash], after)
            groups[address_hash] = (*written, *done)
    refused = set(write_each(people.dynamo, groups))
    return tuple(pair for name, pair in judged.items() if name not in refused)


def _writes(
    people: People, address_hash: str, known: Known, after: Standing, *, force: bool = False
) -> tuple[Action, ...]:
    if known.reader is not None and after.state not in (None, known.reader.state):
        people.note_hours([known.as_becomes(after)])
    return standing_actions(people.table, address_hash, known, after, force=force)


def _events_of(
    people: People, listed: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, tuple[KeptEvent, ...]], dict[str, frozenset[str]]]:
    """Read the events about some addresses: new ones first, then the newest.

    With them comes, for each address, of which of its mails nothing is kept any more.
    """
    dynamo, table = people.dynamo, people.table
    heard = dynamo.get_all(table, (heard_key(entry["sk"]) for entry in listed))
    mails = {
        entry["sk"]: tuple(_mails(entry, heard.get((heard_key(entry["sk"])["pk"], "E"), {})))
        for entry in listed
    }
    wanted = {mail for each in mails.values() for mail in each}
    items = dynamo.get_all(table, map(mail_key, wanted))
    stored = {mail: stored_in(items.get((mail_key(mail)["pk"], "V"), {})) for mail in wanted}
    kept = {
        entry["sk"]: _kept(entry, {mail: stored[mail] for mail in mails[entry["sk"]]})
        for entry in listed
    }
    gone = {
        name: frozenset(mail for mail in each if not stored[mail]) for name, each in mails.items()
    }
    return kept, gone


def _forgotten(table: str, address_hash: str, gone: frozenset[str]) -> tuple[Action, ...]:
    """Return the write that leaves no trace of mails of which nothing is kept."""
    if not gone:
        return ()
    expression = "DELETE mails :gone, bounces :gone"
    return (update(table, heard_key(address_hash), expression, values={"gone": gone}),)


def _mails(entry: Mapping[str, Any], heard: Mapping[str, Any]) -> Iterator[str]:
    """Yield the mails to look at: all with news, and of the others as many as is sensible."""
    fresh = {each.rpartition("#")[0] for each in entry.get("news", ())}
    yield from sorted(fresh)
    others = sorted(heard.get("mails", frozenset()) - fresh)
    yield from others[: max(0, MOST_MAILS - len(fresh))]


def _kept(
    entry: Mapping[str, Any], stored: Mapping[str, Sequence[Stored]]
) -> tuple[KeptEvent, ...]:
    fresh = entry.get("news", frozenset())
    found = [
        KeptEvent(event=each.event, is_new=news(mail, each.name) in fresh)
        for mail, events in stored.items()
        for each in events
        if entry["sk"] in each.to
    ]
    found.sort(key=lambda kept: kept.event.key)
    found.sort(key=lambda kept: (kept.is_new, kept.event.at), reverse=True)
    return tuple(found[:MOST_EVENTS])


def _without_pause(standing: Standing) -> Standing:
    pause = standing.pause
    return standing if pause is None else replace(standing, pause=replace(pause, is_on=False))
