"""Cut text into words that can be compared: one spelling for each word.

Case, accents, plurals, possessives, hyphens and leftovers of TeX do not matter. Chinese,
Japanese and Korean are written without reliable spaces, so each of their characters is a word
and a phrase of them is found wherever it stands.

A word with two or more capitals is an acronym in a text: ``LLM``, ``LLMs``, ``MoE``, ``FP8``.
A keyword in capitals (``RAG``) is found only where the text has an acronym, not in ``rag``.
"""

import re
import unicodedata
from dataclasses import dataclass

from newsletter.ranking.plurals import singular

MAX_ACRONYM_CHARS = 6

_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
_TEX = re.compile(r"\\(?:[a-zA-Z]+ ?|.)", re.DOTALL)
_UNSPACED = re.compile(
    r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff])"  # kana, Han, Hangul
)
_ACCENT = re.compile(r"[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word: its comparable spelling, and whether it was written as an acronym."""

    folded: str
    is_acronym: bool


def split_words(text: str) -> list[str]:
    """Return the words of ``text`` as they are written, without what joins or adorns them."""
    if "\\" in text:
        text = _TEX.sub("", text)
    if not text.isascii():
        decomposed = _ACCENT.sub("", unicodedata.normalize("NFKD", text))
        text = _UNSPACED.sub(r" \1 ", unicodedata.normalize("NFC", decomposed))
    if "C++" in text or "C#" in text:
        text = text.replace("C++", "Cplusplus").replace("C#", "Csharp")
    if "'" in text or "’" in text:
        text = _POSSESSIVE.sub("", text)
    return _WORD.findall(text)


def fold_word(token: str) -> Word:
    """Give one word its comparable spelling: lower case, singular."""
    stem = token[:-1] if _is_plural_acronym(token) else token
    if _count_capitals(stem) < 2:
        return Word(folded=singular(token.casefold()), is_acronym=False)
    return Word(folded=stem.casefold(), is_acronym=True)


def must_be_acronym(token: str) -> bool:
    """Tell whether a keyword's word stands for an acronym only: ``RL``, ``LLMs``, ``FP8``.

    ``MoE`` or ``PyTorch`` are spelled in too many ways to insist, and a long word in capitals
    is a reader with the shift key down.
    """
    stem = token[:-1] if _is_plural_acronym(token) else token
    return stem.isupper() and _count_capitals(stem) >= 2 and len(stem) <= MAX_ACRONYM_CHARS


def _is_plural_acronym(token: str) -> bool:
    return token[-1] == "s" and token[-2:-1].isupper() and _count_capitals(token) >= 2


def _count_capitals(token: str) -> int:
    return 0 if token.islower() else sum(map(str.isupper, token))
