"""Choose a method by name."""

from collections.abc import Iterable, Sequence

from newsletter.model import Paper
from newsletter.ranking.bm25 import prepare_bm25
from newsletter.ranking.result import DayRanker, RankingMethod
from newsletter.ranking.substring import prepare_substring
from subscribers.interests import Interests


def prepare(
    method: RankingMethod,
    papers: Sequence[Paper],
    *,
    wishes: Iterable[Interests],
    history: Iterable[Paper] = (),
) -> DayRanker:
    """Read a day's papers once for all readers.

    Args:
        method: how papers are scored.
        papers: what may be picked.
        wishes: the interests of every reader who will be ranked; consumed once.
        history: earlier papers, for statistics only; consumed once, not kept. SUBSTRING needs
            none. Without any, the day's own papers are the corpus.
    """
    if method is RankingMethod.SUBSTRING:
        return prepare_substring(papers, wishes=wishes)
    return prepare_bm25(papers, wishes=wishes, history=history)
