"""Where one reader's keywords were found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from newsletter.ranking.postings import Flags, Floats, Integers, PhraseTable, Postings, round_values
from subscribers.interests import Keyword


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordHits:
    """All findings of a reader's keywords, one after another.

    Attributes:
        keywords: those that count, in the reader's order.
        postings: of each of them.
        papers: of each finding, the paper's position.
        values: of each finding, what it adds to the score; negative for a mute.
    """

    keywords: tuple[Keyword, ...]
    postings: tuple[Postings, ...]
    papers: Integers
    values: Floats

    @property
    def owners(self) -> Integers:
        """Return for each finding the place of its keyword in ``keywords``."""
        lengths = [len(found.papers) for found in self.postings]
        return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)

    @property
    def in_title(self) -> Flags:
        """Return for each finding whether it is in the title."""
        return np.concatenate([found.in_title for found in self.postings])


def gather_hits(
    keywords: Sequence[Keyword], table: PhraseTable, *, repeated_keywords: bool
) -> KeywordHits:
    """Collect what was found of a reader's keywords.

    Args:
        keywords: in the reader's order.
        table: where every phrase was found.
        repeated_keywords: whether a phrase that is in the list twice counts twice; if not,
            the first one counts.
    """
    numbers = [table.number(keyword.phrase) for keyword in keywords]
    chosen = dict(zip(reversed(numbers), reversed(keywords), strict=True)).items()
    pairs = zip(numbers, keywords, strict=True) if repeated_keywords else reversed(chosen)
    found = [(keyword, table.postings[number]) for number, keyword in pairs]
    found = [(keyword, postings) for keyword, postings in found if len(postings.papers)]
    return _join(tuple([k for k, _ in found]), tuple([p for _, p in found]))


def _join(keywords: tuple[Keyword, ...], postings: tuple[Postings, ...]) -> KeywordHits:
    if not postings:
        nothing = np.zeros(0, dtype=np.int32)
        return KeywordHits(keywords=(), postings=(), papers=nothing, values=np.zeros(0))
    values = np.concatenate([found.values for found in postings])
    weights = [keyword.weight for keyword in keywords]
    if weights.count(1.0) < len(weights):
        lengths = [len(found.papers) for found in postings]
        values = round_values(values * np.repeat(weights, lengths))
    papers = np.concatenate([found.papers for found in postings])
    return KeywordHits(keywords=keywords, postings=postings, papers=papers, values=values)
