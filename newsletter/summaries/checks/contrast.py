"""Whether a summary speaks of its own paper more than of any other of the batch.

Terms weigh by how rare they are in the batch, so that what the papers of a field share does not
count. Answers that were swapped are found so, in whichever language they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log
from typing import Final

from newsletter.model import Paper
from newsletter.summaries.checks.terms import terms_in

MIN_SHARE: Final = 0.15
"""The least share of a summary's weight that its own paper must account for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How much of a summary its own paper accounts for, and how much the next one does.

    Attributes:
        own, other: shares of the summary's weight, 0 to 1.
        rival: id of the paper that accounts for ``other``; None when there is none.
    """

    own: float
    other: float
    rival: str | None


class Contrast:
    """The papers of a batch, ready to be compared with."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._terms: dict[str, frozenset[str]] = {}
        self._papers_by_term: defaultdict[str, list[str]] = defaultdict(list)
        for paper in papers:
            self._add(paper)

    def _add(self, paper: Paper) -> None:
        if paper.id in self._terms:
            return
        self._terms[paper.id] = terms_in(f"{paper.title}\n{paper.abstract}")
        for term in self._terms[paper.id]:
            self._papers_by_term[term].append(paper.id)

    def judge(self, summary: str, paper: Paper, *, more: str = "") -> Verdict:
        """Compare a summary with its own paper, and with all others.

        Args:
            summary: all its texts.
            paper: what it should speak of; it need not be in the batch.
            more: what was read of the paper beside title and abstract.
        """
        own = terms_in(f"{paper.title}\n{paper.abstract}\n{more}")
        weights = {term: self._weight(term) for term in terms_in(summary)}
        total = sum(weights.values())
        if not total:
            return Verdict(own=0.0, other=0.0, rival=None)
        mine = sum(weight for term, weight in weights.items() if term in own)
        rival, theirs = self._strongest(weights, without=paper.id)
        return Verdict(own=mine / total, other=theirs / total, rival=rival)

    def _weight(self, term: str) -> float:
        return log(1.0 + (1 + len(self._terms)) / (1 + len(self._papers_by_term.get(term, ()))))

    def _strongest(self, weights: Mapping[str, float], *, without: str) -> tuple[str | None, float]:
        scores: defaultdict[str, float] = defaultdict(float)
        for term, weight in weights.items():
            for paper_id in self._papers_by_term.get(term, ()):
                scores[paper_id] += weight
        scores.pop(without, None)
        rival = max(scores, key=lambda each: scores[each], default=None)
        return rival, scores[rival] if rival is not None else 0.0


def wrong_paper(verdict: Verdict) -> str:
    """Return why a summary seems to be of another paper; empty when it does not."""
    if verdict.rival is not None and verdict.own < verdict.other:
        return f"it speaks of {verdict.rival} more than of this paper"
    if verdict.own < MIN_SHARE:
        return "it has hardly a term of this paper"
    return ""
