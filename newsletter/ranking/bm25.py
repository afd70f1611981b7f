"""BM25F over title and abstract, in the context of a reader's keywords: the default rule.

A phrase is one term. Its frequencies in both fields are added, each divided by the length of
its field and multiplied by the field's boost, and saturate once (Robertson, Zaragoza, Taylor:
Simple BM25 extension to multiple weighted fields, 2004). To this each keyword of the reader adds
its idf times ``topic_boost`` times how much the paper is like earlier papers with that keyword;
this counts for papers in which at least one was found, and is told as part of those found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from newsletter.model import Paper
from newsletter.ranking.arrays import Floats
from newsletter.ranking.phrases import PhraseFinder, phrases_of
from newsletter.ranking.ranker import SignalWeights, TableRanker
from newsletter.ranking.reading import Readings
from newsletter.ranking.statistics import CorpusStatistics
from newsletter.ranking.table import PhraseTable
from newsletter.ranking.topics import TopicModel
from newsletter.ranking.vocabulary import Vocabulary
from subscribers.interests import Interests

ENOUGH_PAPERS = 1000
LEARN_AT_ONCE = 2000
SIGNAL_WEIGHTS = SignalWeights(category=0.5, author=3.0, repeated_keywords=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bm25Parameters:
    """The numbers of the formula.

    Attributes:
        saturation: k1; the frequency at which a phrase has half of what it can get.
        title_boost: how many occurrences in the abstract one in the title is worth.
        title_norm, abstract_norm: b of each field, 0..1; how much length counts.
        topic_boost: how much context counts; 0 is BM25F alone.
    """

    saturation: float = 2.0
    title_boost: float = 2.5
    title_norm: float = 0.3
    abstract_norm: float = 0.5
    topic_boost: float = 2.0


class Bm25Corpus:
    """Everything known of the papers that passed, for the phrases of all readers.

    Papers may go on being added between two rankings: a paper counts from then on.
    """

    def __init__(self, phrases: Iterable[str], *, parameters: Bm25Parameters | None = None) -> None:
        self._parameters = parameters or Bm25Parameters()
        self._vocabulary = Vocabulary()
        self._finder = PhraseFinder(phrases, self._vocabulary)
        self._statistics = CorpusStatistics(self._finder.count)
        self._topics = TopicModel()

    def add(self, papers: Iterable[Paper]) -> None:
        """Learn from earlier papers, one by one; their texts are not kept."""
        readings = Readings()
        for paper in papers:
            readings.read(paper, self._finder, self._vocabulary)
            if len(readings.bags) >= LEARN_AT_ONCE:
                self._learn(readings)
                readings = Readings()
        self._learn(readings)

    def rank_papers(self, papers: Sequence[Paper]) -> TableRanker:
        """Make the ranker of one issue, and learn from its papers after that.

        While few papers are known, those of the issue itself say what is usual.
        """
        ordered = sorted(papers, key=lambda paper: (-paper.announced_on.toordinal(), paper.id))
        readings = Readings()
        for paper in ordered:
            readings.read(paper, self._finder, self._vocabulary)
        counted_first = self._statistics.papers < ENOUGH_PAPERS
        if counted_first:
            self._count(readings)
        table = self._fill_table(readings)
        self._learn(readings, count=not counted_first)
        return TableRanker(ordered, table, weights=SIGNAL_WEIGHTS)

    def _learn(self, readings: Readings, *, count: bool = True) -> None:
        if count:
            self._count(readings)
        self._topics.learn(readings, title_boost=self._parameters.title_boost)

    def _count(self, readings: Readings) -> None:
        self._statistics.count(readings)
        self._topics.count(readings)

    def _fill_table(self, readings: Readings) -> PhraseTable:
        return fill_table(
            readings,
            numbers=self._finder.numbers,
            statistics=self._statistics,
            topics=self._topics,
            parameters=self._parameters,
        )


def fill_table(
    readings: Readings,
    *,
    numbers: Mapping[str, int],
    statistics: CorpusStatistics,
    topics: TopicModel,
    parameters: Bm25Parameters,
) -> PhraseTable:
    """Say what every phrase is worth in every paper of one issue.

    Args:
        readings: of the issue's papers.
        numbers: keyword or exclude → the number of its phrase.
        statistics: what is usual, counted for the same numbers.
        topics: learned for the same numbers.
        parameters: of the formula.
    """
    rarities = statistics.rarities()
    phrases = np.array(readings.phrases, dtype=np.int32)
    frequencies = _frequencies(readings, statistics, parameters)
    saturated = frequencies / (frequencies + parameters.saturation)
    boost = parameters.topic_boost
    cosines = topics.compare(readings.bags) if boost else {}
    table = PhraseTable(numbers, phrases=len(rarities), papers=len(readings.bags))
    table.fill(
        phrases=phrases,
        papers=np.array(readings.papers, dtype=np.int32),
        values=rarities[phrases] * saturated,
        titled=np.array(readings.in_title, dtype=np.int32) > 0,
        topics={
            phrase: row * np.float32(boost * rarities[phrase]) for phrase, row in cosines.items()
        },
    )
    return table


def _frequencies(
    readings: Readings, statistics: CorpusStatistics, parameters: Bm25Parameters
) -> Floats:
    """Return how often each finding stands there, both fields weighed and normalised."""
    papers = np.array(readings.papers, dtype=np.int32)
    titles = np.array(readings.title_words) / statistics.mean_title_words
    abstracts = np.array(readings.abstract_words) / statistics.mean_abstract_words
    title_lengths = 1 - parameters.title_norm + parameters.title_norm * titles
    abstract_lengths = 1 - parameters.abstract_norm + parameters.abstract_norm * abstracts
    frequencies: Floats = (
        parameters.title_boost * np.array(readings.in_title) / title_lengths[papers]
        + np.array(readings.in_abstract) / abstract_lengths[papers]
    )
    return frequencies


def prepare_bm25(
    papers: Sequence[Paper],
    *,
    wishes: Iterable[Interests],
    history: Iterable[Paper] = (),
    parameters: Bm25Parameters | None = None,
) -> TableRanker:
    """Read all papers once; ``history`` is only learned from."""
    corpus = Bm25Corpus(phrases_of(wishes), parameters=parameters)
    known = {paper.id for paper in papers}
    corpus.add(paper for paper in history if paper.id not in known)
    return corpus.rank_papers(papers)
