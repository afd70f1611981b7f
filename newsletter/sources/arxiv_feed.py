"""arXiv's daily feeds: ``rss.arxiv.org/rss/{category}``, and its Atom twin.

Source: https://info.arxiv.org/help/rss_specifications.html
"""

import io
import re
from datetime import date
from urllib.parse import quote

import feedparser

from newsletter.errors import MalformedAnnouncementError, SourceUnavailableError
from newsletter.model import Announcement, AnnounceType, Paper, SetAside, SourceName
from newsletter.sources.entry import BadEntryError, RawEntry, make_paper
from newsletter.sources.http import ArxivHttp, Page
from newsletter.sources.xml import parse_feed_xml

FEED_URL = "https://rss.arxiv.org/rss"

_HEAD = re.compile(r"^\s*arXiv:\S+\s+Announce Type:\s*[\w-]+\s*(?:Abstract:\s*)?", re.ASCII)
_ERROR_TITLE = "Feed error"


class FeedSource:
    """Read what a category's feed holds now, as the announcement of the day asked for."""

    name = SourceName.FEED

    def __init__(self, http: ArxivHttp, *, feed_url: str = FEED_URL) -> None:
        self._http = http
        self._feed_url = feed_url.rstrip("/")

    def read(self, category: str, on: date) -> Announcement:
        """Read the feed; its own dates are those of its rendering and are not looked at.

        Raises:
            SourceError: nobody answered, or the answer is no feed.
        """
        page = self._http.get(f"{self._feed_url}/{quote(category, safe='.-+')}")
        return parse_feed(page, category=category, on=on)


def parse_feed(page: Page, *, category: str, on: date) -> Announcement:
    """Make an announcement of an RSS or Atom document; an entry that cannot be read is set aside.

    Raises:
        MalformedAnnouncementError: not a feed, cut short, or an error in the shape of a feed.
        SourceUnavailableError: a status that says neither.
    """
    what = f"the feed of {category}"
    if page.status not in {200, 400}:
        raise SourceUnavailableError(f"{what} answers with HTTP {page.status}")
    parse_feed_xml(page.body, what=what)
    document = feedparser.parse(
        io.BytesIO(page.body), sanitize_html=False, resolve_relative_uris=False
    )
    if page.status != 200 or document.feed.get("title", "").startswith(_ERROR_TITLE):
        reason = document.feed.get("description") or document.feed.get("subtitle") or "no reason"
        raise MalformedAnnouncementError(f"{what} is an error: {reason[:200]}")
    papers: list[Paper] = []
    set_aside: list[SetAside] = []
    for number, entry in enumerate(document.entries, start=1):
        try:
            papers.append(make_paper(_raw(entry), category=category, on=on))
        except BadEntryError as error:
            name = entry.get("id") or entry.get("link") or f"entry {number}"
            set_aside.append(SetAside(entry=str(name)[:100], why=str(error)))
    return Announcement(
        category=category,
        on=on,
        source=SourceName.FEED,
        papers=tuple(papers),
        set_aside=tuple(set_aside),
    )


def _raw(entry: feedparser.FeedParserDict) -> RawEntry:
    """Take the fields of one entry; the identifier's version comes from its guid."""
    kind = entry.get("arxiv_announce_type", "").strip()
    try:
        announce_type = AnnounceType(kind)
    except ValueError as error:
        raise BadEntryError(f"its announce type is {kind[:40]!r}") from error
    return RawEntry(
        identifier=entry.get("id") or entry.get("link") or "",
        title=entry.get("title", ""),
        abstract=_HEAD.sub("", entry.get("summary", "")),
        authors=entry.get("author", ""),
        categories=tuple(tag["term"] for tag in entry.get("tags", ()) if tag.get("term")),
        announce_type=announce_type,
        doi=entry.get("arxiv_doi"),
        journal_ref=entry.get("arxiv_journal_reference"),
    )
