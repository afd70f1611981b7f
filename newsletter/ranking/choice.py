"""The keywords of one reader, with the numbers of their phrases."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.ranking.table import PhraseTable
from subscribers.interests import Keyword


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Keywords that count, in the reader's order.

    Attributes:
        keywords: as the reader wrote them.
        numbers: of their phrases.
        weights: −1..1.
    """

    keywords: tuple[Keyword, ...]
    numbers: list[int]
    weights: list[float]

    @property
    def is_plain(self) -> bool:
        """Tell whether every weight is 1."""
        return self.weights.count(1.0) == len(self.weights)

    @property
    def factors(self) -> list[float] | None:
        """Return the weights, or None where every one is 1."""
        return None if self.is_plain else self.weights

    def only(self, *, mutes: bool) -> "Choice":
        """Return the mutes, or all others."""
        kept = [n for n, weight in enumerate(self.weights) if (weight < 0) == mutes]
        return Choice(
            keywords=tuple([self.keywords[n] for n in kept]),
            numbers=[self.numbers[n] for n in kept],
            weights=[self.weights[n] for n in kept],
        )


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
    numbers = table.look_up([keyword.phrase for keyword in keywords])
    if not repeated_keywords and len(set(numbers)) < len(numbers):
        first: dict[int, Keyword] = {}
        for number, keyword in zip(numbers, keywords, strict=True):
            first.setdefault(number, keyword)
        keywords, numbers = tuple(first.values()), list(first)
    weights = [keyword.weight for keyword in keywords]
    return Choice(keywords=tuple(keywords), numbers=numbers, weights=weights)
