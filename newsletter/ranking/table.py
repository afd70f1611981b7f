"""What every phrase of every reader is worth in every paper."""

from collections.abc import Mapping, Sequence

import numpy as np

from newsletter.ranking.arrays import (
    Flags,
    Floats,
    Integers,
    LongIntegers,
    SmallFloats,
    Steps,
    to_steps,
)


class PhraseTable:
    """One row of steps for each phrase that says anything about the day's papers.

    A row has two halves: by paper, what the phrase adds where it was found (0 elsewhere), and
    what its topic adds.
    """

    def __init__(self, numbers: Mapping[str, int], *, phrases: int, papers: int) -> None:
        self._numbers = numbers
        self._papers = papers
        self._row_of = np.zeros(phrases, dtype=np.int32)
        self._rows: Steps = np.zeros((1, 2 * papers), dtype=np.int16)
        self._titled: frozenset[tuple[int, int]] = frozenset()
        self._largest = 0

    def fill(
        self,
        *,
        phrases: Integers,
        papers: Integers,
        values: Floats,
        titled: Flags,
        topics: Mapping[int, SmallFloats],
    ) -> None:
        """Write what was found.

        Args:
            phrases: by finding: what was found.
            papers: by finding: the paper's position.
            values: by finding: what it adds to the score for a weight of 1; more than 0.
            titled: by finding: whether it is in the title.
            topics: phrase → by paper, what its topic adds.
        """
        used = np.union1d(phrases, np.array(list(topics), dtype=np.int32))
        self._row_of[used] = np.arange(1, len(used) + 1)
        self._rows = np.zeros((len(used) + 1, 2 * self._papers), dtype=np.int16)
        self._rows[self._row_of[phrases], papers] = np.maximum(to_steps(values), 1)
        for phrase, row in topics.items():
            self._rows[self._row_of[phrase], self._papers :] = to_steps(row)
        self._largest = int(np.abs(self._rows).max(initial=0))
        pairs = zip(phrases[titled].tolist(), papers[titled].tolist(), strict=True)
        self._titled = frozenset(pairs)

    def look_up(self, phrases: Sequence[str]) -> list[int]:
        """Return the numbers of phrases; raise ``ValueError`` for one nobody looked for."""
        numbers = self._numbers
        try:
            return [numbers[phrase] for phrase in phrases]
        except KeyError as error:
            raise ValueError(
                f"the ranker was not prepared for {error.args[0]!r}: add it to the wishes"
            ) from None

    def found_in(self, phrase: int) -> Flags:
        """Return by paper whether a phrase was found."""
        found: Flags = self._rows[self._row_of[phrase], : self._papers] > 0
        return found

    def is_in_title(self, phrase: int, paper: int) -> bool:
        """Tell whether a phrase was found in the title of the paper at this position."""
        return (phrase, paper) in self._titled

    def sum_up(
        self, phrases: Sequence[int], factors: Sequence[float] | None
    ) -> tuple[Integers, Integers]:
        """Return by paper, in steps, the sums over phrases: where found, and of their topics.

        ``factors`` are the phrases' weights; None stands for 1.
        """
        rows = self._rows.take(self._row_of[list(phrases)], axis=0)
        if factors is not None:
            rows = _weigh(rows, factors)
        fits = len(phrases) * self._largest <= np.iinfo(np.int16).max
        sums = np.add.reduce(rows, axis=0, dtype=np.int16 if fits else np.int32).astype(np.int32)
        return sums[: self._papers], sums[self._papers :]

    def findings(
        self, phrases: Sequence[int], factors: Sequence[float] | None, papers: Sequence[int]
    ) -> LongIntegers:
        """Return steps by paper and phrase, 0 where a phrase was not found."""
        rows = self._rows[self._row_of[list(phrases)][:, None], list(papers)]
        if factors is not None:
            rows = _weigh(rows, factors)
        return rows.T.astype(np.int64)


def _weigh(rows: Steps, factors: Sequence[float]) -> Steps:
    """Multiply each row by its factor, −1..1, and round to whole steps."""
    column = np.array(factors, dtype=np.float32)[:, None]
    weighed: Steps = np.rint(rows * column).astype(np.int16)
    return weighed
