"""The first sentences of an abstract."""

import re
from collections.abc import Iterable
from itertools import chain

from newsletter.render.columns import columns, cut

SHORT_LEAD = 60
_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+\S)|[。！？][”’」』）]*")
_ABBREVIATIONS = frozenset(
    {"al", "approx", "ca", "cf", "ch", "dr", "e.g", "eg", "eq", "eqs", "est", "etc", "fig", "figs"}
    | {"gen", "i.e", "ie", "inc", "jr", "mr", "mrs", "ms", "no", "nos", "pp", "prof", "ref", "refs"}
    | {"resp", "sec", "sect", "st", "tab", "vol", "vs", "w.r.t", "wrt", "i.i.d", "a.k.a", "u.s"}
)
_LAST_WORD = re.compile(r"[\w.]+$")


def sentences(text: str) -> tuple[str, ...]:
    """Split at sentence ends; not after ``e.g.``, ``et al.``, initials, and inside decimals."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if _ends_sentence(text, start, match):
            found.append(text[start : match.end()].strip())
            start = match.end()
    found.append(text[start:].strip())
    return tuple(sentence for sentence in found if sentence)


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match.group()[0]
    if mark != ".":
        return mark in "。！？" or not _goes_on(text, match.end())
    word = _LAST_WORD.search(text[start : match.start()])
    before = word.group().casefold() if word else ""
    if before in _ABBREVIATIONS:
        return before in {"etc", "al"} and _new_start(text, match.end())
    if len(before) == 1 and before.isalpha():
        return False
    return not _goes_on(text, match.end())


def _goes_on(text: str, end: int) -> bool:
    return text[end:].lstrip()[:1].islower()


def _new_start(text: str, end: int) -> bool:
    following = text[end:].split(maxsplit=1)[0]
    return len(following) > 1 and following[0].isupper() and following[1:].islower()


def lead(paragraphs: Iterable[str], *, count: int, limit: int) -> str:
    """Return the first ``count`` sentences, fewer when they pass ``limit`` columns.

    A paragraph ends a sentence. A very short beginning takes one sentence more, and a first
    sentence that is too long by itself is cut at a word.
    """
    chosen = ""
    for number, sentence in enumerate(chain.from_iterable(map(sentences, paragraphs))):
        longer = f"{chosen} {sentence}" if chosen and chosen[-1].isascii() else chosen + sentence
        enough = number >= count and columns(chosen) >= SHORT_LEAD
        if chosen and (enough or columns(longer) > limit):
            break
        chosen = longer
    return cut(chosen, limit)
