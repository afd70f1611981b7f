"""Every recorded document is read, and says what it is known to say."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from newsletter.errors import MalformedAnnouncementError
from newsletter.model import Announcement, AnnounceType
from newsletter.sources.arxiv_feed import FeedSource
from newsletter.sources.arxiv_listing import ListingSource
from newsletter.sources.arxiv_search import SearchSource
from newsletter.sources.calendar import AnnouncementCalendar
from newsletter.sources.freshness import Past, why_stale
from tests.servers.fake_arxiv import FakeArxiv
from tests.servers.fake_arxiv_days import Record
from tests.servers.fake_arxiv_pages import feed_xml
from tests.servers.paced import patient_http

pytestmark = pytest.mark.data
FOLDERS = ("api", "rss_real", "rss_rendered", "listing")

FEEDS = {
    "rss_real/distill_rss_cs.AI_2026-04-27_3items.xml": {"new": 3},
    "rss_real/paper-digest_atom_4types_2026-10-01_5entries.xml": {
        "new": 1,
        "cross": 2,
        "replace": 1,
        "replace-cross": 1,
    },
    "rss_real/zotero-arxiv-daily_atom_cs.AI_2025-08-20_7entries.xml": {"new": 2, "cross": 5},
    "rss_rendered/2025-12-19_cs.AI_FRESH.xml.gz": {"new": 57, "cross": 101},
    "rss_rendered/2025-12-19_cs.AI_STALE-from-2025-12-18.xml.gz": {"new": 23, "cross": 88},
    "rss_rendered/2025-12-19_cs.CL.xml.gz": {"new": 31, "cross": 14},
    "rss_rendered/2025-12-19_cs.DC.xml.gz": {"new": 11, "cross": 3},
    "rss_rendered/2025-12-19_cs.LG.xml.gz": {"new": 93, "cross": 28},
    "rss_rendered/2025-12-23_cs.AI.xml.gz": {"new": 62, "cross": 148},
    "rss_rendered/2025-12-23_cs.CL.xml.gz": {"new": 74, "cross": 15},
    "rss_rendered/2025-12-23_cs.DC.xml.gz": {"new": 14, "cross": 4},
    "rss_rendered/2025-12-23_cs.LG.xml.gz": {"new": 130, "cross": 58},
    "rss_rendered/2026-01-30_cs.AI_FRESH.xml.gz": {"new": 107, "cross": 140},
    "rss_rendered/2026-01-30_cs.AI_STALE-from-2026-01-29.xml.gz": {"new": 25, "cross": 108},
    "rss_rendered/2026-01-30_cs.CL.xml.gz": {"new": 75, "cross": 38},
    "rss_rendered/2026-01-30_cs.DC.xml.gz": {"new": 7, "cross": 7},
    "rss_rendered/2026-01-30_cs.LG.xml.gz": {"new": 207, "cross": 50},
    "rss_rendered/empty_weekend_cs.AI_2026-02-07.xml": {},
}
ERROR_FEED = "rss_rendered/error_bad_category_HTTP400.xml"
MIRRORS = {
    "rss_real/feed-mirror_cs.CV_2026-04-17.json.gz": 186,
    "rss_real/feed-mirror_cs.CV_2026-04-18.json": 0,
    "rss_real/feed-mirror_cs.CV_2026-04-19.json": 0,
    "rss_real/feed-mirror_cs.CV_2026-04-20.json.gz": 171,
    "rss_real/feed-mirror_cs.CV_2026-04-21.json.gz": 501,
}
LISTING = "listing/polaris_arxiv_list_new_sample.html"
SEARCHES = {
    "api/id_0000.0000_s0_m100_8b51d9633a68_HTTP200.xml": 0,
    "api/id_0808.05394_1707.08567_s0_m100_42e5aa0ec3af_HTTP200.xml": 1,
    "api/id_0808.05394_s0_m100_7b0c7d0a7cdd_HTTP200.xml": 0,
    "api/id_1605.08386_s0_m100_199195aa31ad_HTTP200.xml": 1,
    "api/id_1707.08567_s0_m100_6a1afebfc6a3_HTTP200.xml": 1,
    "api/id_2104.12255v1_s0_m100_6ae69987ffe1_HTTP200.xml": 1,
    "api/id_astro-ph_0601001_s0_m100_3150dca9dc76_HTTP200.xml": 1,
    "api/id_quant-ph_0201082v1_s0_m100_86989fe779ef_HTTP200.xml": 1,
    "api/q_testing_s0_m100_cfe7536492ca_HTTP200.xml.gz": 100,
    "api/q_testing_s0_m10_bc5a6c384fe9_HTTP200.xml": 10,
    "api/q_testing_s0_m15_80c242b59d59_HTTP200.xml": 15,
    "api/q_testing_s10_m10_34e56e15aaac_HTTP200.xml": 10,
    "api/q_testing_s20_m10_348a237fecab_HTTP200.xml": 10,
    "api/q_testing_s30_m10_f2e39f0143dc_HTTP200.xml": 10,
    "api/q_testing_s40_m10_96dd32eb854c_HTTP200.xml": 10,
    "api/q_testing_s50_m10_7f488ab8598c_HTTP200.xml": 10,
    "api/q_testing_s5_m10_c0e94a259d4a_HTTP200.xml": 10,
    "api/q_testing_s5_m15_bbcf6b23085b_HTTP200.xml": 15,
    "api/q_testing_s9_m15_0b78d4b4d476_HTTP200.xml": 15,
}
ERROR_SEARCH = "api/id_abc_s0_m100_b79c8dcf6bc3_HTTP400.xml"


@pytest.fixture
def fake() -> Iterator[FakeArxiv]:
    with FakeArxiv() as server:
        yield server


def document(shared_data: Path, name: str) -> bytes:
    body = (shared_data / "arxiv" / name).read_bytes()
    return gzip.decompress(body) if name.endswith(".gz") else body


def read_feed(fake: FakeArxiv, body: bytes, category: str, *, status: int = 200) -> Announcement:
    fake.serve(f"/rss/{category}", body, status=status, is_gzipped=True)
    with patient_http() as http:
        return FeedSource(http, feed_url=fake.feed_url).read(category, date(2026, 1, 30))


def mirrored_records(shared_data: Path, name: str) -> tuple[Record, ...]:
    return tuple(
        Record(
            id=paper["arxiv_id"],
            title=paper["title"],
            abstract=paper["abstract"],
            authors=", ".join(paper["authors"]),
            categories=tuple(paper["categories"]),
            types=(("cs.CV", paper["announce_type"]),),
            comment=paper["comment"],
        )
        for paper in json.loads(document(shared_data, name))["papers"]
    )


def test_no_recorded_file_is_unused(shared_data: Path) -> None:
    there = {
        f"{folder}/{path.name}"
        for folder in FOLDERS
        for path in (shared_data / "arxiv" / folder).iterdir()
    }
    assert there == {*FEEDS, ERROR_FEED, *MIRRORS, LISTING, *SEARCHES, ERROR_SEARCH}


@pytest.mark.parametrize(("name", "types"), FEEDS.items())
def test_feeds_have_all_their_entries(
    name: str, types: dict[str, int], fake: FakeArxiv, shared_data: Path
) -> None:
    named = re.search(r"cs\.[A-Z]{2}", name)
    category = named[0] if named else "cs.IR"
    found = read_feed(fake, document(shared_data, name), category)
    assert Counter(paper.announce_type for paper in found.papers) == types
    assert found.set_aside == ()
    for paper in found.papers:
        assert "Announce Type" not in paper.abstract
        assert paper.authors
        assert len(paper.abstract) > 40


def test_the_error_feed_is_an_error(fake: FakeArxiv, shared_data: Path) -> None:
    with pytest.raises(MalformedAnnouncementError, match="Bad subject class 'XX'"):
        read_feed(fake, document(shared_data, ERROR_FEED), "cs.AI", status=400)


@pytest.mark.parametrize(("name", "count"), MIRRORS.items())
def test_mirrored_feeds_have_all_their_entries(
    name: str, count: int, fake: FakeArxiv, shared_data: Path
) -> None:
    records = mirrored_records(shared_data, name)
    found = read_feed(fake, feed_xml("cs.CV", records), "cs.CV")
    assert len(found.papers) == count
    assert [paper.id for paper in found.papers] == [record.id for record in records]


def test_consecutive_days_of_one_category_alone_are_told_apart(
    fake: FakeArxiv, shared_data: Path
) -> None:
    names = [name for name, count in MIRRORS.items() if count]
    days = [
        read_feed(fake, feed_xml("cs.CV", mirrored_records(shared_data, name)), "cs.CV")
        for name in names
    ]
    for before, after in pairwise(days):
        fresh = [p.id for p in before.papers if p.announce_type.strength >= 2]
        warm = Past(ids=frozenset(p.id for p in before.papers), has_batch_before=True)
        partly = Past(newest=max(fresh))
        for past in (warm, partly):
            assert why_stale(before, others=(), past=past) is not None
            assert why_stale(after, others=(), past=past) is None


def test_the_listing_has_all_its_entries(fake: FakeArxiv, shared_data: Path) -> None:
    fake.serve("/list/cs.AI/new", document(shared_data, LISTING), content_type="text/html")
    with patient_http() as http:
        source = ListingSource(http, listing_url=fake.listing_url)
        found = source.read("cs.AI", date(2026, 8, 12))
    assert "skip=0&show=2000" in fake.requests[0].query
    assert (found.stated_on, found.stated_count) == (date(2026, 8, 12), 6)
    assert [(paper.versioned_id, paper.announce_type) for paper in found.papers] == [
        ("2608.09949v1", AnnounceType.NEW),
        ("2608.09967v1", AnnounceType.NEW),
        ("2505.11635v2", AnnounceType.CROSS),
        ("2607.28646v1", AnnounceType.CROSS),
        ("2112.07752v5", AnnounceType.REPLACE),
        ("2505.23399v2", AnnounceType.REPLACE),
    ]
    first, last = found.papers[0], found.papers[-1]
    assert first.title == "Closed-Loop LLM Co-Pilots for Digital Agriculture"
    assert first.authors == ("Serge Kernbach",)
    assert found.papers[2].categories == ("cs.LG", "cs.AI")
    assert found.papers[3].journal_ref == "2026 Narrative Inquiry 23 (2)"
    assert last.acceptance == "NeurIPS 2025"
    assert last.code_url == "https://github.com/jushengzhang/Gam-Agent"
    assert last.abstract.startswith("We propose GAM-Agent")
    assert "5–6%" in last.abstract


@pytest.mark.parametrize(("name", "count"), SEARCHES.items())
def test_searches_have_all_their_entries(
    name: str, count: int, fake: FakeArxiv, shared_data: Path
) -> None:
    fake.serve("/api/query", document(shared_data, name))
    with patient_http() as http:
        source = SearchSource(http, calendar=AnnouncementCalendar(), search_url=fake.search_url)
        found = source.look_up([str(number) for number in range(max(count, 1))])
    assert len(found) == count
    for paper in found.values():
        assert paper.authors
        assert paper.submitted_at is not None
        assert paper.title
        if "2104.12255" in name:
            assert paper.title == "0"
        if "astro-ph" in name:
            assert paper.id == "astro-ph/0601001"
            assert paper.authors[0] == "Andrew Gould"


def test_the_error_search_is_an_error(fake: FakeArxiv, shared_data: Path) -> None:
    fake.serve("/api/query", document(shared_data, ERROR_SEARCH), status=400)
    with patient_http() as http, pytest.raises(MalformedAnnouncementError, match="for abc"):
        SearchSource(http, calendar=AnnouncementCalendar(), search_url=fake.search_url).look_up(
            ["abc"]
        )
