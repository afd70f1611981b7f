"""Digests of the recorded days: real papers through sources, ranking and digests."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from newsletter.digests.assemble import assemble
from newsletter.digests.shortlist import pick
from newsletter.model import Delivery, Digest, Issue, Paper
from newsletter.ranking import DayRanker, RankingMethod, prepare
from newsletter.sources.arxiv_feed import parse_feed
from newsletter.sources.http import Page
from newsletter.sources.sample_readers import sample_readers
from subscribers.interests import Interests, Keyword
from subscribers.model import Subscriber
from tests.factories import make_issue, make_subscriber

DAYS = (date(2025, 12, 19), date(2025, 12, 23), date(2026, 1, 30))
CATEGORIES = ("cs.AI", "cs.CL", "cs.DC", "cs.LG")
BROAD = ("model", "learning", "efficient", "agent", "framework", "memory", "kernel", "sparse")


def recorded_papers(shared_data: Path, on: date) -> tuple[Paper, ...]:
    """Read what was announced in the four categories, each paper once."""
    found: dict[str, Paper] = {}
    for category in CATEGORIES:
        path = _feed_path(shared_data / "arxiv" / "rss_rendered", category, on)
        page = Page(url="https://rss.example/", status=200, body=gzip.decompress(path.read_bytes()))
        for paper in parse_feed(page, category=category, on=on).papers:
            found.setdefault(paper.id, paper)
    return tuple(found.values())


def _feed_path(folder: Path, category: str, on: date) -> Path:
    fresh = folder / f"{on}_{category}_FRESH.xml.gz"
    return fresh if fresh.exists() else folder / f"{on}_{category}.xml.gz"


def readers() -> tuple[Subscriber, ...]:
    """Return readers of many kinds: those of the sample, and two who want a lot."""
    keywords = tuple(Keyword(phrase=phrase) for phrase in BROAD)
    wants_all = Interests(categories=CATEGORIES, keywords=keywords, max_papers=50)
    return (
        *sample_readers(),
        make_subscriber(8, interests=wants_all),
        make_subscriber(9, interests=replace(wants_all, max_papers=15), language="zh-CN"),
    )


def recorded_digests(shared_data: Path, on: date) -> Iterator[Digest]:
    """Yield the digest of every reader for one recorded day, empty ones too."""
    papers = recorded_papers(shared_data, on)
    people = readers()
    ranker = prepare(RankingMethod.BM25, papers, wishes=[one.interests for one in people])
    issue = make_issue(id=f"{on}-daily", first_on=on, last_on=on, announced=len(papers))
    by_id = {paper.id: paper for paper in papers}
    for person in people:
        yield _digest(ranker, issue, person, by_id)


def _digest(
    ranker: DayRanker, issue: Issue, person: Subscriber, papers: dict[str, Paper]
) -> Digest:
    ranking = ranker.rank(person.interests)
    delivery = Delivery(
        id="d-0001",
        issue_id=issue.id,
        subscriber_id=person.id,
        picks=pick(ranking),
        matched=ranking.matched,
    )
    return assemble(issue, delivery, subscriber=person, papers=papers)
