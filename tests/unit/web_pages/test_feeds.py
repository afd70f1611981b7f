"""Feeds: of the house, of each category, and of one reader."""

import re
from datetime import timedelta

import feedparser
import pytest
from starlette.testclient import TestClient

from newsletter.bootstrap import App
from newsletter.config import resolve_secrets
from newsletter.delivery.links import SignedLinks
from newsletter.delivery.plan import delivery_id
from newsletter.digests.shortlist import pick
from newsletter.model import AnnounceType, Delivery
from newsletter.ranking import RankingMethod, prepare
from newsletter.stores.sqlite.store import SqliteStore
from subscribers.model import Subscriber, SubscriberState
from subscribers.tokens import Purpose, TokenSigner
from tests.factories import DAY, NOW, make_interests, make_issue, make_paper, make_subscriber

READER = make_subscriber(
    id="01KABCDEFGHJKMNPQRSTVWXYZ0", interests=make_interests("rain", max_papers=2)
)


@pytest.fixture
def filled(store: SqliteStore) -> SqliteStore:
    """Five days with three papers each: two for the house, one of another category."""
    elsewhere = (("math.NT", AnnounceType.NEW),)
    papers = [
        make_paper(
            10 * days_ago + n,
            title="Rain & sparse attention" if n else "Numbers",
            issue_on=DAY - timedelta(days=days_ago),
            announced_on=DAY - timedelta(days=days_ago),
            categories=("cs.LG",) if n else ("math.NT",),
            announced_in=(("cs.LG", AnnounceType.NEW),) if n else elsewhere,
        )
        for days_ago in range(5)
        for n in range(3)
    ]
    store.papers.save_announcement(papers, [])
    store.subscribers.add(READER)
    return store


@pytest.fixture
def signer(program: App, store: SqliteStore) -> TokenSigner:
    return TokenSigner(resolve_secrets(program.settings, make=False).token_keys, clock=lambda: NOW)


def feed_path(signer: TokenSigner, reader: Subscriber = READER) -> str:
    token = signer.sign(Purpose.FEED, reader.id, generation=reader.generation)
    return f"/feed/r/{token}.atom"


@pytest.mark.parametrize(
    ("path", "kind"), [("/feed/atom.xml", "atom10"), ("/feed/rss.xml", "rss20")]
)
def test_the_house_s_feed_goes_back_three_days(
    filled: SqliteStore, client: TestClient, path: str, kind: str
) -> None:
    answer = client.get(path)
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.version == kind
    assert len(feed.entries) == 6
    assert {entry.title for entry in feed.entries} == {"Rain & sparse attention"}
    assert answer.headers["cache-control"] == "public, max-age=900"


def test_a_category_s_feed_has_all_its_papers(filled: SqliteStore, client: TestClient) -> None:
    feed = feedparser.parse(client.get("/feed/math.NT.atom").content)
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == ["Numbers"] * 3
    assert feed.feed.title.endswith(": math.NT")
    assert feed.feed.id.endswith(":papers:math.NT")
    (itself,) = (link.href for link in feed.feed.links if link.rel == "self")
    assert itself.endswith("/feed/math.NT.atom")


def test_a_reader_s_feed_is_theirs(
    filled: SqliteStore, client: TestClient, signer: TokenSigner
) -> None:
    answer = client.get(feed_path(signer))
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert len(feed.entries) == 6
    assert answer.headers["referrer-policy"] == "no-referrer"
    again = client.get(feed_path(signer), headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_a_reader_s_feed_ends_with_the_link(
    filled: SqliteStore, client: TestClient, signer: TokenSigner
) -> None:
    good = feed_path(signer)
    manage = signer.sign(Purpose.MANAGE, READER.id, generation=READER.generation)
    for path in (good[:-7] + "x.atom", f"/feed/r/{manage}.atom", "/feed/r/x.atom"):
        assert client.get(path).status_code == 404
    filled.subscribers.remove(READER.id)
    assert client.get(good).status_code == 404


def test_a_digest_can_be_seen_by_the_link_in_its_mail(
    filled: SqliteStore, client: TestClient, program: App, signer: TokenSigner
) -> None:
    papers = filled.papers.papers_between(DAY, DAY)
    wish = READER.interests
    ranking = prepare(RankingMethod.BM25, papers, wishes=[wish]).rank(wish, limit=1)
    issue = make_issue(announced=3)
    planned = Delivery(
        id=delivery_id(issue.id, READER.id),
        issue_id=issue.id,
        subscriber_id=READER.id,
        picks=pick(ranking),
        matched=ranking.matched,
    )
    filled.ledger.plan(issue, [planned])
    links = SignedLinks(program.house.site_url, signer)(READER, issue)
    text = client.get(links.view).text
    assert "1 paper picked for you" in text
    assert text.count("<article") == 2
    assert READER.address not in text
    other = make_issue(id="2026-11-19-daily", last_on=DAY - timedelta(days=1))
    unknown = SignedLinks(program.house.site_url, signer)(READER, other)
    assert client.get(unknown.view).status_code == 404


def test_nobody_gets_a_feed_before_they_confirmed(
    filled: SqliteStore, client: TestClient, signer: TokenSigner
) -> None:
    waiting = make_subscriber(2, id="01KABCDEFGHJKMNPQRSTVWXYZ1", state=SubscriberState.PENDING)
    filled.subscribers.add(waiting)
    assert client.get(feed_path(signer, waiting)).status_code == 404


def test_the_reader_s_page_leads_to_their_feed(
    filled: SqliteStore, client: TestClient, signer: TokenSigner
) -> None:
    token = signer.sign(Purpose.MANAGE, READER.id, generation=READER.generation)
    found = re.search(r"/feed/r/[\w-]+\.atom", client.get(f"/p/{token}").text)
    assert found
    assert client.get(found[0]).status_code == 200
