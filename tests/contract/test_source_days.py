"""The three recorded days, over real HTTP and into a real store."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newsletter.model import AnnounceType, BatchState, Paper, SourceName
from newsletter.sources.arxiv_feed import FeedSource
from newsletter.sources.arxiv_listing import ListingSource
from newsletter.sources.arxiv_search import SearchSource
from newsletter.sources.calendar import AnnouncementCalendar
from newsletter.sources.collect import Collected, SourceChoice, collect
from newsletter.stores.sqlite import SqliteStore, open_store
from tests.servers.fake_arxiv import CATEGORIES, Answer, FakeArxiv
from tests.servers.fake_arxiv_days import (
    archived_day,
    recorded_day,
    recorded_feed,
    records_of_feed,
)
from tests.servers.paced import CountingGate, patient_http

pytestmark = pytest.mark.data
CALENDAR = AnnouncementCalendar()
DAYS = {
    date(2025, 12, 19): ("000_9b1969fbedc01dda.txt", ["cs.AI"], 6),
    date(2025, 12, 23): ("001_426023a3c854eed7.txt", [], 0),
    date(2026, 1, 30): ("003_d6868f9d901023aa.txt", ["cs.AI"], 1),
}
STALE_DAYS = [day for day, (_, stale, _) in DAYS.items() if stale]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "newsletter.db", address_key=b"k" * 32) as opened:
        yield opened


def read_day(
    fake: FakeArxiv, store: SqliteStore, on: date, *, choice: str = "feed", **options: bool
) -> Collected:
    gate = CountingGate()
    with patient_http(gate) as http:
        search = SearchSource(http, calendar=CALENDAR, search_url=fake.search_url)
        collected = collect(
            CATEGORIES,
            on,
            choice=SourceChoice(choice),
            sources={
                SourceName.FEED: FeedSource(http, feed_url=fake.feed_url),
                SourceName.LISTING: ListingSource(http, listing_url=fake.listing_url),
                SourceName.SEARCH: search,
            },
            store=store.papers,
            calendar=CALENDAR,
            now=datetime(on.year, on.month, on.day, 6, tzinfo=UTC),
            lookup=search if options.get("is_enriched") else None,
        )
    store.papers.save_announcement(collected.papers, collected.batches)
    return collected


def seed_ids(shared_data: Path, name: str) -> list[str]:
    lines = (shared_data / "seed/papers.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row["arxiv_id"] for row in rows if row["file"] == name]


def announced_ids(shared_data: Path, on: date, stale: Sequence[str]) -> set[str]:
    """All that the fresh feeds announce, and what the stale ones brought instead."""
    late = [
        record.id
        for category in stale
        for record in records_of_feed(
            category, recorded_feed(shared_data, on, category, stale=True)
        )
    ]
    return {record.id for record in recorded_day(shared_data, on, CATEGORIES)} | set(late)


@pytest.mark.parametrize(("on", "case"), DAYS.items(), ids=str)
@pytest.mark.parametrize("choice", ["feed", "auto"])
def test_every_announced_paper_and_every_seed_paper_is_considered(
    shared_data: Path, store: SqliteStore, on: date, case: tuple[str, list[str], int], choice: str
) -> None:
    name, stale, late = case
    with FakeArxiv.of_day(shared_data, on, stale=stale) as fake:
        collected = read_day(fake, store, on, choice=choice)
    assert {batch.state for batch in collected.batches} == {BatchState.FRESH}
    papers = {paper.id: paper for paper in store.papers.papers_between(on, on)}
    assert set(papers) == announced_ids(shared_data, on, stale)
    seed = seed_ids(shared_data, name)
    assert len(seed) == 30
    by_versioned_id = {paper.versioned_id: paper for paper in papers.values()}
    assert set(seed) <= set(by_versioned_id)
    in_seed = [by_versioned_id[one] for one in seed]
    assert {paper.announce_type for paper in in_seed} == {AnnounceType.NEW}
    assert sum(paper.late for paper in in_seed) == late
    assert {p.announced_on for p in in_seed if p.late} <= {CALENDAR.previous_day(on)}


@pytest.mark.parametrize("on", STALE_DAYS, ids=str)
def test_the_search_repairs_when_the_listing_refuses(
    shared_data: Path, store: SqliteStore, on: date
) -> None:
    with FakeArxiv.of_day(shared_data, on, stale=["cs.AI"]) as fake:
        fake.fail("/list", Answer(status=503))
        collected = read_day(fake, store, on)
    repaired = next(batch for batch in collected.batches if batch.category == "cs.AI")
    assert (repaired.state, repaired.source) == (BatchState.FRESH, SourceName.SEARCH)
    ids = {paper.id for paper in collected.papers}
    assert ids == announced_ids(shared_data, on, ["cs.AI"])


@pytest.mark.parametrize("on", STALE_DAYS, ids=str)
def test_a_stale_feed_is_stalled_when_nobody_repairs_it(
    shared_data: Path, store: SqliteStore, on: date
) -> None:
    with FakeArxiv.of_day(shared_data, on, stale=["cs.AI"]) as fake:
        fake.fail("/list", Answer(status=503))
        fake.fail("/api", Answer(body=b"Rate exceeded."))
        collected = read_day(fake, store, on)
    states = {batch.category: batch.state for batch in collected.batches}
    assert states.pop("cs.AI") is BatchState.STALLED
    assert set(states.values()) == {BatchState.FRESH}


@pytest.mark.parametrize("on", STALE_DAYS, ids=str)
def test_with_the_day_before_in_the_store_the_stale_papers_are_old_news(
    shared_data: Path, store: SqliteStore, on: date
) -> None:
    before = CALENDAR.previous_day(on)
    with FakeArxiv() as fake:
        fake.announce(before, archived_day(shared_data, before, CATEGORIES))
        read_day(fake, store, before)
    known = {paper.id for paper in store.papers.papers_between(before, before)}
    with FakeArxiv.of_day(shared_data, on, stale=["cs.AI"]) as fake:
        collected = read_day(fake, store, on)
    assert {batch.state for batch in collected.batches} == {BatchState.FRESH}
    ids = {paper.id for paper in collected.papers}
    assert ids & known == set()
    assert {record.id for record in recorded_day(shared_data, on, CATEGORIES)} - known <= ids


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_reading_again_leaves_the_store_as_it_is(
    shared_data: Path, store: SqliteStore, on: date
) -> None:
    def stored() -> tuple[tuple[Paper, ...], object]:
        return store.papers.papers_between(on, on), store.papers.batches_between(on, on)

    with FakeArxiv.of_day(shared_data, on, stale=DAYS[on][1]) as fake:
        read_day(fake, store, on, choice="auto", is_enriched=True)
        first = stored()
        read_day(fake, store, on, choice="auto", is_enriched=True)
        assert stored() == first


def test_a_missed_day_is_caught_up_from_the_search(shared_data: Path, store: SqliteStore) -> None:
    first, missed, last = (date(2026, 1, day) for day in (28, 29, 30))
    with FakeArxiv() as fake:
        fake.announce(first, archived_day(shared_data, first, CATEGORIES))
        read_day(fake, store, first)
    with FakeArxiv.of_day(shared_data, last) as fake:
        fake.announce(missed, archived_day(shared_data, missed, CATEGORIES), is_newest=False)
        read_day(fake, store, last, choice="auto")
    late = [paper for paper in store.papers.papers_between(last, last) if paper.late]
    assert {paper.announced_on for paper in late} == {missed}
    assert len(late) > 200
    rows = store.papers.batches_between(missed, missed)
    assert {(row.state, row.source) for row in rows} == {(BatchState.FRESH, SourceName.SEARCH)}
    assert len(rows) == len(CATEGORIES)
