"""The page of one issue: everything that was announced, the house's choice first."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from starlette.exceptions import HTTPException

from newsletter.delivery.schedule import WEEK_DAYS
from newsletter.model import Entry, Paper
from newsletter.render.export_issue import HouseIssue
from newsletter.render.labels import Labels
from newsletter.web.archive import page_number
from newsletter.web.paper_cards import PaperCard, entry_cards, plain_card
from newsletter.web.public_page import Elsewhere, Made, Visit
from newsletter.web.site import Site
from newsletter.web.told import told
from subscribers.categories import CATEGORIES

PAPERS_A_PAGE: Final = 50

_ISSUE_ID: Final = re.compile(r"(?P<on>\d{4}-\d{2}-\d{2})-(?P<kind>daily|weekly)", re.ASCII)


def make_issue_page(site: Site, visit: Visit) -> Made | Elsewhere:
    """Make one page of an issue."""
    first_on, last_on = issue_span(visit.params["issue"])
    category = visit.params.get("category", "")
    if category and category not in CATEGORIES:
        raise HTTPException(404)
    house = visit.snapshot.issue(first_on, last_on)
    if not house.issue.announced:
        raise HTTPException(404)
    entries, others = _listed(house, visit, category)
    number = page_number(visit)
    pages = max(1, -(-(len(entries) + len(others)) // PAPERS_A_PAGE))
    if number > pages:
        raise HTTPException(404)
    first = PAPERS_A_PAGE * (number - 1)
    shown = told(site, entries[first : first + PAPERS_A_PAGE], visit.labels.tag)
    rest = others[max(0, first - len(entries)) : max(0, first + PAPERS_A_PAGE - len(entries))]
    cards = _cards(shown, rest, visit.labels)
    rich = min(house.interests.max_papers, len(entries)) if number == 1 else 0
    html = site.pages.html(
        "issue.html.j2",
        visit.labels,
        path=visit.path,
        is_chosen=visit.is_chosen,
        house=house,
        day=visit.labels.days(first_on, last_on),
        rich=cards[:rich],
        compact=cards[rich:],
        count_listed=len(entries) + len(others),
        categories=_categories(house, visit),
        category=category,
        page=number,
        pages=pages,
        around=_around(site, first_on, last_on),
        missing=house.issue.missing_categories,
    )
    return Made(text=html)


def issue_span(issue_id: str) -> tuple[date, date]:
    """Return the first and the last day of an issue; raise 404 when it is no issue's id."""
    match = _ISSUE_ID.fullmatch(issue_id)
    try:
        last_on = date.fromisoformat(match["on"]) if match else None
        if match is None or last_on is None:
            raise HTTPException(404)
        if match["kind"] == "daily":
            return last_on, last_on
        return last_on - timedelta(days=WEEK_DAYS - 1), last_on
    except (ValueError, OverflowError) as error:
        raise HTTPException(404) from error


def _listed(
    house: HouseIssue, visit: Visit, category: str
) -> tuple[Sequence[Entry], Sequence[Paper]]:
    """Return what is ranked and what is not, of one category or of all."""
    ranked = {entry.paper.id for entry in house.entries}
    papers = visit.snapshot.papers_of(house.issue.first_on, house.issue.last_on)
    others = [paper for paper in papers if paper.id not in ranked]
    if not category:
        return house.entries, others
    return (
        [entry for entry in house.entries if is_in(entry.paper, category)],
        [paper for paper in others if is_in(paper, category)],
    )


def is_in(paper: Paper, category: str) -> bool:
    """Tell whether a paper is filed or was announced in a category."""
    return category in paper.categories or any(name == category for name, _ in paper.announced_in)


def _cards(
    entries: Sequence[Entry], others: Sequence[Paper], labels: Labels
) -> tuple[PaperCard, ...]:
    return (*entry_cards(entries, labels), *(plain_card(paper, labels) for paper in others))


def _categories(house: HouseIssue, visit: Visit) -> tuple[tuple[str, int], ...]:
    """Return the categories that were read, and how many papers each has."""
    papers = visit.snapshot.papers_of(house.issue.first_on, house.issue.last_on)
    read = sorted({name for paper in papers for name, _ in paper.announced_in})
    return tuple((name, sum(is_in(paper, name) for paper in papers)) for name in read)


def _around(site: Site, first_on: date, last_on: date) -> tuple[str, str]:
    """Return the paths of the issues before and after; empty where there is none."""
    kind = "daily" if first_on == last_on else "weekly"
    earlier = site.store.archive.days(before=first_on, limit=1)
    later = site.store.archive.day_after(last_on)
    return (
        f"/i/{earlier[0].on}-{kind}" if earlier else "",
        f"/i/{later}-{kind}" if later else "",
    )
