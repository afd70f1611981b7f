"""BM25F over title and abstract: the default rule.

Source: Robertson, Zaragoza, Taylor: Simple BM25 extension to multiple weighted fields (2004).
A phrase is one term. Frequencies of both fields are added, each divided by the length of its
field and multiplied by the field's boost, and saturate once.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsletter.model import Paper
from newsletter.ranking.phrases import PhraseFinder, parse_phrase
from newsletter.ranking.postings import PhraseTable, Postings, make_postings
from newsletter.ranking.ranker import IndexRanker, SignalWeights
from newsletter.ranking.statistics import CorpusStatistics
from newsletter.ranking.words import split_words
from subscribers.interests import Interests


@dataclass(frozen=True, slots=True, kw_only=True)
class Bm25Parameters:
    """The numbers of the formula.

    Attributes:
        saturation: k1; the frequency at which a phrase has half of what it can get.
        title_boost: how many occurrences in the abstract one in the title is worth.
        title_norm, abstract_norm: b of each field, 0..1; how much length counts.
    """

    saturation: float = 1.2
    title_boost: float = 2.5
    title_norm: float = 0.3
    abstract_norm: float = 0.5


SIGNAL_WEIGHTS = SignalWeights(category=0.5, author=3.0, repeated_keywords=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What was found in one paper: occurrences by phrase number, and lengths in words."""

    title: Counter[int]
    abstract: Counter[int]
    title_words: int
    abstract_words: int


def prepare_bm25(
    papers: Sequence[Paper],
    *,
    wishes: Iterable[Interests],
    history: Iterable[Paper] = (),
    parameters: Bm25Parameters | None = None,
) -> IndexRanker:
    """Read all papers once; ``history`` only adds to the statistics."""
    ordered = sorted(papers, key=lambda paper: (-paper.announced_on.toordinal(), paper.id))
    phrases = dict.fromkeys(
        phrase
        for interests in wishes
        for phrase in (*(keyword.phrase for keyword in interests.keywords), *interests.exclude)
    )
    parsed = {phrase: parse_phrase(phrase) for phrase in phrases}
    finder = PhraseFinder(parsed.values())
    known = {paper.id for paper in ordered}
    statistics = CorpusStatistics()
    readings = [_read(paper, finder, statistics) for paper in ordered]
    for paper in history:
        if paper.id not in known:
            _read(paper, finder, statistics)
    table = PhraseTable(
        numbers={phrase: finder.numbers[parsed[phrase]] for phrase in phrases},
        postings=_weigh(readings, len(finder.numbers), statistics, parameters or Bm25Parameters()),
    )
    return IndexRanker(ordered, table, weights=SIGNAL_WEIGHTS)


def _read(paper: Paper, finder: PhraseFinder, statistics: CorpusStatistics) -> _Reading:
    title, abstract = split_words(paper.title), split_words(paper.abstract)
    reading = _Reading(
        title=Counter(finder.find(title)),
        abstract=Counter(finder.find(abstract)),
        title_words=len(title),
        abstract_words=len(abstract),
    )
    statistics.add(
        (*reading.title, *reading.abstract), title_words=len(title), abstract_words=len(abstract)
    )
    return reading


def _weigh(
    readings: Sequence[_Reading],
    phrases: int,
    statistics: CorpusStatistics,
    parameters: Bm25Parameters,
) -> list[Postings]:
    positions: list[list[int]] = [[] for _ in range(phrases)]
    values: list[list[float]] = [[] for _ in range(phrases)]
    titled: list[list[bool]] = [[] for _ in range(phrases)]
    for position, reading in enumerate(readings):
        for phrase in reading.title.keys() | reading.abstract.keys():
            frequency = _frequency(phrase, reading, statistics, parameters)
            rarity = inverse_document_frequency(statistics.papers_with(phrase), statistics.papers)
            positions[phrase].append(position)
            values[phrase].append(rarity * frequency / (frequency + parameters.saturation))
            titled[phrase].append(phrase in reading.title)
    return [make_postings(*found) for found in zip(positions, values, titled, strict=True)]


def _frequency(
    phrase: int, reading: _Reading, statistics: CorpusStatistics, parameters: Bm25Parameters
) -> float:
    """Return how often a phrase stands in a paper, both fields weighed and normalised."""
    title = reading.title_words / statistics.mean_title_words
    abstract = reading.abstract_words / statistics.mean_abstract_words
    title_length = 1 - parameters.title_norm + parameters.title_norm * title
    abstract_length = 1 - parameters.abstract_norm + parameters.abstract_norm * abstract
    return (
        parameters.title_boost * reading.title[phrase] / title_length
        + reading.abstract[phrase] / abstract_length
    )


def inverse_document_frequency(papers_with: int, papers: int) -> float:
    """Return how much a phrase tells: Robertson's idf, kept above 0."""
    return math.log(1 + (papers - papers_with + 0.5) / (papers_with + 0.5))
