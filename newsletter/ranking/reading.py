"""What there is to know of papers, as columns of numbers that can be weighed at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np

from newsletter.model import Paper
from newsletter.ranking.arrays import Integers, SmallFloats
from newsletter.ranking.phrases import PhraseFinder
from newsletter.ranking.vocabulary import Vocabulary

TITLE_REPEATS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bag:
    """The words of one paper.

    Attributes:
        words: numbers, each once.
        weights: 1 + ln(how often), by word.
    """

    words: Integers
    weights: SmallFloats


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What was read of papers, in order.

    Attributes:
        phrases, papers, in_title, in_abstract: of each finding the phrase, the paper's place,
            and how often it stands in the title and in the abstract.
        title_words, abstract_words: by paper, lengths.
        bags: by paper, all its words.
    """

    phrases: list[int] = field(default_factory=list)
    papers: list[int] = field(default_factory=list)
    in_title: list[int] = field(default_factory=list)
    in_abstract: list[int] = field(default_factory=list)
    title_words: list[int] = field(default_factory=list)
    abstract_words: list[int] = field(default_factory=list)
    bags: list[Bag] = field(default_factory=list)

    def read(self, paper: Paper, finder: PhraseFinder, vocabulary: Vocabulary) -> None:
        """Read one more paper."""
        title, abstract = vocabulary.encode(paper.title), vocabulary.encode(paper.abstract)
        titled, abstracted = Counter(finder.find(title)), Counter(finder.find(abstract))
        found = dict.fromkeys((*titled, *abstracted))
        self.phrases.extend(found)
        self.papers.extend([len(self.bags)] * len(found))
        self.in_title.extend(map(titled.get, found, repeat(0)))
        self.in_abstract.extend(map(abstracted.get, found, repeat(0)))
        self.title_words.append(len(title.words))
        self.abstract_words.append(len(abstract.words))
        self.bags.append(make_bag(title.words, abstract.words))


def make_bag(title: Sequence[int], abstract: Sequence[int]) -> Bag:
    """Count words; one in the title counts ``TITLE_REPEATS`` times."""
    counts = Counter(abstract)
    for word in title:
        counts[word] += TITLE_REPEATS
    words = np.fromiter(counts.keys(), dtype=np.int32, count=len(counts))
    often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
    return Bag(words=words, weights=(1.0 + np.log(often)).astype(np.float32))
