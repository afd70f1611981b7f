"""The front page: what this is, the latest issue, and the way in."""

from typing import Final

from newsletter.web.paper_cards import entry_cards
from newsletter.web.public_page import Made, Visit
from newsletter.web.site import Site
from newsletter.web.told import told

SHOWN_PAPERS: Final = 5


def make_home(site: Site, visit: Visit) -> Made:
    """Make the front page."""
    labels, snapshot = visit.labels, visit.snapshot
    latest_on = snapshot.latest_on
    issue = snapshot.issue(latest_on) if latest_on else None
    shown = told(site, issue.entries[:SHOWN_PAPERS], labels.tag) if issue else ()
    html = site.pages.html(
        "home.html.j2",
        labels,
        path=visit.path,
        is_chosen=visit.is_chosen,
        issue=issue,
        day=labels.day(latest_on) if latest_on else "",
        cards=entry_cards(shown, labels),
        categories=site.app.house.interests.categories,
    )
    return Made(text=html)
