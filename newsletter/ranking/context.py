"""What the reader's keywords together say about papers, beyond where they stand."""

from collections.abc import Mapping, Sequence

import numpy as np

from newsletter.ranking.arrays import Floats, SmallFloats, round_values


class ContextTable:
    """For each phrase and paper, what the phrase's topic adds; half precision, to stay small."""

    def __init__(self, rows: Mapping[int, SmallFloats], *, phrases: int, papers: int) -> None:
        self._papers = papers
        self._places = np.full(phrases, len(rows), dtype=np.int32)
        self._rows = np.zeros((len(rows) + 1, papers), dtype=np.float16)
        for place, (phrase, row) in enumerate(rows.items()):
            self._places[phrase] = place
            self._rows[place] = row

    def weigh(self, phrases: Sequence[int], weights: Sequence[float]) -> Floats:
        """Return by paper the weighted sum over a reader's phrases, 0 where it is negative."""
        if len(self._rows) == 1 or not phrases:
            return np.zeros(self._papers)
        rows = self._rows[self._places[list(phrases)]].astype(np.float32)
        summed = np.array(weights, dtype=np.float32) @ rows
        return round_values(np.maximum(summed, 0.0).astype(np.float64))
