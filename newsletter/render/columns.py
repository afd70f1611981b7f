"""How wide a text is, and how to cut and wrap it: CJK characters and emoji take two columns."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain

ELLIPSIS = "…"
_WIDE = ("W", "F")
_ZERO_WIDTH = ("Mn", "Me", "Cf")
_PIECE = re.compile(r"\s+|[⺀-〿぀-鿿豈-﫿＀-￯]|[^\s⺀-〿぀-鿿豈-﫿＀-￯]+")


def columns(text: str) -> int:
    """Return how many columns ``text`` takes on a fixed-width display."""
    if text.isascii():
        return len(text)
    return sum(map(_char_columns, text))


def _char_columns(char: str) -> int:
    if unicodedata.category(char) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def cut(text: str, limit: int) -> str:
    """Shorten to at most ``limit`` columns, at a word where one ends near, and mark the cut."""
    if columns(text) <= limit:
        return text
    kept = hard_cut(text, limit - columns(ELLIPSIS))
    at_word = kept.rstrip() if text[len(kept)].isspace() else _drop_half_word(kept)
    return at_word.rstrip(" ,;:.–—-([，。；：、") + ELLIPSIS


def _drop_half_word(kept: str) -> str:
    blank = kept.rfind(" ")
    tail = kept[blank + 1 :]
    return kept[:blank] if blank > len(kept) // 2 and tail.isascii() else kept


def hard_cut(text: str, limit: int) -> str:
    """Return the longest beginning of ``text`` that takes at most ``limit`` columns."""
    used = 0
    for position, char in enumerate(text):
        used += _char_columns(char)
        if used > limit:
            return text[:position]
    return text


def wrap(text: str, limit: int) -> tuple[str, ...]:
    """Break into lines of at most ``limit`` columns: at blanks, and between CJK characters."""
    return wrap_pieces(_PIECE.findall(text), limit)


def wrap_pieces(pieces: Iterable[str], limit: int) -> tuple[str, ...]:
    """Fill lines of at most ``limit`` columns with pieces; one longer than a line is split."""
    lines = [""]
    used = 0
    for piece in chain.from_iterable(_parts(piece, limit) for piece in pieces):
        width = columns(piece.rstrip())
        if used + width > limit:
            lines.append("")
            used = 0
        if lines[-1] or not piece.isspace():
            lines[-1] += piece
            used += columns(piece)
    return tuple(line.rstrip() for line in lines if line.strip())


def _parts(piece: str, limit: int) -> Iterator[str]:
    while columns(piece.rstrip()) > limit:
        head = hard_cut(piece, limit) or piece[0]
        yield head
        piece = piece.removeprefix(head)
    yield piece
