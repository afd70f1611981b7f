"""How much a paper is like the earlier papers that a keyword was found in.

A keyword alone is a narrow door: a paper that says ``memory`` once may be about anything. So
for each phrase the earlier papers that say it most are kept, and their mean, less what every
paper says, is the phrase's topic. A paper is compared with it by cosine.

Sources: Rocchio: Relevance feedback in information retrieval (1971); Lavrenko, Croft:
Relevance-based language models (2001), whose feedback without judgements this is.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from newsletter.ranking.arrays import Floats, Integers, SmallFloats

MAX_EXAMPLES = 50
MIN_EXAMPLES = 3
MIN_PAPERS_WITH_WORD = 3
MAX_SHARE_WITH_WORD = 0.3
TITLE_REPEATS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """The words of one paper.

    Attributes:
        words: numbers, each once, ascending.
        weights: 1 + ln(how often), by word.
    """

    words: Integers
    weights: SmallFloats


def make_bag(title: Sequence[int], abstract: Sequence[int]) -> Bag:
    """Count words; one in the title counts ``TITLE_REPEATS`` times."""
    words, counts = np.unique(
        np.array([*title, *abstract, *(list(title) * (TITLE_REPEATS - 1))], dtype=np.int32),
        return_counts=True,
    )
    return Bag(words=words, weights=(1.0 + np.log(counts)).astype(np.float32))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vectors:
    """Bags as unit vectors of tf-idf, one after another; ``starts`` has where each begins."""

    words: Integers
    values: Floats
    starts: Integers
    mean_length: float


class TopicModel:
    """Learn phrases' topics as papers pass; at most ``MAX_EXAMPLES`` papers a phrase are kept."""

    def __init__(self, phrases: int) -> None:
        self._papers = 0
        self._offered = 0
        self._papers_with = np.zeros(1024)
        self._weight_of = np.zeros(1024)
        self._examples: list[list[tuple[float, int, int, Bag]]] = [[] for _ in range(phrases)]

    def count(self, bag: Bag) -> None:
        """Count a paper's words for what is usual."""
        self._papers += 1
        self._make_room(bag)
        self._papers_with[bag.words] += 1.0
        self._weight_of[bag.words] += bag.weights

    def add_example(self, bag: Bag, *, strengths: Mapping[int, float], day: int) -> None:
        """Offer a paper as an example of the phrases found in it.

        Args:
            bag: its words.
            strengths: phrase → how much the paper says it; the strongest papers are kept.
            day: the newer of two equally strong papers is kept.
        """
        self._offered += 1
        for phrase, strength in strengths.items():
            examples = self._examples[phrase]
            entry = (strength, day, self._offered, bag)
            if len(examples) < MAX_EXAMPLES:
                heapq.heappush(examples, entry)
            elif entry[:2] > examples[0][:2]:
                heapq.heapreplace(examples, entry)

    def compare(self, bags: Sequence[Bag], *, scales: Sequence[float]) -> dict[int, SmallFloats]:
        """Return for each phrase that has a topic its cosine with every bag, times its scale."""
        for bag in bags:
            self._make_room(bag)
        known = [n for n, found in enumerate(self._examples) if len(found) >= MIN_EXAMPLES]
        if not known or not bags:
            return {}
        rarity = self._rarity()
        vectors = _make_vectors(bags, rarity)
        usual = rarity * self._weight_of / self._papers / vectors.mean_length
        return {
            number: self._cosines(number, vectors, rarity, usual) * np.float32(scales[number])
            for number in known
        }

    def _make_room(self, bag: Bag) -> None:
        """Lengthen the counts to have a place for every word of ``bag``."""
        size = len(self._papers_with)
        if len(bag.words) and bag.words[-1] >= size:
            more = max(int(bag.words[-1]) + 1 - size, size)
            self._papers_with = np.pad(self._papers_with, (0, more))
            self._weight_of = np.pad(self._weight_of, (0, more))

    def _cosines(
        self, number: int, vectors: _Vectors, rarity: Floats, usual: Floats
    ) -> SmallFloats:
        examples = _make_vectors([entry[3] for entry in self._examples[number]], rarity)
        count = len(examples.starts)
        mean = np.bincount(examples.words, weights=examples.values, minlength=len(rarity)) / count
        topic = mean - usual
        topic /= np.linalg.norm(topic) or 1.0
        products = topic[vectors.words] * vectors.values
        return np.add.reduceat(products, vectors.starts).astype(np.float32)

    def _rarity(self) -> Floats:
        """Return the idf of each word; 0 for those too rare to learn from or too usual."""
        rarity = np.log((self._papers + 1) / (self._papers_with + 1))
        rarity[self._papers_with < MIN_PAPERS_WITH_WORD] = 0.0
        rarity[self._papers_with > MAX_SHARE_WITH_WORD * self._papers] = 0.0
        return rarity


def _make_vectors(bags: Sequence[Bag], rarity: Floats) -> _Vectors:
    filled = [bag if len(bag.words) else _EMPTY for bag in bags]
    words = np.concatenate([bag.words for bag in filled])
    values = np.concatenate([bag.weights for bag in filled]) * rarity[words]
    sizes = np.array([len(bag.words) for bag in filled])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
    lengths = np.sqrt(np.add.reduceat(values * values, starts))
    values /= np.repeat(np.maximum(lengths, 1e-9), sizes)
    mean_length = float(lengths.mean()) or 1.0
    return _Vectors(words=words, values=values, starts=starts, mean_length=mean_length)


_EMPTY = Bag(words=np.zeros(1, dtype=np.int32), weights=np.zeros(1, dtype=np.float32))
