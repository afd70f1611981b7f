"""BM25F over title and abstract, in the context of a reader's keywords: the default rule.

A phrase is one term. Its frequencies in both fields are added, each divided by the length of
its field and multiplied by the field's boost, and saturate once (Robertson, Zaragoza, Taylor:
Simple BM25 extension to multiple weighted fields, 2004). A keyword's idf is then worth as much
again as the paper is like earlier papers with that keyword, ``topic_boost`` times; this counts
for papers in which at least one keyword was found, and is told as part of the keywords found.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsletter.model import Paper
from newsletter.ranking.context import ContextTable
from newsletter.ranking.phrases import PhraseFinder, phrases_of
from newsletter.ranking.postings import PhraseTable, Postings, make_postings
from newsletter.ranking.ranker import IndexRanker, SignalWeights
from newsletter.ranking.statistics import CorpusStatistics
from newsletter.ranking.topics import Bag, TopicModel, make_bag
from newsletter.ranking.vocabulary import Vocabulary
from subscribers.interests import Interests

MIN_RARITY = 1.0
ENOUGH_PAPERS = 1000
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What was found in one paper: occurrences by phrase number, lengths in words, all words."""

    title: Counter[int]
    abstract: Counter[int]
    title_words: int
    abstract_words: int
    bag: Bag


class Bm25Corpus:
    """Everything known of the papers that passed, for the phrases of all readers.

    Papers may go on being added between two rankings: a paper counts from then on.
    """

    def __init__(self, phrases: Iterable[str], *, parameters: Bm25Parameters | None = None) -> None:
        self._parameters = parameters or Bm25Parameters()
        self._vocabulary = Vocabulary()
        self._finder = PhraseFinder(phrases, self._vocabulary)
        self._statistics = CorpusStatistics()
        self._topics = TopicModel(self._finder.count)

    def add(self, paper: Paper) -> None:
        """Learn from an earlier paper."""
        reading = self._read(paper)
        self._count_all([reading])
        self._learn(reading, paper)

    def rank_papers(self, papers: Sequence[Paper]) -> IndexRanker:
        """Make the ranker of one issue, and learn from its papers after that.

        While few papers are known, those of the issue itself count as usual text too.
        """
        ordered = sorted(papers, key=lambda paper: (-paper.announced_on.toordinal(), paper.id))
        readings = [self._read(paper) for paper in ordered]
        is_small = self._statistics.papers < ENOUGH_PAPERS
        if is_small:
            self._count_all(readings)
        rarities = [self._rarity(phrase) for phrase in range(self._finder.count)]
        table = PhraseTable(
            numbers=self._finder.numbers,
            postings=self._weigh(readings, rarities),
            context=self._compare(readings, rarities),
        )
        if not is_small:
            self._count_all(readings)
        for reading, paper in zip(readings, ordered, strict=True):
            self._learn(reading, paper)
        return IndexRanker(ordered, table, weights=SIGNAL_WEIGHTS)

    def _read(self, paper: Paper) -> _Reading:
        title = self._vocabulary.encode(paper.title)
        abstract = self._vocabulary.encode(paper.abstract)
        return _Reading(
            title=Counter(self._finder.find(title)),
            abstract=Counter(self._finder.find(abstract)),
            title_words=len(title.words),
            abstract_words=len(abstract.words),
            bag=make_bag(title.words, abstract.words),
        )

    def _count_all(self, readings: Sequence[_Reading]) -> None:
        for reading in readings:
            self._statistics.add(
                reading.title.keys() | reading.abstract.keys(),
                title_words=reading.title_words,
                abstract_words=reading.abstract_words,
            )
            self._topics.count(reading.bag)

    def _learn(self, reading: _Reading, paper: Paper) -> None:
        boost = self._parameters.title_boost
        strengths = {
            phrase: boost * reading.title[phrase] + reading.abstract[phrase]
            for phrase in reading.title.keys() | reading.abstract.keys()
        }
        day = paper.announced_on.toordinal()
        self._topics.add_example(reading.bag, strengths=strengths, day=day)

    def _rarity(self, phrase: int) -> float:
        statistics = self._statistics
        found = statistics.papers_with(phrase)
        return max(MIN_RARITY, inverse_document_frequency(found, statistics.papers))

    def _weigh(self, readings: Sequence[_Reading], rarities: Sequence[float]) -> list[Postings]:
        positions: list[list[int]] = [[] for _ in rarities]
        values: list[list[float]] = [[] for _ in rarities]
        titled: list[list[bool]] = [[] for _ in rarities]
        for position, reading in enumerate(readings):
            for phrase in reading.title.keys() | reading.abstract.keys():
                frequency = self._frequency(phrase, reading)
                saturated = frequency / (frequency + self._parameters.saturation)
                positions[phrase].append(position)
                values[phrase].append(rarities[phrase] * saturated)
                titled[phrase].append(phrase in reading.title)
        return [make_postings(*found) for found in zip(positions, values, titled, strict=True)]

    def _frequency(self, phrase: int, reading: _Reading) -> float:
        """Return how often a phrase stands in a paper, both fields weighed and normalised."""
        parameters, statistics = self._parameters, self._statistics
        title = reading.title_words / statistics.mean_title_words
        abstract = reading.abstract_words / statistics.mean_abstract_words
        title_length = 1 - parameters.title_norm + parameters.title_norm * title
        abstract_length = 1 - parameters.abstract_norm + parameters.abstract_norm * abstract
        return (
            parameters.title_boost * reading.title[phrase] / title_length
            + reading.abstract[phrase] / abstract_length
        )

    def _compare(self, readings: Sequence[_Reading], rarities: Sequence[float]) -> ContextTable:
        boost = self._parameters.topic_boost
        scales = [boost * rarity for rarity in rarities]
        bags = [reading.bag for reading in readings] if boost else []
        rows = self._topics.compare(bags, scales=scales)
        return ContextTable(rows, phrases=len(rarities), papers=len(readings))


def prepare_bm25(
    papers: Sequence[Paper],
    *,
    wishes: Iterable[Interests],
    history: Iterable[Paper] = (),
    parameters: Bm25Parameters | None = None,
) -> IndexRanker:
    """Read all papers once; ``history`` is only learned from."""
    corpus = Bm25Corpus(phrases_of(wishes), parameters=parameters)
    known = {paper.id for paper in papers}
    for paper in history:
        if paper.id not in known:
            corpus.add(paper)
    return corpus.rank_papers(papers)


def inverse_document_frequency(papers_with: int, papers: int) -> float:
    """Return how much a phrase tells: Robertson's idf in the form that is above 0."""
    return math.log(1 + (papers - papers_with + 0.5) / (papers_with + 0.5))
