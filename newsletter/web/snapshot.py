"""The archive as it is at one moment: what all public pages are made from."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Final

from newsletter.house import House
from newsletter.model import Entry, Issue, IssueState, Paper
from newsletter.ports import Store
from newsletter.ranking import Ranking, RankingMethod, prepare
from newsletter.ranking.library import KeywordCounts, Library, OpenDay
from newsletter.render.cache import LruCache
from newsletter.render.export_issue import HouseIssue
from newsletter.web.cache import PageCache
from subscribers.interests import Interests

MAX_LIBRARY: Final = 20_000
"""How many earlier papers are kept as words: about a month of computer science, 100 MB."""
MAX_PAGE_BYTES: Final = 48 * 1024 * 1024
MAX_PAGE_AGE_S: Final = 300.0
MAX_DAYS_OPEN: Final = 4
MAX_ISSUES: Final = 8
COUNTED_DAYS: Final = 30

Span = tuple[date, date]


class Snapshot:
    """All papers at one revision of the archive, ranked by the house or by anybody.

    Made once the papers changed, and thrown away when they change again, so that nothing in it
    is ever out of date. May be used from several threads.

    Attributes:
        revision: of the archive.
        latest_on: its newest day; None while it is empty.
        pages: what was rendered.
        made_at: when it was made.
    """

    def __init__(
        self,
        store: Store,
        *,
        house: House,
        method: RankingMethod,
        made_at: datetime,
        now_s: Callable[[], float],
    ) -> None:
        self.revision = store.archive.revision()
        self.latest_on = store.papers.last_issue_day()
        self.made_at = made_at
        self.pages = PageCache(MAX_PAGE_BYTES, max_age_s=MAX_PAGE_AGE_S, now_s=now_s)
        self.house = house
        self._papers = store.papers
        self._method = method
        self._library = Library(self._earlier())
        self._days: LruCache[Span, OpenDay] = LruCache(MAX_DAYS_OPEN)
        self._issues: LruCache[Span, HouseIssue] = LruCache(MAX_ISSUES)
        self._latest = self._open((self.latest_on, self.latest_on)) if self.latest_on else None

    def issue(self, first_on: date, last_on: date | None = None) -> HouseIssue:
        """Return a day, or several, as the house ranks them: all that match, best first."""
        span = (first_on, last_on or first_on)
        return self._issues.get_or_make(span, lambda: self._make_issue(span))

    def rank(self, interests: Interests, *, on: date, limit: int | None = None) -> Ranking:
        """Choose papers of a day for anybody."""
        return self._rank((on, on), interests, limit=limit)

    def count_keywords(self, interests: Interests) -> KeywordCounts | None:
        """Count how often keywords were met of late; None while the archive is empty."""
        if self._latest is None:
            return None
        return self._latest.count_keywords(interests, days=COUNTED_DAYS)

    def papers_of(self, first_on: date, last_on: date | None = None) -> tuple[Paper, ...]:
        """Return all papers of a day, or of several, ordered by id."""
        return self._papers.papers_between(first_on, last_on or first_on)

    def _earlier(self) -> Iterable[Paper]:
        if self.latest_on is None:
            return ()
        return self._papers.papers_before(self.latest_on, limit=MAX_LIBRARY)

    def _open(self, span: Span) -> OpenDay:
        return self._library.open_day(self.papers_of(*span), span[0])

    def _rank(self, span: Span, interests: Interests, *, limit: int | None) -> Ranking:
        if self._method is RankingMethod.SUBSTRING:
            return prepare(self._method, self.papers_of(*span), wishes=[interests]).rank(
                interests, limit=limit
            )
        is_latest = self._latest is not None and span == (self.latest_on, self.latest_on)
        day = self._latest if is_latest else self._days.get_or_make(span, lambda: self._open(span))
        return day.rank(interests, limit=limit) if day else Ranking(top=(), matched=0)

    def _make_issue(self, span: Span) -> HouseIssue:
        papers = self.papers_of(*span)
        ranking = self._rank(span, self.house.interests, limit=0)
        entries = (
            Entry(rank=rank, paper=paper, score=score)
            for rank, (paper, score) in enumerate(ranking.top, start=1)
        )
        return HouseIssue(
            issue=self._issue(span, len(papers)),
            entries=tuple(entries),
            matched=ranking.matched,
            interests=self.house.interests,
            generated_at=self.made_at,
            title=self.house.title,
            site_url=self.house.site_url,
        )

    def _issue(self, span: Span, announced: int) -> Issue:
        first_on, last_on = span
        kind = "daily" if first_on == last_on else "weekly"
        return Issue(
            id=f"{last_on}-{kind}",
            first_on=first_on,
            last_on=last_on,
            announced=announced,
            batches=self._papers.batches_between(last_on, last_on),
            state=IssueState.OPEN,
            created_at=self.made_at,
        )
