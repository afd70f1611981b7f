"""Summaries, and what the runs came to, on DynamoDB."""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from newsletter.model import Summary, SummaryKey, SummaryOrigin, SummaryRun, Usage
from newsletter.stores.codec import to_instant, to_json
from newsletter.stores.dynamodb.actions import Action, delete, put
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.faults import damaged
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.packing import UNPACK_ERRORS, pack, unpack
from newsletter.stores.dynamodb.paper_keys import RUNS, SUMMARIES, summaries_key
from newsletter.stores.dynamodb.people import repeated
from newsletter.stores.dynamodb.querying import between
from newsletter.stores.dynamodb.tables import expires_at, key
from newsletter.stores.summary_rows import (
    run_from_row,
    run_to_row,
    summary_from_row,
    summary_to_row,
)

KEPT_RUNS: Final = timedelta(days=400)
MOST_KEPT: Final = 40
"""How many summaries of one version of a paper in one language are kept: the newest."""
_AT_ONCE: Final = 20

Shelf = dict[SummaryKey, Summary]
Place = tuple[str, int, str]
"""A paper, its version, and a language: what has one item."""


class DynamoSummaries:
    """``ports.SummaryStore`` on the MAIN table.

    All summaries of one version of a paper in one language are one item, so that the best one
    is found for a hundred papers in one request. A line for each stands in a list by time.
    """

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def save(self, summaries: Iterable[Summary]) -> None:
        """Write them, some papers in a transaction; others of the same key are replaced."""
        of_place: dict[Place, list[Summary]] = defaultdict(list)
        for summary in summaries:
            of_place[_place(summary.key)].append(summary)
        places = iter(of_place.items())
        while portion := dict(islice(places, _AT_ONCE)):
            self._save(portion)

    def known(self, keys: Iterable[SummaryKey]) -> Mapping[SummaryKey, Summary]:
        """Return the stored ones among these keys."""
        wanted = set(keys)
        shelves = self._shelves({_place(each) for each in wanted})
        return {
            each: summary
            for shelf in shelves.values()
            for each, summary in shelf[0].items()
            if each in wanted
        }

    def best(self, papers: Iterable[tuple[str, int]], language: str) -> Mapping[str, Summary]:
        """Return the best summary of each (paper id, version), by paper id."""
        shelves = self._shelves({(paper_id, version, language) for paper_id, version in papers})
        return {place[0]: max(shelf.values(), key=_rank) for place, (shelf, _) in shelves.items()}

    def newest(self, *, limit: int, paper_id: str | None = None) -> tuple[Summary, ...]:
        """Return the newest ones, of one paper only if it is named, newest first."""
        if paper_id is not None:
            items = between(self._dynamo, self._table, f"S!{paper_id}")
            found = (summary for item in items for summary in _shelf(item)[0].values())
            return tuple(sorted(found, key=lambda each: each.made_at, reverse=True)[:limit])
        lines = islice(
            between(self._dynamo, self._table, SUMMARIES, is_descending=True, page=min(limit, 500)),
            limit,
        )
        keys = [_key_of(line) for line in lines]
        known = self.known(keys)
        return tuple(known[each] for each in keys if each in known)

    def forget(self, paper_id: str, *, language: str | None = None) -> int:
        """Delete a paper's summaries, so that they are made again; return how many."""
        count = 0
        for item in list(between(self._dynamo, self._table, f"S!{paper_id}")):
            if language is None or item["sk"].endswith(f"#{language}"):
                shelf = _shelf(item)[0]
                gone = [delete(self._table, _line_key(each)) for each in shelf.values()]
                gone.append(delete(self._table, key(item["pk"], item["sk"])))
                self._dynamo.write_all(gone)
                count += len(shelf)
        return count

    def count(self) -> Mapping[tuple[str, str, str], tuple[int, Usage]]:
        """Count all by (language, model, origin or fault), and what they consumed.

        Reads the whole list of summaries: for operators.
        """
        counts: dict[tuple[str, str, str], tuple[int, Usage]] = {}
        for line in between(self._dynamo, self._table, SUMMARIES):
            name = (line["language"], line["model"], line["outcome"])
            number, usage = counts.get(name, (0, Usage()))
            counts[name] = number + 1, usage + _usage(line)
        return dict(sorted(counts.items()))

    def add_run(self, run: SummaryRun) -> None:
        """Write what a run came to; it goes by itself after a year and some."""
        place = key(RUNS, f"{to_instant(run.began_at)}#{secrets.token_hex(8)}")
        gone_at = expires_at(datetime.now(UTC) + KEPT_RUNS)
        item = {"run": to_json(run_to_row(run)), "expires_at": gone_at}
        self._dynamo.write(put(self._table, place, item))

    def runs(self, *, limit: int) -> tuple[SummaryRun, ...]:
        """Return the newest runs, newest first."""
        items = between(self._dynamo, self._table, RUNS, is_descending=True, page=max(limit, 1))
        return tuple(map(_run_from_item, islice(items, limit)))

    def _shelves(self, places: Iterable[Place]) -> dict[Place, tuple[Shelf, int]]:
        """Return what there is at these places, and which turn it is in."""
        keys = {_name(summaries_key(*place)): place for place in places}
        wanted = (key(*name) for name in keys)
        items = self._dynamo.get_all(self._table, wanted)
        return {keys[name]: _shelf(item) for name, item in items.items()}

    def _save(self, summaries: Mapping[Place, Sequence[Summary]]) -> None:
        repeated(lambda: self._write(summaries))

    def _write(self, summaries: Mapping[Place, Sequence[Summary]]) -> None:
        """Put summaries to those of the same place, unless somebody else does just then."""
        shelves = self._shelves(summaries)
        actions: list[Action] = []
        lines: dict[tuple[str, str], Action] = {}
        for place, new in summaries.items():
            shelf, turn = shelves.get(place, ({}, 0))
            kept = _newest(shelf | {summary.key: summary for summary in new})
            actions.append(self._putting(place, kept, turn))
            for each in shelf.values():
                if kept.get(each.key) != each:
                    lines[_name(_line_key(each))] = delete(self._table, _line_key(each))
            for each in new:
                if each.key in kept:
                    lines[_name(_line_key(kept[each.key]))] = self._line(kept[each.key])
        self._dynamo.transact(actions)
        self._dynamo.write_all(list(lines.values()))

    def _putting(self, place: Place, shelf: Shelf, turn: int) -> Action:
        rows = to_json([summary_to_row(each) for each in shelf.values()])
        return put(
            self._table,
            summaries_key(*place),
            {"summaries": pack(rows), "turn": turn + 1},
            condition="turn = :turn" if turn else "attribute_not_exists(pk)",
            values={"turn": turn} if turn else {},
        )

    def _line(self, summary: Summary) -> Action:
        outcome = summary.fault or summary.origin
        line = {
            "paper": summary.paper_id,
            "version": summary.key.version,
            "language": summary.key.language,
            "model": summary.key.model,
            "prompt_hash": summary.key.prompt_hash,
            "outcome": outcome.value,
            "usage": to_json(
                [
                    summary.usage.calls,
                    summary.usage.tokens_in,
                    summary.usage.tokens_out,
                    summary.usage.cost_usd,
                ]
            ),
        }
        return put(self._table, _line_key(summary), line)


