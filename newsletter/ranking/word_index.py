"""The words of papers by place, so that any phrase is found without reading them again."""

from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from newsletter.model import Paper
from newsletter.ranking.arrays import Flags, Integers, LongIntegers
from newsletter.ranking.phrases import Phrase, spellings
from newsletter.ranking.reading import Bag, Readings, make_bag
from newsletter.ranking.vocabulary import MAX_REMEMBERED, SHOUTED_WORDS
from newsletter.ranking.words import fold_word, split_words


class WordNumbers:
    """Number the words of papers; asking for a word that none has adds nothing."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._by_token: dict[str, tuple[int, bool]] = {}

    def find(self, folded: str) -> int | None:
        """Return the number of a folded word that some paper has."""
        return self._numbers.get(folded)

    def encode(self, text: str) -> tuple[list[int], list[bool]]:
        """Return the number of each word of a paper's text, and which are acronyms, or may be."""
        tokens = split_words(text)
        if len(self._by_token) > MAX_REMEMBERED:
            self._by_token.clear()
        pairs = [self._by_token.get(token) or self._add(token) for token in tokens]
        if len(tokens) >= SHOUTED_WORDS and text.isupper():
            return [number for number, _ in pairs], [True] * len(tokens)
        return [number for number, _ in pairs], [is_acronym for _, is_acronym in pairs]

    def _add(self, token: str) -> tuple[int, bool]:
        word = fold_word(token)
        number = self._numbers.setdefault(word.folded, len(self._numbers))
        self._by_token[token] = (number, word.is_acronym)
        return self._by_token[token]


class Occurrences(NamedTuple):
    """Where a phrase stands: by paper that has it, how often in the title and the abstract."""

    papers: LongIntegers
    in_title: LongIntegers
    in_abstract: LongIntegers


class WordIndex:
    """An inverted index with positions; papers keep the order in which they are given.

    All texts stand one after another: a title, its abstract, the next title, and so on.
    """

    def __init__(self, papers: Iterable[Paper], words: WordNumbers) -> None:
        self._words = words
        numbers, acronyms, ends = array("i"), array("b"), array("q", [0])
        self.bags: list[Bag] = []
        for paper in papers:
            bag: list[list[int]] = []
            for text in (paper.title, paper.abstract):
                codes, flags = words.encode(text)
                numbers.extend(codes)
                acronyms.extend(flags)
                ends.append(len(numbers))
                bag.append(codes)
            self.bags.append(make_bag(*bag))
        self._numbers: Integers = np.array(numbers, dtype=np.int32)
        self._acronyms: Flags = np.array(acronyms, dtype=np.bool_)
        self._ends: LongIntegers = np.array(ends, dtype=np.int64)
        self._places, self._starts = _postings(self._numbers)

    def __len__(self) -> int:
        return len(self.bags)

    def find(self, phrase: Phrase, *, first: int = 0, last: int | None = None) -> Occurrences:
        """Return where a phrase stands in the papers from ``first`` up to, without, ``last``."""
        end = len(self) if last is None else last
        texts = [self._texts_with(words, phrase.acronyms) for words in spellings(phrase)]
        found = np.concatenate(texts) if texts else np.zeros(0, dtype=np.int64)
        found = found[(found >= 2 * first) & (found < 2 * end)] - 2 * first
        counts = np.bincount(found, minlength=2 * (end - first)).reshape(-1, 2)
        papers = np.flatnonzero(counts.any(axis=1))
        return Occurrences(papers, counts[papers, 0], counts[papers, 1])

    def read(
        self, phrases: Sequence[Phrase], *, first: int = 0, last: int | None = None
    ) -> Readings:
        """Return the same as reading these papers for these phrases would."""
        end = len(self) if last is None else last
        sizes = np.diff(self._ends[2 * first : 2 * end + 1]).reshape(-1, 2)
        readings = Readings(
            title_words=sizes[:, 0].tolist(),
            abstract_words=sizes[:, 1].tolist(),
            bags=self.bags[first:end],
        )
        for number, phrase in enumerate(phrases):
            found = self.find(phrase, first=first, last=end)
            readings.phrases.extend([number] * len(found.papers))
            readings.papers.extend(found.papers.tolist())
            readings.in_title.extend(found.in_title.tolist())
            readings.in_abstract.extend(found.in_abstract.tolist())
        return readings

    def _texts_with(self, words: Sequence[str], acronyms: Sequence[int]) -> LongIntegers:
        """Return the number of the text of each occurrence of these words in a row."""
        nowhere = np.zeros(0, dtype=np.int64)
        numbers = [self._words.find(word) for word in words]
        wanted = [number for number in numbers if number is not None]
        if len(wanted) < len(words) or max(wanted) >= len(self._starts) - 1:
            return nowhere
        sizes = [self._starts[n + 1] - self._starts[n] for n in wanted]
        rarest = int(np.argmin(sizes))
        found = self._postings_of(wanted[rarest]) - rarest
        found = found[(found >= 0) & (found + len(wanted) <= len(self._numbers))]
        for offset, number in enumerate(wanted):
            if offset != rarest:
                found = found[self._numbers[found + offset] == number]
        for offset in acronyms:
            found = found[self._acronyms[found + offset]]
        texts = np.searchsorted(self._ends, found, side="right") - 1
        return texts[self._ends[texts + 1] >= found + len(wanted)]

    def _postings_of(self, number: int) -> LongIntegers:
        return self._places[self._starts[number] : self._starts[number + 1]].astype(np.int64)


def _postings(numbers: Integers) -> tuple[Integers, LongIntegers]:
    """Return all places sorted by word, and where the places of each word begin."""
    places = np.argsort(numbers, kind="stable").astype(np.int32)
    counts = np.bincount(numbers) if len(numbers) else np.zeros(0, dtype=np.int64)
    return places, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
