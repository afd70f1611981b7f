"""Find every phrase of every reader in a text, in one pass."""

from collections.abc import Iterable
from dataclasses import dataclass

import ahocorasick

from newsletter.ranking.vocabulary import EncodedText, Vocabulary
from newsletter.ranking.words import fold_word, must_be_acronym, split_words
from subscribers.interests import Interests

MIN_JOINED_CHARS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A keyword as words.

    Attributes:
        words: folded, in order; empty when the keyword has none.
        acronyms: positions of the words that the text must write as acronyms.
    """

    words: tuple[str, ...]
    acronyms: tuple[int, ...] = ()


def phrases_of(wishes: Iterable[Interests]) -> tuple[str, ...]:
    """Return every keyword and exclude of these readers once, as they wrote them."""
    phrases: dict[str, None] = {}
    for interests in wishes:
        for keyword in interests.keywords:
            phrases[keyword.phrase] = None
        for phrase in interests.exclude:
            phrases[phrase] = None
    return tuple(phrases)


def parse_phrase(text: str) -> Phrase:
    """Read a keyword or exclude as its reader wrote it."""
    tokens = split_words(text)
    return Phrase(
        words=tuple([fold_word(token).folded for token in tokens]),
        acronyms=tuple([n for n, token in enumerate(tokens) if must_be_acronym(token)]),
    )


class PhraseFinder:
    """All phrases in one automaton over words.

    Attributes:
        numbers: keyword or exclude, as its reader wrote it → the number of its phrase; those
            that differ in spelling only share one.
        count: how many numbers there are.
    """

    def __init__(self, texts: Iterable[str], vocabulary: Vocabulary) -> None:
        phrases: dict[Phrase, int] = {}
        self.numbers = {
            text: phrases.setdefault(parse_phrase(text), len(phrases)) for text in texts
        }
        self.count = len(phrases)
        self._automaton = _build(phrases, vocabulary)

    def find(self, text: EncodedText) -> list[int]:
        """Return the number of each occurrence of a phrase; one may be there many times."""
        if not len(self._automaton):
            return []
        found: list[int] = []
        for end, (plain, strict) in self._automaton.iter(text.words):
            found += plain
            for number, acronyms in strict:
                if text.has_acronyms_at([end - back for back in acronyms]):
                    found.append(number)
        return found


def spellings(phrase: Phrase) -> list[tuple[str, ...]]:
    """Return the ways to write a phrase: ``fine-tuning`` is ``finetuning`` too.

    Short words are not joined: ``in formation`` is not ``information``.
    """
    if not phrase.words:
        return []
    may_join = len(phrase.words) == 2 and not phrase.acronyms
    if may_join and min(map(len, phrase.words)) >= MIN_JOINED_CHARS:
        return [phrase.words, ("".join(phrase.words),)]
    return [phrase.words]


def _build(phrases: dict[Phrase, int], vocabulary: Vocabulary) -> ahocorasick.Automaton:
    """Make the automaton.

    A value has the numbers of the phrases with these words, and apart from them those that want
    acronyms, with the places of these counted from the end.
    """
    values: dict[tuple[int, ...], tuple[list[int], list[tuple[int, list[int]]]]] = {}
    for phrase, number in phrases.items():
        for words in spellings(phrase):
            key = tuple([vocabulary.code(word) for word in words])
            plain, strict = values.setdefault(key, ([], []))
            if phrase.acronyms:
                strict.append((number, [len(key) - 1 - place for place in phrase.acronyms]))
            else:
                plain.append(number)
    automaton = ahocorasick.Automaton(ahocorasick.STORE_ANY, ahocorasick.KEY_SEQUENCE)
    for key, value in values.items():
        automaton.add_word(key, value)
    automaton.make_automaton()
    return automaton
