"""What is usual in the corpus: how often phrases are met, how long texts are."""

import numpy as np

from newsletter.ranking.arrays import Floats
from newsletter.ranking.reading import Readings

MIN_RARITY = 1.0


class CorpusStatistics:
    """Counts of the papers that passed; texts are not kept."""

    def __init__(self, phrases: int) -> None:
        self.papers = 0
        self._title_words = 0
        self._abstract_words = 0
        self._papers_with = np.zeros(phrases)

    def count(self, readings: Readings) -> None:
        """Count papers."""
        self.papers += len(readings.bags)
        self._title_words += sum(readings.title_words)
        self._abstract_words += sum(readings.abstract_words)
        found = np.array(readings.phrases, dtype=np.int32)
        self._papers_with += np.bincount(found, minlength=len(self._papers_with))

    @property
    def mean_title_words(self) -> float:
        """Return the mean length of a title in words, at least 1."""
        return max(1.0, self._title_words / max(1, self.papers))

    @property
    def mean_abstract_words(self) -> float:
        """Return the mean length of an abstract in words, at least 1."""
        return max(1.0, self._abstract_words / max(1, self.papers))

    def rarities(self) -> Floats:
        """Return the idf of each phrase: Robertson's, in the form that is above 0.

        It is at least ``MIN_RARITY``: what a reader asks for counts, however usual it is.
        """
        rest = self.papers - self._papers_with
        return np.maximum(MIN_RARITY, np.log1p((rest + 0.5) / (self._papers_with + 0.5)))
