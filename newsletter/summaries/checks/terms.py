"""The terms of a text, comparable across languages.

Latin words are folded; Chinese terms are looked up in a glossary and stand for English ones.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from newsletter.summaries.checks.numbers import numbers_in

_GLOSSARY_FILE: Final = Path(__file__).with_name("glossary_zh.toml")
_WORDS_FILE: Final = Path(__file__).with_name("words.toml")
_WORD: Final = re.compile(r"[A-Za-zÀ-ɏΑ-ω][\w]*(?:[+#](?!\w))?")
_MIN_CHARS: Final = 2


def terms_in(text: str) -> frozenset[str]:
    """Return the terms of a text: words without the commonest, acronyms, names, numbers."""
    numbers = (f"#{number}" for number in numbers_in(text) if len(number) > 1)
    return frozenset([*_words(text), *_translated(text), *numbers])


def fold(word: str) -> str:
    """Return a word in the spelling that is compared: lower case, singular, no ``-ing``."""
    lower = word.casefold()
    if len(lower) < 5:
        return lower.rstrip("s") if len(lower) == 4 and not lower.endswith("ss") else lower
    for ending, new in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if lower.endswith(ending) and len(lower) - len(ending) >= 4 and not lower.endswith("ss"):
            lower = lower[: len(lower) - len(ending)] + new
            break
    return lower.rstrip("e") if len(lower) > 4 else lower


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        if len(word) >= _MIN_CHARS and word.casefold() not in common_words():
            yield fold(word)


def _translated(text: str) -> Iterator[str]:
    pattern, glossary = _glossary()
    for found in pattern.findall(text):
        for word in glossary[found].split():
            if word not in common_words():
                yield fold(word)


@cache
def common_words() -> frozenset[str]:
    """Return the words that are too common to tell papers apart."""
    return _words_of("common")


@cache
def english_words() -> frozenset[str]:
    """Return the small words of English."""
    return _words_of("english")


def _words_of(name: str) -> frozenset[str]:
    return frozenset(tomllib.loads(_WORDS_FILE.read_text(encoding="utf-8"))[name].split())


@cache
def _glossary() -> tuple[re.Pattern[str], Mapping[str, str]]:
    glossary: dict[str, str] = tomllib.loads(_GLOSSARY_FILE.read_text(encoding="utf-8"))["terms"]
    longest_first = sorted(glossary, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), glossary
