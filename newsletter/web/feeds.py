"""Feeds: the house's choice, each category, and a reader's own by a link that only they have."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from newsletter.model import Entry, Score
from newsletter.render.export_issue import HouseIssue
from newsletter.render.feed import ATOM_PATH, RSS_PATH, to_atom, to_rss
from newsletter.web.cache import store_page
from newsletter.web.issue_page import is_in
from newsletter.web.public_page import Made, Visit
from newsletter.web.site import Site
from newsletter.web.snapshots import Snapshots
from newsletter.web.tokens import reader_of
from newsletter.web.told import told
from subscribers.categories import CATEGORIES
from subscribers.interests import Interests
from subscribers.model import SubscriberState
from subscribers.tokens import Purpose

if TYPE_CHECKING:
    from newsletter.web.snapshot import Snapshot

DAYS: Final = 3
"""A feed goes back so many announcements: who looks once a day misses none."""
MAX_CATEGORY_ENTRIES: Final = 200
ATOM: Final = "application/atom+xml; charset=utf-8"
RSS: Final = "application/rss+xml; charset=utf-8"
QUARTER_HOUR: Final = "public, max-age=900"


def make_atom(site: Site, visit: Visit) -> Made:
    """Make the house's feed as Atom."""
    text = to_atom(_house(site, visit.snapshot), path=ATOM_PATH)
    return Made(text=text, content_type=ATOM, cache_control=QUARTER_HOUR)


def make_rss(site: Site, visit: Visit) -> Made:
    """Make the house's feed as RSS."""
    text = to_rss(_house(site, visit.snapshot), path=RSS_PATH)
    return Made(text=text, content_type=RSS, cache_control=QUARTER_HOUR)


def make_category_feed(site: Site, visit: Visit) -> Made:
    """Make the feed of one category: all its papers, the house's choice first."""
    category = visit.params["category"]
    if category not in CATEGORIES:
        raise HTTPException(404)
    chosen: list[Entry] = []
    for on in _days(site):
        house = visit.snapshot.issue(on)
        chosen += _of_category(house, visit.snapshot, category)
    feed = replace(
        _frame(site, visit.snapshot),
        entries=told(site, chosen[:MAX_CATEGORY_ENTRIES], site.app.house.language),
        title=f"{site.app.house.title}: {category}",
        interests=Interests(categories=(category,)),
    )
    text = to_atom(feed, path=f"/feed/{category}.atom", name=f"papers:{category}")
    return Made(text=text, content_type=ATOM, cache_control=QUARTER_HOUR)


class ReaderFeed:
    """Answer with a reader's own feed: the papers a digest of each day would have."""

    def __init__(self, site: Site, snapshots: Snapshots) -> None:
        self._site = site
        self._snapshots = snapshots

    async def answer(self, request: Request) -> Response:
        """Answer one request.

        Raises:
            InvalidTokenError, UnknownSubscriberError: the link is no good, or not any more.
        """
        snapshot = await self._snapshots.current()
        text = await run_in_threadpool(self._make, request, snapshot)
        page = store_page(
            text.encode("utf-8", "replace"),
            content_type=ATOM,
            cache_control="private, max-age=900",
            modified_at=snapshot.made_at,
        )
        headers = {name.decode(): value.decode() for name, value in page.headers}
        if page.is_known_to(dict(request.headers.raw)):
            return Response(status_code=304, headers={"ETag": headers["etag"]})
        return Response(page.body, headers=headers)

    def _make(self, request: Request, snapshot: "Snapshot") -> str:
        reader = reader_of(self._site, request, Purpose.FEED)
        if reader.state is SubscriberState.PENDING:
            raise HTTPException(404)
        token = str(request.path_params["token"])
        entries = tuple(
            Entry(rank=rank, paper=paper, score=score)
            for on in _days(self._site)
            for rank, (paper, score) in enumerate(
                snapshot.rank(reader.interests, on=on).top, start=1
            )
        )
        feed = replace(
            _frame(self._site, snapshot),
            entries=told(self._site, entries, reader.language),
            interests=reader.interests,
        )
        return to_atom(feed, path=f"/feed/r/{token}.atom", name=f"papers:{token[:16]}")


def _days(site: Site) -> tuple[date, ...]:
    return tuple(day.on for day in site.store.archive.days(limit=DAYS))


def _house(site: Site, snapshot: "Snapshot") -> HouseIssue:
    limit = site.app.house.interests.max_papers
    issues = (snapshot.issue(on) for on in _days(site))
    entries = [entry for issue in issues for entry in issue.entries[:limit]]
    return replace(_frame(site, snapshot), entries=told(site, entries, site.app.house.language))


def _frame(site: Site, snapshot: "Snapshot") -> HouseIssue:
    """Return the latest issue, which gives a feed its name and its day."""
    return snapshot.issue(snapshot.latest_on or site.app.clock().date())


def _of_category(house: HouseIssue, snapshot: "Snapshot", category: str) -> Iterable[Entry]:
    """Yield an issue's papers of one category: the ranked ones, then the others."""
    ranked = {entry.paper.id for entry in house.entries}
    yield from (entry for entry in house.entries if is_in(entry.paper, category))
    rank = len(house.entries)
    for paper in snapshot.papers_of(house.issue.first_on, house.issue.last_on):
        if paper.id not in ranked and is_in(paper, category):
            rank += 1
            yield Entry(rank=rank, paper=paper, score=Score(value=0.0))
