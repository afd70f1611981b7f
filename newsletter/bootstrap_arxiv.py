"""Put the ways to arXiv together: the part of ``bootstrap`` that knows the sources."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from newsletter.bootstrap_store import make_gate
from newsletter.config import Settings
from newsletter.model import SourceName
from newsletter.ports import PaperLookup, Source
from newsletter.sources.calendar import AnnouncementCalendar
from newsletter.sources.collect import SourceChoice
from newsletter.sources.http import ArxivHttp, Limits
from newsletter.sources.retrying import RetryPolicy, Told, tell_nobody


@contextmanager
def lend_http(
    settings: Settings,
    *,
    attempts: int = 4,
    sleep: Callable[[float], None] = time.sleep,
    tell: Told = tell_nobody,
) -> Iterator[ArxivHttp]:
    """Lend the way to arXiv; its connections are closed afterwards.

    Args:
        settings: address, contact, time-outs and pace.
        attempts: how many requests at most for one page.
        sleep: waits for the pace's permission.
        tell: hears at once of a host that cannot be reached and is tried again.
    """
    arxiv = settings.arxiv
    gate = make_gate(settings, sleep)
    http = ArxivHttp(
        gate,
        contact=arxiv.contact,
        limits=Limits(timeout_s=arxiv.timeout_s),
        policy=RetryPolicy(attempts=attempts, base_s=arxiv.min_interval_s, tell=tell),
    )
    try:
        yield http
    finally:
        http.close()
        gate.close()


def sources_over(
    http: ArxivHttp, settings: Settings, choice: SourceChoice, calendar: AnnouncementCalendar
) -> tuple[Mapping[SourceName, Source], PaperLookup | None]:
    """Return the sources to choose from, and what completes their papers, if that is wanted."""
    if choice is SourceChoice.SAMPLE:
        from newsletter.sources.sample import SampleSource

        return {SourceName.SAMPLE: SampleSource()}, None
    from newsletter.sources.arxiv_feed import FeedSource
    from newsletter.sources.arxiv_listing import ListingSource
    from newsletter.sources.arxiv_search import SearchSource

    arxiv = settings.arxiv
    search = SearchSource(http, calendar=calendar, search_url=arxiv.search_url)
    sources: Mapping[SourceName, Source] = {
        SourceName.FEED: FeedSource(http, feed_url=arxiv.feed_url),
        SourceName.LISTING: ListingSource(http, listing_url=arxiv.listing_url),
        SourceName.SEARCH: search,
    }
    return sources, search if arxiv.enrich else None
