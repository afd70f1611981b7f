"""Papers and the completeness ledger on DynamoDB."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

from newsletter.model import Batch, Paper, SourceName
from newsletter.stores.codec import batch_from_row, batch_to_row, to_json
from newsletter.stores.dynamodb.actions import Action, delete, put, update
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.faults import damaged
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.packing import UNPACK_ERRORS, pack, unpack
from newsletter.stores.dynamodb.paper_keys import (
    BATCHES,
    DAYS,
    REVISION,
    SAMPLE,
    batch_key,
    day_key,
    day_pk,
    paper_key,
    place_key,
)
from newsletter.stores.dynamodb.people import repeated
from newsletter.stores.dynamodb.querying import between
from newsletter.stores.dynamodb.tables import key
from newsletter.stores.paper_rows import paper_from_row, paper_to_row

_AT_ONCE: Final = 25
_LAST_DAY: Final = "9999-12-31"


class DynamoPapers:
    """``ports.PaperStore`` on the MAIN table. A paper is kept with its day."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def save_announcement(self, papers: Iterable[Paper], batches: Iterable[Batch]) -> None:
        """Write papers, some 25 in a transaction, then the batches: a known one is replaced.

        A batch is written when all papers are: one that says it is complete has them all. Once
        anything real is written, what the sample invented is taken out.
        """
        rows = list(batches)
        real = [row for row in rows if row.source not in {None, SourceName.SAMPLE}]
        if real:
            self._take_out_sample()
        latest = iter({paper.id: paper for paper in papers}.values())
        while portion := list(islice(latest, _AT_ONCE)):
            self._save(portion)
        self._note_sample(rows)
        actions = {row.announced_on.isoformat() + row.category: self._batch(row) for row in rows}
        self._dynamo.write_all(list(actions.values()))

    def known_papers(self, paper_ids: Iterable[str]) -> Mapping[str, Paper]:
        """Return the stored papers among these ids."""
        places = self._places(paper_ids)
        keys = (paper_key(day, paper_id) for paper_id, day in places.items())
        items = self._dynamo.get_all(self._table, keys).values()
        return {item["sk"]: paper_from_item(item) for item in items}

    def papers_between(self, first_on: date, last_on: date) -> tuple[Paper, ...]:
        """Return papers by ``issue_on``, both days included, ordered by id."""
        days = self.days_between(first_on.isoformat(), last_on.isoformat())
        items = (item for day in days for item in self.papers_of(day["sk"]))
        return tuple(sorted(map(paper_from_item, items), key=lambda paper: paper.id))

    def papers_before(self, day: date, *, limit: int) -> Iterator[Paper]:
        """Yield the newest ``limit`` papers with ``issue_on`` before ``day``, newest first."""
        before = (day - timedelta(days=1)).isoformat()
        days = self.days_between("", before, is_descending=True)
        items = (item for each in days for item in self.papers_of(each["sk"], is_descending=True))
        return map(paper_from_item, islice(items, limit))

    def batches_between(self, first_on: date, last_on: date) -> tuple[Batch, ...]:
        """Return the ledger's rows, both days included, ordered by day and category."""
        first, last = first_on.isoformat(), f"{last_on.isoformat()}~"
        return tuple(map(_batch_from_item, self._between(BATCHES, first, last)))

    def last_issue_day(self) -> date | None:
        """Return the newest ``issue_on`` in the store."""
        newest = next(self.days_between("", _LAST_DAY, is_descending=True, page=2), None)
        return date.fromisoformat(newest["sk"]) if newest else None

    def days_between(
        self, first: str, last: str, *, is_descending: bool = False, page: int = 100
    ) -> Iterator[dict[str, Any]]:
        """Yield the counts of days with papers, both days included."""
        found = self._between(DAYS, first, last, is_descending=is_descending, page=page)
        return (item for item in found if item["papers"] > 0)

    def papers_of(self, day: str, *, is_descending: bool = False) -> Iterator[dict[str, Any]]:
        """Yield the items of a day's papers in order of id."""
        return self._between(day_pk(day), is_descending=is_descending)

    def _between(
        self,
        pk: str,
        first: str = "",
        last: str = "~",
        *,
        is_descending: bool = False,
        page: int = 500,
    ) -> Iterator[dict[str, Any]]:
        return between(
            self._dynamo, self._table, pk, first, last, is_descending=is_descending, page=page
        )

    def _places(self, paper_ids: Iterable[str]) -> dict[str, str]:
        """Return the days of those papers that there are, by id."""
        notes = self._dynamo.get_all(self._table, map(place_key, paper_ids)).values()
        return {note["pk"].removeprefix("P#"): note["issue_on"] for note in notes}

    def _save(self, papers: Sequence[Paper]) -> None:
        """Write some papers; begin anew when somebody else writes the same ones."""
        repeated(lambda: self._dynamo.transact(self._saving(papers)))

    def _saving(self, papers: Sequence[Paper]) -> list[Action]:
        places = self._places(paper.id for paper in papers)
        actions: list[Action] = []
        more: Counter[str] = Counter()
        for paper in papers:
            day, before = paper.issue_on.isoformat(), places.get(paper.id)
            content = {"paper": pack(to_json(paper_to_row(paper)))}
            actions.append(put(self._table, paper_key(day, paper.id), content))
            actions.append(self._placing(paper.id, day, before))
            if before != day:
                more[day] += 1
            if before not in {None, day}:
                more[str(before)] -= 1
                actions.append(delete(self._table, paper_key(str(before), paper.id)))
        actions += [self._counting(day, number) for day, number in more.items()]
        return [*actions, self._revising()]

    def _placing(self, paper_id: str, day: str, before: str | None) -> Action:
        condition = "attribute_not_exists(pk)" if before is None else "issue_on = :before"
        return put(
            self._table,
            place_key(paper_id),
            {"issue_on": day},
            condition=condition,
            values={} if before is None else {"before": before},
        )

    def _counting(self, day: str, number: int) -> Action:
        return update(self._table, day_key(day), "ADD papers :number", values={"number": number})

    def _revising(self) -> Action:
        return update(self._table, REVISION, "ADD revision :one", values={"one": 1})

    def _batch(self, batch: Batch) -> Action:
        row = {"batch": to_json(batch_to_row(batch))}
        return put(self._table, batch_key(batch.announced_on, batch.category), row)

    def _note_sample(self, batches: Sequence[Batch]) -> None:
        days = {row.announced_on.isoformat() for row in batches if row.source is SourceName.SAMPLE}
        if days:
            added = update(self._table, SAMPLE, "ADD days :days", values={"days": days})
            self._dynamo.write(added)

    def _take_out_sample(self) -> None:
        note = self._dynamo.get(self._table, SAMPLE)
        for day in sorted(note["days"]) if note else ():
            ids = [item["sk"] for item in self.papers_of(day)]
            for start in range(0, len(ids), _AT_ONCE):
                portion = ids[start : start + _AT_ONCE]
                self._dynamo.transact(self._removing(day, portion))
            batches = self._between(BATCHES, day, f"{day}~")
            sample = [item for item in batches if _source(item) is SourceName.SAMPLE]
            gone = [delete(self._table, key(item["pk"], item["sk"])) for item in sample]
            self._dynamo.write_all(gone)
        if note:
            self._dynamo.write(delete(self._table, SAMPLE))

    def _removing(self, day: str, paper_ids: Sequence[str]) -> list[Action]:
        papers = [delete(self._table, paper_key(day, each)) for each in paper_ids]
        places = [delete(self._table, place_key(each)) for each in paper_ids]
        return [*papers, *places, self._counting(day, -len(paper_ids)), self._revising()]


def paper_from_item(item: Item) -> Paper:
    """Read a paper; raise ``StoreError`` when the item is damaged."""
    try:
        return paper_from_row(json.loads(unpack(item["paper"])))
    except UNPACK_ERRORS as error:
        raise damaged(f"the paper {item.get('sk')}", error) from error


def _batch_from_item(item: Item) -> Batch:
    try:
        return batch_from_row(json.loads(item["batch"]))
    except UNPACK_ERRORS as error:
        raise damaged(f"the batch {item.get('sk')}", error) from error


def _source(item: Item) -> SourceName | None:
    return _batch_from_item(item).source
