"""Where one reader's keywords were found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from newsletter.ranking.arrays import Flags, Floats, Integers, round_values, sum_by_paper
from newsletter.ranking.postings import PhraseTable, Postings
from subscribers.interests import Keyword


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The keywords of one reader that count, with the numbers of their phrases."""

    keywords: tuple[Keyword, ...]
    numbers: tuple[int, ...]

    @property
    def weights(self) -> list[float]:
        """Return the weight of each keyword, but 0 for a mute."""
        return [max(keyword.weight, 0.0) for keyword in self.keywords]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordHits:
    """All findings of a reader's keywords, one after another.

    Attributes:
        keywords: those that were found, in the reader's order.
        postings: of each of them.
        papers: of each finding, the paper's position.
        values: of each finding, what it adds to the score; negative for a mute.
        are_mutes: whether there is a negative value.
    """

    keywords: tuple[Keyword, ...]
    postings: tuple[Postings, ...]
    papers: Integers
    values: Floats
    are_mutes: bool

    @property
    def owners(self) -> Integers:
        """Return for each finding the place of its keyword in ``keywords``."""
        lengths = [len(found.papers) for found in self.postings]
        return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)

    @property
    def in_title(self) -> Flags:
        """Return for each finding whether it is in the title."""
        return np.concatenate([found.in_title for found in self.postings])

    def sum_for(self, papers: int) -> Floats:
        """Return by paper what speaks for it."""
        wanted = np.maximum(self.values, 0.0) if self.are_mutes else self.values
        return sum_by_paper(self.papers, wanted, papers=papers)

    def sum_against(self, papers: int) -> Floats:
        """Return by paper what mutes take from it, 0 or less."""
        return sum_by_paper(self.papers, np.minimum(self.values, 0.0), papers=papers)


def choose_keywords(
    keywords: Sequence[Keyword], table: PhraseTable, *, repeated_keywords: bool
) -> Choice:
    """Look up a reader's keywords.

    Args:
        keywords: in the reader's order.
        table: what the phrases are.
        repeated_keywords: whether a phrase that is in the list twice counts twice; if not,
            the first one counts.
    """
    numbers = [table.number(keyword.phrase) for keyword in keywords]
    if repeated_keywords or len(set(numbers)) == len(numbers):
        return Choice(keywords=tuple(keywords), numbers=tuple(numbers))
    first: dict[int, Keyword] = {}
    for number, keyword in zip(numbers, keywords, strict=True):
        first.setdefault(number, keyword)
    return Choice(keywords=tuple(first.values()), numbers=tuple(first))


def gather_hits(choice: Choice, table: PhraseTable) -> KeywordHits:
    """Collect what was found of a reader's keywords."""
    pairs = [
        (keyword, found)
        for keyword, number in zip(choice.keywords, choice.numbers, strict=True)
        if len((found := table.postings[number]).papers)
    ]
    if not pairs:
        return _NO_HITS
    weights = [keyword.weight for keyword, _ in pairs]
    postings = tuple([found for _, found in pairs])
    values = np.concatenate([found.values for found in postings])
    if weights.count(1.0) < len(weights):
        lengths = [len(found.papers) for found in postings]
        values = round_values(values * np.repeat(weights, lengths))
    return KeywordHits(
        keywords=tuple([keyword for keyword, _ in pairs]),
        postings=postings,
        papers=np.concatenate([found.papers for found in postings]),
        values=values,
        are_mutes=min(weights) < 0,
    )


_NO_HITS = KeywordHits(
    keywords=(),
    postings=(),
    papers=np.zeros(0, dtype=np.int32),
    values=np.zeros(0),
    are_mutes=False,
)
