"""Rank any day for anybody: what is looked for need not be known when the papers are read.

The job knows all its readers before it reads a paper. A page does not know what its next visitor
looks for, and must answer at once. The scores are the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from newsletter.model import Paper
from newsletter.ranking.bm25 import ENOUGH_PAPERS, SIGNAL_WEIGHTS, Bm25Parameters, fill_table
from newsletter.ranking.catalogue import Catalogue
from newsletter.ranking.phrases import Phrase, parse_phrase, phrases_of
from newsletter.ranking.ranker import TableRanker
from newsletter.ranking.reading import Readings
from newsletter.ranking.result import Ranking
from newsletter.ranking.statistics import CorpusStatistics
from newsletter.ranking.table import PhraseTable
from newsletter.ranking.topics import TopicModel
from newsletter.ranking.word_index import WordIndex, WordNumbers
from subscribers.interests import Interests, Keyword

MAX_HISTORY = 10_000
"""How many earlier papers count for a day; the same as in the job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordCounts:
    """How often keywords were met of late.

    Attributes:
        papers: how many papers there were in the reader's categories.
        first_on: the day of the oldest of them.
        found: keyword → in how many of them it stands.
    """

    papers: int
    first_on: date
    found: tuple[tuple[Keyword, int], ...]


class _Shelf:
    """Papers with their words, days and categories."""

    def __init__(self, papers: Iterable[Paper], words: WordNumbers) -> None:
        self.catalogue = Catalogue()
        self.index = WordIndex(self.catalogue.note(papers), words)


@dataclass(frozen=True, slots=True, kw_only=True)
class _History:
    """The papers of a shelf from ``first`` up to, without, ``last``."""

    shelf: _Shelf
    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first

    def read(self, phrases: Sequence[Phrase]) -> Readings:
        """Read them for these phrases."""
        return self.shelf.index.read(phrases, first=self.first, last=self.last)


class Library:
    """Earlier papers, read once.

    Args:
        papers: the newest first.
    """

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._words = WordNumbers()
        self._shelf = _Shelf(papers, self._words)

    def __len__(self) -> int:
        return len(self._shelf.index)

    def open_day(self, papers: Sequence[Paper], on: date) -> "OpenDay":
        """Read one day's papers; the ``MAX_HISTORY`` that came before are its history.

        A day before all of the library has the oldest after it as history: what is usual changes
        slowly.
        """
        first = self._shelf.catalogue.first_before(on)
        last = min(first + MAX_HISTORY, len(self))
        if first == last:
            last = self._shelf.catalogue.first_before(on + timedelta(days=1))
            first = max(0, last - MAX_HISTORY)
        history = _History(shelf=self._shelf, first=first, last=last)
        return OpenDay(papers, on, history=history, words=self._words)


class OpenDay:
    """One day's papers, to be ranked by whatever anybody looks for."""

    def __init__(
        self, papers: Sequence[Paper], on: date, *, history: _History, words: WordNumbers
    ) -> None:
        ordered = sorted(papers, key=lambda paper: (-paper.announced_on.toordinal(), paper.id))
        nothing = PhraseTable({}, phrases=0, papers=len(ordered))
        self._on = on
        self._history = history
        self._today = _Shelf(ordered, words)
        self._is_corpus = len(history) < ENOUGH_PAPERS
        self._ranker = TableRanker(ordered, nothing, weights=SIGNAL_WEIGHTS)
        self._topics = TopicModel()
        self._topics.count(history.read(()))
        if self._is_corpus:
            self._topics.count(self._today.index.read(()))

    def rank(self, interests: Interests, *, limit: int | None = None) -> Ranking:
        """Choose papers for a reader: what ``DayRanker.rank`` of a prepared ranker answers."""
        phrases: dict[Phrase, int] = {}
        numbers = {
            text: phrases.setdefault(parse_phrase(text), len(phrases))
            for text in phrases_of([interests])
        }
        table = self._fill_table(tuple(phrases), numbers)
        return self._ranker.with_table(table).rank(interests, limit=limit)

    def count_keywords(self, interests: Interests, *, days: int) -> KeywordCounts:
        """Count in how many papers of the last ``days`` days each keyword stands.

        Only the reader's categories are looked at, and not further back than the library goes.
        """
        shelf = self._history.shelf
        first = shelf.catalogue.first_before(self._on + timedelta(days=1))
        last = shelf.catalogue.first_before(self._on - timedelta(days=days - 1))
        parts = ((shelf, first, last), (self._today, 0, len(self._today.index)))
        flags = [each.catalogue.is_filed(interests.categories) for each, _, _ in parts]

        def count(keyword: Keyword) -> int:
            phrase = parse_phrase(keyword.phrase)
            found = (each.index.find(phrase, first=a, last=b).papers + a for each, a, b in parts)
            return sum(
                int(np.count_nonzero(filed[places]))
                for filed, places in zip(flags, found, strict=True)
            )

        return KeywordCounts(
            papers=sum(
                int(np.count_nonzero(filed[a:b]))
                for filed, (_, a, b) in zip(flags, parts, strict=True)
            ),
            first_on=shelf.catalogue.oldest(first, last) or self._on,
            found=tuple((keyword, count(keyword)) for keyword in interests.keywords),
        )

    def _fill_table(self, phrases: Sequence[Phrase], numbers: Mapping[str, int]) -> PhraseTable:
        parameters = Bm25Parameters()
        before, today = self._history.read(phrases), self._today.index.read(phrases)
        statistics, topics = CorpusStatistics(len(phrases)), copy(self._topics)
        statistics.count(before)
        if self._is_corpus:
            statistics.count(today)
        topics.learn(before, title_boost=parameters.title_boost)
        return fill_table(
            today, numbers=numbers, statistics=statistics, topics=topics, parameters=parameters
        )
