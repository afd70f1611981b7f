"""When papers came and what they are filed under, by their place in an index."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np

from newsletter.model import Paper
from newsletter.ranking.arrays import Flags, LongIntegers


class Catalogue:
    """Days and categories of papers; papers keep the order in which they pass."""

    def __init__(self) -> None:
        self._ordinals: list[int] = []
        self._filed: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self._ordinals)

    def note(self, papers: Iterable[Paper]) -> Iterator[Paper]:
        """Note each paper that passes."""
        for paper in papers:
            names = {*paper.categories, *(category for category, _ in paper.announced_in)}
            for name in names:
                self._filed.setdefault(name, []).append(len(self._ordinals))
            self._ordinals.append(paper.issue_on.toordinal())
            yield paper

    def first_before(self, on: date) -> int:
        """Return the first place whose paper came before a day; all are the newest first."""
        descending: LongIntegers = -np.array(self._ordinals, dtype=np.int64)
        return int(np.searchsorted(descending, -on.toordinal(), side="right"))

    def oldest(self, first: int, last: int) -> date | None:
        """Return the day of the last paper from ``first`` up to, without, ``last``."""
        return date.fromordinal(self._ordinals[last - 1]) if first < last else None

    def is_filed(self, categories: Sequence[str]) -> Flags:
        """Return by paper whether it is in one of these categories; none means any."""
        if not categories:
            return np.ones(len(self), dtype=np.bool_)
        flags = np.zeros(len(self), dtype=np.bool_)
        for name in categories:
            flags[self._filed.get(name, ())] = True
        return flags
