"""The archive: days, newest first, and papers by their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from starlette.exceptions import HTTPException

from newsletter.ports import ArchiveDay
from newsletter.render.labels import Labels
from newsletter.sources.identifier import parse_identifier
from newsletter.web.paper_cards import page_of, plain_card
from newsletter.web.public_page import Elsewhere, Made, Visit
from newsletter.web.site import Site

DAYS_A_PAGE: Final = 60
PAPERS_A_PAGE: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The days of one month that have papers, newest first."""

    name: str
    days: tuple[tuple[str, str, int], ...]


def make_archive(site: Site, visit: Visit) -> Made | Elsewhere:
    """Make the list of days, or of the papers that were searched for."""
    query = visit.params.get("q", "").strip()
    return _search(site, visit, query) if query else _days(site, visit)


def _days(site: Site, visit: Visit) -> Made:
    before = _day(visit.params["before"]) if "before" in visit.params else None
    days = site.store.archive.days(before=before, limit=DAYS_A_PAGE + 1)
    has_older = len(days) > DAYS_A_PAGE
    shown = days[:DAYS_A_PAGE]
    html = site.pages.html(
        "archive.html.j2",
        visit.labels,
        path=visit.path,
        is_chosen=visit.is_chosen,
        months=_months(shown, visit.labels),
        older=f"/i?before={shown[-1].on}" if has_older else "",
        is_first=before is None,
        query="",
    )
    return Made(text=html)


def _search(site: Site, visit: Visit, query: str) -> Made | Elsewhere:
    if (paper_id := _known_id(site, query)) is not None:
        return Elsewhere(url=page_of(paper_id))
    number = page_number(visit)
    offset = (number - 1) * PAPERS_A_PAGE
    found = site.store.archive.search(query, offset=offset, limit=PAPERS_A_PAGE)
    if number > 1 and not found.papers:
        raise HTTPException(404)
    html = site.pages.html(
        "search.html.j2",
        visit.labels,
        path=visit.path,
        is_chosen=visit.is_chosen,
        query=query,
        found=found,
        cards=tuple(plain_card(paper, visit.labels) for paper in found.papers),
        days=tuple(visit.labels.day(paper.issue_on) for paper in found.papers),
        page=number,
        pages=-(-found.total // PAPERS_A_PAGE),
    )
    return Made(text=html)


def page_number(visit: Visit) -> int:
    """Return ``?page=``, from 1; raise 404 for what is no such number."""
    text = visit.params.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) > 0):
        raise HTTPException(404)
    return int(text)


def _known_id(site: Site, query: str) -> str | None:
    """Return the paper's id when that is what was searched for, and we have it."""
    try:
        paper_id, _ = parse_identifier(query)
    except ValueError:
        return None
    return paper_id if site.store.papers.known_papers([paper_id]) else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise HTTPException(404) from error


def _months(days: Sequence[ArchiveDay], labels: Labels) -> tuple[Month, ...]:
    return tuple(
        Month(
            name=labels.text("month", month=labels.months[month - 1], year=year),
            days=tuple((f"/i/{day.on}-daily", labels.day(day.on), day.papers) for day in those),
        )
        for (year, month), those in groupby(days, key=lambda day: (day.on.year, day.on.month))
    )
