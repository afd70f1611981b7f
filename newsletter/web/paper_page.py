"""The page of one paper."""

import re
from collections.abc import Sequence
from typing import Final

from starlette.exceptions import HTTPException

from newsletter.model import Paper
from newsletter.render.clean import one_line, web_link
from newsletter.render.columns import cut
from newsletter.render.labels import Labels
from newsletter.sources.identifier import parse_identifier
from newsletter.web.paper_cards import page_of, plain_card
from newsletter.web.public_page import Elsewhere, Made, Visit
from newsletter.web.site import Site
from newsletter.web.told import find_summaries, whole_summary

MAX_AUTHORS: Final = 60
MAX_NOTE_COLUMNS: Final = 300

_PARAGRAPH: Final = re.compile(r"\n\s*\n")
_DOI: Final = re.compile(r"10\.\d{4,9}/[-._;()/:A-Za-z0-9]{1,200}")


def make_paper_page(site: Site, visit: Visit) -> Made | Elsewhere:
    """Make the page of a paper; an id with a version leads to the one without."""
    paper_id = _identifier(visit.params["paper"])
    if paper_id != visit.params["paper"]:
        return Elsewhere(url=page_of(paper_id))
    paper = site.store.papers.known_papers([paper_id]).get(paper_id)
    if paper is None:
        raise HTTPException(404)
    labels = visit.labels
    summary = find_summaries(site, [paper], labels.tag).get(paper.id)
    html = site.pages.html(
        "paper.html.j2",
        labels,
        path=visit.path,
        is_chosen=visit.is_chosen,
        card=plain_card(paper, labels),
        paper=paper,
        authors=_authors(paper.authors),
        more_authors=max(0, len(paper.authors) - MAX_AUTHORS),
        abstract=tuple(filter(None, map(one_line, _PARAGRAPH.split(paper.abstract)))),
        summary=whole_summary(summary, labels) if summary else None,
        notes=_notes(paper, labels),
        day=labels.day(paper.announced_on),
        issue=f"/i/{paper.issue_on}-daily",
    )
    return Made(text=html)


def _identifier(text: str) -> str:
    """Return the id without version; raise 404 when it is none, or has more around it."""
    try:
        paper_id, version = parse_identifier(text)
    except ValueError as error:
        raise HTTPException(404) from error
    written = paper_id if version is None else f"{paper_id}v{version}"
    if len(text) > 40 or not text.endswith(written.rpartition("/")[2]) or ":" in text:
        raise HTTPException(404)
    return paper_id


def _authors(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, (cut(one_line(name), 80) for name in names[:MAX_AUTHORS])))


def _notes(paper: Paper, labels: Labels) -> tuple[tuple[str, str, str], ...]:
    """Return what the authors noted: its label, the text, and where it leads, if anywhere."""
    doi = paper.doi if paper.doi and _DOI.fullmatch(paper.doi) else None
    found = (
        (labels.text("comment"), paper.comment, None),
        (labels.text("journal"), paper.journal_ref, None),
        ("DOI", paper.doi, web_link(f"https://doi.org/{doi}") if doi else None),
    )
    return tuple(
        (label, cut(one_line(text), MAX_NOTE_COLUMNS), link or "")
        for label, text, link in found
        if text
    )
