"""Find every phrase of every reader in a text, in one pass."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ahocorasick

from newsletter.ranking.words import fold_word, is_shouted, must_be_acronym, split_words

MEMO_LIMIT = 500_000
_UNKNOWN_WORD = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A keyword as words.

    Attributes:
        words: folded, in order; empty when the keyword has none.
        acronyms: positions of the words that the text must write as acronyms.
    """

    words: tuple[str, ...]
    acronyms: tuple[int, ...] = ()


def parse_phrase(text: str) -> Phrase:
    """Read a keyword or exclude as its reader wrote it."""
    tokens = split_words(text)
    return Phrase(
        words=tuple([fold_word(token).folded for token in tokens]),
        acronyms=tuple([n for n, token in enumerate(tokens) if must_be_acronym(token)]),
    )


class PhraseFinder:
    """All phrases in one automaton over words.

    A phrase's number is its place in ``phrases``; equal phrases share the first one's.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.numbers: dict[Phrase, int] = {}
        for phrase in phrases:
            self.numbers.setdefault(phrase, len(self.numbers))
        self._word_codes: dict[str, int] = {}
        self._memo: dict[str, tuple[int, bool]] = {}
        self._automaton = self._build()

    def find(self, tokens: Sequence[str]) -> list[int]:
        """Return the number of each occurrence of a phrase; one may be there many times."""
        if not self._word_codes:
            return []
        words = self._encode(tokens)
        codes = tuple([code for code, _ in words])
        found: list[int] = []
        shouted: bool | None = None
        for end, meanings in self._automaton.iter(codes):
            for number, acronyms in meanings:
                if acronyms and not all(words[end - back][1] for back in acronyms):
                    shouted = is_shouted(tokens) if shouted is None else shouted
                    if not shouted:
                        continue
                found.append(number)
        return found

    def _build(self) -> ahocorasick.Automaton:
        automaton = ahocorasick.Automaton(ahocorasick.STORE_ANY, ahocorasick.KEY_SEQUENCE)
        meanings: dict[tuple[int, ...], list[tuple[int, tuple[int, ...]]]] = {}
        for phrase, number in self.numbers.items():
            if not phrase.words:
                continue
            last = len(phrase.words) - 1
            key = tuple([self._code(word) for word in phrase.words])
            meanings.setdefault(key, []).append(
                (number, tuple([last - n for n in phrase.acronyms]))
            )
        for key, values in meanings.items():
            automaton.add_word(key, tuple(values))
        automaton.make_automaton()
        return automaton

    def _code(self, word: str) -> int:
        return self._word_codes.setdefault(word, len(self._word_codes) + 1)

    def _encode(self, tokens: Sequence[str]) -> list[tuple[int, bool]]:
        memo = self._memo
        if len(memo) > MEMO_LIMIT:
            memo.clear()
        for token in tokens:
            if token not in memo:
                word = fold_word(token)
                memo[token] = (self._word_codes.get(word.folded, _UNKNOWN_WORD), word.is_acronym)
        return [memo[token] for token in tokens]


__all__ = ["Phrase", "PhraseFinder", "parse_phrase", "split_words"]
