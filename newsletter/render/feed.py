"""The issue as a feed: Atom 1.0 and RSS 2.0.

An entry is one version of one paper; its id never changes, whichever issue lists it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newsletter.model import Entry, Paper
from newsletter.render.clean import escaped, one_line, web_link
from newsletter.render.export_issue import HouseIssue
from newsletter.render.export_summary import to_html

ATOM_PATH = "/feed/atom.xml"
RSS_PATH = "/feed/rss.xml"
MAX_AUTHORS = 100

_TAGGED_SINCE = "2026"  # RFC 4151: a day on which the host was the newsletter's
_ARXIV_ZONE = ZoneInfo("America/New_York")


def to_atom(house: HouseIssue, *, path: str = ATOM_PATH, name: str = "papers") -> str:
    """Write the issue as Atom; ``name`` tells the newsletter's feeds apart. Source: RFC 4287."""
    from newsletter.render.feed_formats import AtomFeed  # noqa: PLC0415 - 7 ms, and few pages are feeds

    return _write(AtomFeed, house, path=path, name=name)


def to_rss(house: HouseIssue, *, path: str = RSS_PATH) -> str:
    """Write the issue as RSS 2.0.

    Source: https://www.rssboard.org/rss-specification
    """
    from newsletter.render.feed_formats import RssFeed  # noqa: PLC0415 - as above

    return _write(RssFeed, house, path=path, name="papers")


def _write(make: type[Any], house: HouseIssue, *, path: str, name: str) -> str:
    host = urlsplit(house.site_url).hostname or "localhost"
    feed = make(
        title=one_line(house.title),
        link=f"{house.site_url}/",
        description=f"Papers that arXiv announced up to {house.issue.last_on}, ranked.",
        language="en",
        author_name=one_line(house.title),
        feed_url=house.site_url + path,
        feed_guid=f"tag:{host},{_TAGGED_SINCE}:{name}",
        categories=house.interests.categories,
    )
    feed.latest_post_date = lambda: _latest(house)
    for entry in house.entries:
        feed.add_item(**_item(entry, host=host))
    return str(feed.writeString("utf-8"))


def _latest(house: HouseIssue) -> datetime:
    """Return when the newest entry came; without entries, the issue's last day."""
    days = [entry.paper.issue_on for entry in house.entries]
    return _midnight(max(days, default=house.issue.last_on))


def _item(entry: Entry, *, host: str) -> dict[str, Any]:
    paper = entry.paper
    return {
        "title": one_line(paper.title),
        "link": paper.url,
        "description": "\n".join(_paragraphs(entry)),
        "unique_id": f"tag:{host},{_TAGGED_SINCE}:arXiv.org:{paper.versioned_id}",
        "unique_id_is_permalink": False,
        "pubdate": _midnight(paper.announced_on),
        "updateddate": _midnight(paper.issue_on),
        "categories": paper.categories,
        "authors": tuple(_authors(paper)),
    }


def _authors(paper: Paper) -> Iterator[str]:
    yield from map(one_line, paper.authors[:MAX_AUTHORS])
    if (more := len(paper.authors) - MAX_AUTHORS) > 0:
        yield f"and {more} more"


def _paragraphs(entry: Entry) -> Iterator[str]:
    """Yield the abstract and what is known beside it, as HTML."""
    paper = entry.paper
    if entry.summary is not None:
        yield from to_html(entry.summary)
    for paragraph in filter(None, map(one_line, paper.abstract.split("\n\n"))):
        yield f"<p>{escaped(paragraph)}</p>"
    note = f"#{entry.rank} · score {entry.score.value:.1f} · {paper.announce_type.value}"
    if paper.acceptance:
        note += f" · accepted: {one_line(paper.acceptance)}"
    yield f"<p>{escaped(note)}</p>"
    if code_url := web_link(paper.code_url):
        yield f'<p><a href="{escaped(code_url)}">Code</a></p>'


def _midnight(day: date) -> datetime:
    """Return when the feeds of an announcement day are out: 00:00 US Eastern, in UTC."""
    return datetime.combine(day, time(), tzinfo=_ARXIV_ZONE).astimezone(UTC)
