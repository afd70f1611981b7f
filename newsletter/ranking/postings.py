"""Where each phrase was found, and what each finding is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from newsletter.ranking.arrays import Flags, Floats, Integers, round_values
from newsletter.ranking.context import ContextTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """The papers in which one phrase was found.

    Attributes:
        papers: positions among the day's papers, ascending.
        values: what it adds to each one's score for a keyword of weight 1; more than 0.
        in_title: whether it stands in the title.
    """

    papers: Integers
    values: Floats
    in_title: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseTable:
    """All phrases of all readers with what was found of each.

    Attributes:
        numbers: keyword or exclude, as its reader wrote it → its place in ``postings``.
        postings: by phrase.
        context: what phrases say about papers they do not stand in.
    """

    numbers: Mapping[str, int]
    postings: Sequence[Postings]
    context: ContextTable

    def number(self, phrase: str) -> int:
        """Return the phrase's place; raise ``ValueError`` when nobody looked for it."""
        number = self.numbers.get(phrase)
        if number is None:
            raise ValueError(f"the ranker was not prepared for {phrase!r}: add it to the wishes")
        return number


def make_postings(
    papers: Sequence[int], values: Sequence[float], titled: Sequence[bool]
) -> Postings:
    """Put what was found of one phrase into arrays, leaving out what rounds to nothing."""
    rounded = round_values(np.array(values, dtype=np.float64))
    kept = rounded > 0
    return Postings(
        papers=np.array(papers, dtype=np.int32)[kept],
        values=rounded[kept],
        in_title=np.array(titled, dtype=np.bool_)[kept],
    )
