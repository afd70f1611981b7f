"""Turn numbers into scores that say why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from newsletter.model import Reason, ReasonKind, Score, Signal
from newsletter.ranking.admission import NO_CATEGORY
from newsletter.ranking.arrays import SCORE_STEP, Floats, Integers
from newsletter.ranking.hits import KeywordHits

_SIGNALS: Mapping[ReasonKind, Signal] = {
    ReasonKind.TITLE_KEYWORD: Signal.TEXT,
    ReasonKind.KEYWORD: Signal.TEXT,
    ReasonKind.MUTED: Signal.TEXT,
    ReasonKind.AUTHOR: Signal.AUTHOR,
    ReasonKind.CATEGORY: Signal.CATEGORY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonuses:
    """What speaks for a paper beside its text.

    Attributes:
        authors: by position of a paper: the followed authors who wrote it.
        author_value: what each of them adds.
        categories: the reader's, in order.
        category_values: what each of them adds.
        home: by paper: the place of its category in ``categories``, or ``NO_CATEGORY``.
    """

    authors: Mapping[int, Sequence[str]]
    author_value: float
    categories: Sequence[str]
    category_values: Floats
    home: Integers

    def reasons(self, position: int) -> list[Reason]:
        """Return the reasons for the paper at ``position``."""
        reasons = [
            Reason(kind=ReasonKind.AUTHOR, term=author, value=self.author_value)
            for author in self.authors.get(position, ())
        ]
        place = int(self.home[position])
        if place != NO_CATEGORY and (value := float(self.category_values[place])):
            reasons.append(
                Reason(kind=ReasonKind.CATEGORY, term=self.categories[place], value=value)
            )
        return reasons


def make_scores(
    positions: Sequence[int], hits: KeywordHits, *, context: Floats, bonuses: Bonuses
) -> list[Score]:
    """Make the scores of the papers at ``positions``, in their order.

    Args:
        positions: of the papers.
        hits: where the reader's keywords were found.
        context: by paper: what the keywords' topics add; it is told as part of the keywords
            found, each getting its proportion.
        bonuses: what else speaks for papers.
    """
    found = _findings(positions, hits, papers=len(context))
    scores = []
    for position, findings in zip(positions, found, strict=True):
        reasons = _keyword_reasons(findings, hits, extra=float(context[position]))
        reasons += bonuses.reasons(position)
        scores.append(_sum_up(reasons, pinned=position in bonuses.authors))
    return scores


_Finding = tuple[int, float, bool]


def _findings(positions: Sequence[int], hits: KeywordHits, *, papers: int) -> list[list[_Finding]]:
    """Return for each position its keywords' places, values, and whether in the title."""
    found: list[list[_Finding]] = [[] for _ in positions]
    if not len(hits.papers) or not positions:
        return found
    rows = np.full(papers, -1, dtype=np.int32)
    rows[positions] = np.arange(len(positions))
    row_of_hit = rows[hits.papers]
    wanted = np.flatnonzero(row_of_hit >= 0)
    for row, owner, value, titled in zip(
        row_of_hit[wanted].tolist(),
        hits.owners[wanted].tolist(),
        hits.values[wanted].tolist(),
        hits.in_title[wanted].tolist(),
        strict=True,
    ):
        found[row].append((owner, value, titled))
    return found


def _keyword_reasons(
    findings: Sequence[_Finding], hits: KeywordHits, *, extra: float
) -> list[Reason]:
    """Return one paper's reasons; ``extra`` is shared out among those that speak for it."""
    reasons = []
    left_value = sum([value for _, value, _ in findings if value > 0])
    left_extra = extra
    for owner, value, titled in findings:
        kind = ReasonKind.TITLE_KEYWORD if titled else ReasonKind.KEYWORD
        share = 0.0
        if value < 0:
            kind = ReasonKind.MUTED
        elif left_extra:
            share = round(left_extra * value / left_value / SCORE_STEP) * SCORE_STEP
            left_value, left_extra = left_value - value, left_extra - share
        term = hits.keywords[owner].phrase
        reasons.append(Reason(kind=kind, term=term, value=value + share))
    return reasons


def _sum_up(reasons: list[Reason], *, pinned: bool) -> Score:
    """Make one score; values are binary fractions, so the sums are exact."""
    parts: dict[Signal, float] = {}
    for reason in reasons:
        signal = _SIGNALS[reason.kind]
        parts[signal] = parts.get(signal, 0.0) + reason.value
    reasons.sort(key=lambda reason: -abs(reason.value))
    return Score(value=sum(parts.values()), parts=parts, reasons=tuple(reasons), pinned=pinned)
