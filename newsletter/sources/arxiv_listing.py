"""arXiv's listing pages: ``arxiv.org/list/{category}/new``.

A page states its own day and how many entries it has, so that a broken page is not a quiet day.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote

from lxml import etree, html

from newsletter.errors import MalformedAnnouncementError
from newsletter.model import Announcement, AnnounceType, Paper, SetAside, SourceName
from newsletter.sources.entry import BadEntryError, make_paper
from newsletter.sources.http import ArxivHttp, Page
from newsletter.sources.listing_entry import read_entry

LISTING_URL = "https://arxiv.org/list"
PAGE_ENTRIES = 2_000

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
_DAY = re.compile(r"\b(?P<day>\d{1,2})\s+(?P<month>[A-Za-z]{3})[a-z]*\.?\s+(?P<year>\d{4})\b")
_COUNTS = re.compile(r"showing\s+(?:first\s+|last\s+)?(?P<shown>[\d,]+)\s+of\s+(?P<all>[\d,]+)")
_SECTIONS = {
    "new sub": AnnounceType.NEW,
    "cross": AnnounceType.CROSS,
    "replace": AnnounceType.REPLACE,
}


class ListingSource:
    """Read the listing of a category, which is that of the newest announcement."""

    name = SourceName.LISTING

    def __init__(self, http: ArxivHttp, *, listing_url: str = LISTING_URL) -> None:
        self._http = http
        self._listing_url = listing_url.rstrip("/")

    def read(self, category: str, on: date) -> Announcement:
        """Read the newest listing; ``stated_on`` may be another day than ``on``.

        Raises:
            SourceError: nobody answered, or the answer is no listing.
        """
        place = f"{self._listing_url}/{quote(category, safe='.-')}/new"
        page = self._http.get(f"{place}?skip=0&show={PAGE_ENTRIES}")
        return parse_listing(page, category=category, on=on)


@dataclass(slots=True)
class _Listing:
    papers: list[Paper] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    stated_on: date | None = None
    shown: int = 0
    stated_count: int = 0


def parse_listing(page: Page, *, category: str, on: date) -> Announcement:
    """Make an announcement of a listing page; its papers bear the day that the page states.

    Raises:
        MalformedAnnouncementError: no listing, no day, or not as many entries as it says.
    """
    what = f"the listing of {category}"
    if page.status != 200:
        raise MalformedAnnouncementError(f"{what} answers with HTTP {page.status}")
    root = _parse_html(page.body, what=what)
    listing = _read_in_order(root, category=category)
    if listing.stated_on is None:
        raise MalformedAnnouncementError(f"{what} does not state its day")
    found = len(listing.papers) + len(listing.set_aside)
    if found != listing.shown:
        raise MalformedAnnouncementError(
            f"{what} says that it shows {listing.shown} entries, but {found} were found"
        )
    return Announcement(
        category=category,
        on=on,
        source=SourceName.LISTING,
        papers=tuple(listing.papers),
        stated_on=listing.stated_on,
        stated_count=listing.stated_count,
        set_aside=tuple(listing.set_aside),
    )


def _parse_html(body: bytes, *, what: str) -> html.HtmlElement:
    try:
        parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        return html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise MalformedAnnouncementError(f"{what} is not a page") from error


def _read_in_order(root: html.HtmlElement, *, category: str) -> _Listing:
    """Walk headings and entries in the page's order: a heading governs what follows it."""
    listing = _Listing()
    section: AnnounceType | None = None
    term: html.HtmlElement | None = None
    for element in root.iter("h3", "dt", "dd"):
        if element.tag == "h3":
            section = _read_heading(element.text_content(), listing) or section
        elif element.tag == "dt":
            term = element
        elif section is not None and term is not None and listing.stated_on is not None:
            _read_one(listing, term, element, section=section, category=category)
            term = None
    return listing


def _read_heading(text: str, listing: _Listing) -> AnnounceType | None:
    """Take day and counts from a heading; return the section it opens, if it does."""
    heading = " ".join(text.split())
    if listing.stated_on is None:
        listing.stated_on = _parse_day(heading)
    counts = _COUNTS.search(heading)
    if counts is not None:
        listing.shown += int(counts["shown"].replace(",", ""))
        listing.stated_count += int(counts["all"].replace(",", ""))
    lower = heading.casefold()
    return next((kind for start, kind in _SECTIONS.items() if lower.startswith(start)), None)


def _parse_day(text: str) -> date | None:
    match = _DAY.search(text)
    if match is None or match["month"].casefold() not in _MONTHS:
        return None
    month = _MONTHS.index(match["month"].casefold()) + 1
    try:
        return date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        return None


def _read_one(
    listing: _Listing,
    term: html.HtmlElement,
    definition: html.HtmlElement,
    *,
    section: AnnounceType,
    category: str,
) -> None:
    assert listing.stated_on is not None
    try:
        entry = read_entry(term, definition, section=section, category=category)
        listing.papers.append(make_paper(entry, category=category, on=listing.stated_on))
    except BadEntryError as error:
        name = " ".join(term.text_content().split())[:100] or "an entry without id"
        listing.set_aside.append(SetAside(entry=name, why=str(error)))