def _place(of: SummaryKey) -> Place:
    return of.paper_id, of.version, of.language


def _name(of: Item) -> tuple[str, str]:
    return of["pk"], of["sk"]


def _rank(summary: Summary) -> tuple[bool, datetime]:
    return summary.origin is SummaryOrigin.LLM, summary.made_at


def _newest(shelf: Shelf) -> Shelf:
    kept = sorted(shelf.items(), key=lambda each: each[1].made_at, reverse=True)
    return dict(kept[:MOST_KEPT])


def _line_key(summary: Summary) -> Item:
    of = summary.key
    words = (of.paper_id, of.language, of.model, str(of.version), of.prompt_hash)
    return key(SUMMARIES, "#".join((to_instant(summary.made_at), *words)))


def _key_of(line: Item) -> SummaryKey:
    return SummaryKey(
        paper_id=line["paper"],
        version=line["version"],
        language=line["language"],
        model=line["model"],
        prompt_hash=line["prompt_hash"],
    )


def _usage(line: Item) -> Usage:
    calls, tokens_in, tokens_out, cost_usd = json.loads(line["usage"])
    return Usage(calls=calls, tokens_in=tokens_in, tokens_out=tokens_out, cost_usd=cost_usd)


def _shelf(item: Item) -> tuple[Shelf, int]:
    try:
        found: Iterator[dict[str, Any]] = iter(json.loads(unpack(item["summaries"])))
        summaries = map(summary_from_row, found)
        return {summary.key: summary for summary in summaries}, item["turn"]
    except UNPACK_ERRORS as error:
        raise damaged(f"the summaries {item.get('pk')}", error) from error


def _run_from_item(item: Item) -> SummaryRun:
    try:
        return run_from_row(json.loads(item["run"]))
    except UNPACK_ERRORS as error:
        raise damaged(f"the run of summaries {item.get('sk')}", error) from error
