"""What the fake arXiv announces: recorded days, as records that any page can be made of."""

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from lxml import etree

_ANNOUNCE_TYPE = "{http://arxiv.org/schemas/atom}announce_type"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One announced paper; ``types`` pairs each category with its type there."""

    id: str
    version: int = 1
    title: str
    abstract: str
    authors: str
    categories: tuple[str, ...]
    types: tuple[tuple[str, str], ...]
    comment: str | None = None
    submitted_at: datetime = datetime(2025, 12, 1, tzinfo=UTC)

    @property
    def primary(self) -> str:
        """The category it is new in, else the first."""
        new = [category for category, kind in self.types if kind in {"new", "replace"}]
        return new[0] if new else self.categories[0]

    def type_in(self, category: str) -> str | None:
        """The type it has in a category, None where it is not announced."""
        return dict(self.types).get(category)


def recorded_feed(shared_data: Path, on: date, category: str, *, stale: bool = False) -> bytes:
    """The recorded feed of a day; of cs.AI the fresh or the stale one."""
    folder = shared_data / "arxiv/rss_rendered"
    if stale:
        (path,) = folder.glob(f"{on}_{category}_STALE-*.xml.gz")
    else:
        (path,) = [
            path for path in folder.glob(f"{on}_{category}*.xml.gz") if "STALE" not in path.name
        ]
    return gzip.decompress(path.read_bytes())


def records_of_feed(category: str, feed: bytes) -> tuple[Record, ...]:
    """The entries of one RSS document as records."""
    return tuple(_record(category, item) for item in etree.fromstring(feed).iter("item"))


def recorded_day(shared_data: Path, on: date, categories: Sequence[str]) -> tuple[Record, ...]:
    """All that the fresh feeds of a recorded day announce, one record for each paper."""
    return merge_records(
        record
        for category in categories
        for record in records_of_feed(category, recorded_feed(shared_data, on, category))
    )


def archived_day(shared_data: Path, on: date, categories: Sequence[str]) -> tuple[Record, ...]:
    """What was new or crossed on any day from 2025-12-04 to 2026-01-30, with comments."""
    path = shared_data / f"papers/papers_{on:%Y-%m}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        papers = [paper for paper in map(json.loads, lines) if paper["announced"] == str(on)]
    return tuple(
        Record(
            id=paper["id"],
            title=paper["title"],
            abstract=paper["abstract"],
            authors=", ".join(paper["authors"]),
            categories=tuple(paper["categories"]),
            types=tuple(
                (name, "cross" if number else "new")
                for number, name in enumerate(paper["categories"])
            ),
            comment=paper["comment"],
        )
        for paper in papers
        if set(paper["categories"]) & set(categories)
    )


def merge_records(records: Iterable[Record]) -> tuple[Record, ...]:
    """One record for each id, with all of its types."""
    merged: dict[str, Record] = {}
    for record in records:
        known = merged.get(record.id)
        merged[record.id] = replace(known, types=known.types + record.types) if known else record
    return tuple(merged.values())


def _record(category: str, item: etree._Element) -> Record:
    paper_id, _, version = item.findtext("guid", "").rpartition(":")[2].rpartition("v")
    return Record(
        id=paper_id,
        version=int(version),
        title=item.findtext("title", ""),
        abstract=item.findtext("description", "").partition("Abstract: ")[2],
        authors=item.findtext(_CREATOR, ""),
        categories=tuple(element.text or "" for element in item.iter("category")),
        types=((category, item.findtext(_ANNOUNCE_TYPE, "")),),
    )
