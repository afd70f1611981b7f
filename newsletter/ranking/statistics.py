"""What is usual in the corpus: how often a phrase is met, how long texts are."""

from collections import Counter
from collections.abc import Iterable


class CorpusStatistics:
    """Count papers as they pass; texts are not kept."""

    def __init__(self) -> None:
        self.papers = 0
        self.title_words = 0
        self.abstract_words = 0
        self._papers_with: Counter[int] = Counter()

    def add(self, found: Iterable[int], *, title_words: int, abstract_words: int) -> None:
        """Count one paper; ``found`` are its phrases' numbers, once or many times."""
        self.papers += 1
        self.title_words += title_words
        self.abstract_words += abstract_words
        self._papers_with.update(set(found))

    def papers_with(self, phrase: int) -> int:
        """Return in how many papers a phrase was found."""
        return self._papers_with[phrase]

    @property
    def mean_title_words(self) -> float:
        """Return the mean length of a title in words, at least 1."""
        return max(1.0, self.title_words / max(1, self.papers))

    @property
    def mean_abstract_words(self) -> float:
        """Return the mean length of an abstract in words, at least 1."""
        return max(1.0, self.abstract_words / max(1, self.papers))
