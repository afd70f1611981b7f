"""Whether a text is in the language that was asked for, by its script and its small words."""

import re
from typing import Final

from newsletter.summaries.checks.terms import english_words

_CJK: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_LETTERS: Final = re.compile(r"[^\W\d_]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LATIN_WORD: Final = re.compile(r"[A-Za-zÀ-ɏ]+")
_SCRIPTS: Final = {
    "zh": _CJK,
    "ja": re.compile(r"[\u3040-\u30ff\u3400-\u9fff]"),
    "ko": re.compile(r"[\uac00-\ud7af\u1100-\u11ff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "uk": re.compile(r"[\u0400-\u04ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "fa": re.compile(r"[\u0600-\u06ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
}
"""Language → the characters without which a text is not in it."""

MIN_OWN_SHARE: Final = 0.30
"""The least share of letters of the language's own; names and terms stay Latin."""
MAX_FOREIGN_SHARE: Final = 0.10
MIN_ENGLISH_SHARE: Final = 0.08
MAX_ENGLISH_SHARE: Final = 0.16
FEW_WORDS: Final = 8


def is_in(text: str, language: str) -> bool:
    """Tell whether a text is in a language (BCP 47), as far as script and small words tell."""
    base = language.casefold().split("-")[0]
    letters = len(_LETTERS.findall(text))
    if not letters:
        return False
    own = _SCRIPTS.get(base)
    if own is not None:
        return _share(own, text, letters) >= MIN_OWN_SHARE and not (
            base == "zh" and _share(_KANA, text, letters) > MAX_FOREIGN_SHARE
        )
    latin = sum(map(len, _LATIN_WORD.findall(text)))
    if latin < (1 - MAX_FOREIGN_SHARE) * letters:
        return False
    words = [word.casefold() for word in _WORD.findall(text)]
    if len(words) < FEW_WORDS:
        return True
    english = sum(word in english_words() for word in words) / len(words)
    return english >= MIN_ENGLISH_SHARE if base == "en" else english <= MAX_ENGLISH_SHARE


def _share(characters: re.Pattern[str], text: str, letters: int) -> float:
    return len(characters.findall(text)) / letters
