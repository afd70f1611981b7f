"""How many cards are rich, how many compact, and how many are left to the web."""

from collections.abc import Iterator
from dataclasses import dataclass

RICH_CARDS = 5
MAX_CARDS = 25


@dataclass(frozen=True, slots=True)
class Layout:
    """The first ``rich`` cards in full, the next ``compact`` ones short."""

    rich: int
    compact: int

    @property
    def cards(self) -> int:
        """Return how many papers are shown."""
        return self.rich + self.compact


def layouts(entries: int) -> Iterator[Layout]:
    """Yield the layouts to try, best first, each a little smaller than the one before.

    The lowest-ranked rich card becomes compact, one after the other; only then are cards left
    to the web, from the end.
    """
    cards = min(entries, MAX_CARDS)
    for rich in range(min(cards, RICH_CARDS), -1, -1):
        yield Layout(rich, cards - rich)
    for shown in range(cards - 1, -1, -1):
        yield Layout(0, shown)
