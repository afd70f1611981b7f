"""What a mail shows of a paper, in words: cleaned, shortened, in the reader's language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.model import AnnounceType, Paper, Summary
from newsletter.render.clean import one_line, web_link
from newsletter.render.columns import cut
from newsletter.render.labels import Labels
from newsletter.render.sentences import lead
from newsletter.render.summary_view import SummaryView, summary_view

MAX_TITLE_COLUMNS = 300
MAX_NAME_COLUMNS = 60
MAX_NOTE_COLUMNS = 120
MAX_CATEGORIES = 5
NAMES_SHOWN = 3
RICH_LEAD = (2, 420)
COMPACT_LEAD = (1, 240)
WORDS_PER_MINUTE = 220
CJK_CHARS_PER_MINUTE = 400
SECONDS_PER_PAPER = 12.0
_PARAGRAPH = re.compile(r"\n\s*\n")
_CJK = re.compile(r"[぀-ヿ㐀-鿿가-힯]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """One paper as the templates show it; plain text, not escaped.

    Attributes:
        kind: how it was announced.
        also_in: further categories, as one text; empty when there are none.
        late, withdrawn: marks; empty where they do not hold.
        rich_lead, compact_lead: the TL;DR, else the first sentences of the abstract.
        text_lead: the same for the text part.
        summary: the rest of the summary.
        page_url: the paper's page with the whole summary; empty when there is no more to read.
        pdf_url, code_url: empty when there is none.
        rich_seconds, compact_seconds: how long it takes to read.
    """

    url: str
    title: str
    authors: str
    category: str
    kind: str
    also_in: str
    late: str
    withdrawn: str
    accepted: str
    rich_lead: str
    compact_lead: str
    text_lead: str
    summary: SummaryView
    page_url: str
    pdf_url: str
    code_url: str
    rich_seconds: float
    compact_seconds: float


def paper_view(
    paper: Paper, labels: Labels, summary: Summary | None = None, *, site_url: str = ""
) -> PaperView:
    """Put a paper, and its summary when there is one, into words."""
    told = summary_view(summary, labels)
    title = cut(one_line(paper.title), MAX_TITLE_COLUMNS) or paper.id
    rich, compact = _leads(paper, told)
    categories = [cut(one_line(name), 20) for name in paper.categories] or ["arXiv"]
    return PaperView(
        url=paper.url,
        title=title,
        authors=_authors(paper.authors, labels),
        category=categories[0],
        kind=_kind(paper, labels),
        also_in=_also_in(categories[1:], labels),
        late=labels.text("late", date=labels.short_day(paper.announced_on)) if paper.late else "",
        withdrawn=labels.text("withdrawn") if paper.withdrawn else "",
        accepted=_accepted(paper, labels),
        rich_lead=rich,
        compact_lead=compact,
        text_lead=told.tldr or compact,
        summary=told,
        page_url=f"{site_url}/a/{paper.id}" if site_url and told.has_page else "",
        pdf_url="" if paper.withdrawn else paper.pdf_url,
        code_url=web_link(paper.code_url) or "",
        rich_seconds=reading_seconds(f"{title} {told.words if told.tldr else rich}"),
        compact_seconds=reading_seconds(f"{title} {compact}"),
    )


def reading_seconds(text: str) -> float:
    """Estimate how long one paper's entry takes: its words, and a moment to decide."""
    cjk = len(_CJK.findall(text))
    words = len(_CJK.sub(" ", text).split())
    minutes = words / WORDS_PER_MINUTE + cjk / CJK_CHARS_PER_MINUTE
    return SECONDS_PER_PAPER + 60.0 * minutes


def _leads(paper: Paper, told: SummaryView) -> tuple[str, str]:
    if told.tldr:
        count, limit = COMPACT_LEAD
        return told.tldr, lead([told.tldr], count=count, limit=limit)
    return _lead(paper, RICH_LEAD), _lead(paper, COMPACT_LEAD)


def _lead(paper: Paper, size: tuple[int, int]) -> str:
    count, limit = size
    paragraphs = map(one_line, _PARAGRAPH.split(paper.abstract))
    return lead(paragraphs, count=count, limit=limit)


def _authors(names: Sequence[str], labels: Labels) -> str:
    if len(names) <= NAMES_SHOWN + 1:
        return ", ".join(filter(None, map(_name, names)))
    first = ", ".join(filter(None, map(_name, names[:NAMES_SHOWN])))
    return labels.text("authors_many", first=first, last=_name(names[-1]), count=f"{len(names):,}")


def _name(name: str) -> str:
    return cut(one_line(name), MAX_NAME_COLUMNS)


def _kind(paper: Paper, labels: Labels) -> str:
    key = f"announce_{paper.announce_type.value.replace('-', '_')}"
    if paper.announce_type in (AnnounceType.NEW, AnnounceType.CROSS):
        return labels.text(key)
    return labels.text(key, version=paper.version)


def _also_in(categories: Sequence[str], labels: Labels) -> str:
    if not categories:
        return ""
    shown = ", ".join(categories[:MAX_CATEGORIES])
    left = len(categories) - MAX_CATEGORIES
    names = labels.text("and_more", names=shown, count=left) if left > 0 else shown
    return labels.text("also_in", categories=names)


def _accepted(paper: Paper, labels: Labels) -> str:
    venue = cut(one_line(paper.acceptance or ""), MAX_NOTE_COLUMNS)
    return labels.text("accepted", venue=venue) if venue else ""
