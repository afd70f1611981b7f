"""Papers as the pages show them: in words, with their reasons and links."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from newsletter.model import Entry, Paper, Reason
from newsletter.render.labels import Labels
from newsletter.render.reasons import ReasonText, reason_text, shown_reasons
from newsletter.render.views import PaperView, paper_view

if TYPE_CHECKING:
    from newsletter.ranking import Ranking

MAX_REASONS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCard:
    """One paper on a page; plain text, not escaped.

    Attributes:
        paper_id: without version.
        page: the path of its own page.
        view: its texts.
        rank: from 1; 0 for a paper that nobody ranked.
        score: written out; empty for a paper that nobody ranked.
        reasons: the strongest.
        more_reasons: how many are not shown.
        is_pinned: it is a followed author's.
    """

    paper_id: str
    page: str
    view: PaperView
    rank: int = 0
    score: str = ""
    reasons: tuple[ReasonText, ...] = ()
    more_reasons: int = 0
    is_pinned: bool = False


def page_of(paper_id: str) -> str:
    """Return the path of a paper's page: ``/a/2411.01234``, ``/a/hep-th/9901001``."""
    return f"/a/{quote(paper_id, safe='/')}"


def plain_card(paper: Paper, labels: Labels) -> PaperCard:
    """Make the card of a paper that nobody ranked."""
    return PaperCard(paper_id=paper.id, page=page_of(paper.id), view=paper_view(paper, labels))


def entry_card(entry: Entry, labels: Labels) -> PaperCard:
    """Make the card of a ranked paper."""
    return _card(entry, labels)


def ranking_cards(ranking: "Ranking", labels: Labels) -> tuple[PaperCard, ...]:
    """Make the cards of a ranking, best first."""
    return tuple(
        _card(Entry(rank=rank, paper=paper, score=score), labels)
        for rank, (paper, score) in enumerate(ranking.top, start=1)
    )


def entry_cards(entries: Iterable[Entry], labels: Labels) -> tuple[PaperCard, ...]:
    """Make the cards of an issue's entries, in their order."""
    return tuple(entry_card(entry, labels) for entry in entries)


def _card(entry: Entry, labels: Labels) -> PaperCard:
    paper, score = entry.paper, entry.score
    reasons, left = shown_reasons(score.reasons, MAX_REASONS)
    return PaperCard(
        paper_id=paper.id,
        page=page_of(paper.id),
        view=paper_view(paper, labels, entry.summary),
        rank=entry.rank,
        score=labels.text("score", score=f"{score.value:.1f}"),
        reasons=_in_words(reasons, labels),
        more_reasons=left,
        is_pinned=score.pinned,
    )


def _in_words(reasons: Sequence[Reason], labels: Labels) -> tuple[ReasonText, ...]:
    return tuple(reason_text(reason.kind, reason.term, labels) for reason in reasons)
