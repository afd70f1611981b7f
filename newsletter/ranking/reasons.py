"""Turn numbers into scores that say why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from newsletter.model import Reason, ReasonKind, Score, Signal
from newsletter.ranking.admission import NO_CATEGORY
from newsletter.ranking.hits import KeywordHits
from newsletter.ranking.postings import Floats, Integers

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


def make_scores(positions: Sequence[int], hits: KeywordHits, bonuses: Bonuses) -> list[Score]:
    """Make the scores of the papers at ``positions``, in their order."""
    reasons = _keyword_reasons(positions, hits, papers=len(bonuses.home))
    return [
        _sum_up(found + bonuses.reasons(position), pinned=position in bonuses.authors)
        for position, found in zip(positions, reasons, strict=True)
    ]


def _keyword_reasons(
    positions: Sequence[int], hits: KeywordHits, *, papers: int
) -> list[list[Reason]]:
    """Return for each position the reasons that keywords give."""
    reasons: list[list[Reason]] = [[] for _ in positions]
    if not len(hits.papers) or not positions:
        return reasons
    places = np.full(papers, -1, dtype=np.int32)
    places[positions] = np.arange(len(positions))
    place_of_hit = places[hits.papers]
    wanted = np.flatnonzero(place_of_hit >= 0)
    rows = zip(
        place_of_hit[wanted].tolist(),
        hits.owners[wanted].tolist(),
        hits.values[wanted].tolist(),
        hits.in_title[wanted].tolist(),
        strict=True,
    )
    for place, owner, value, titled in rows:
        kind = ReasonKind.TITLE_KEYWORD if titled else ReasonKind.KEYWORD
        kind = ReasonKind.MUTED if value < 0 else kind
        reasons[place].append(Reason(kind=kind, term=hits.keywords[owner].phrase, value=value))
    return reasons


def _sum_up(reasons: list[Reason], *, pinned: bool) -> Score:
    """Make one score; values are binary fractions, so the sums are exact."""
    parts: dict[Signal, float] = {}
    for reason in reasons:
        signal = _SIGNALS[reason.kind]
        parts[signal] = parts.get(signal, 0.0) + reason.value
    reasons.sort(key=lambda reason: -abs(reason.value))
    return Score(value=sum(parts.values()), parts=parts, reasons=tuple(reasons), pinned=pinned)
