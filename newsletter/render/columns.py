"""How wide a text is, and how to cut and wrap it: CJK characters and emoji take two columns."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain

ELLIPSIS = "…"
CHARS_PER_COLUMN = 3
_WIDE = ("W", "F")
_ZERO_WIDTH = ("Mn", "Me", "Cf")
_CJK = "⺀-〿぀-鿿豈-﫿＀-￯"
_PIECE = re.compile(rf"[{_CJK}]|[^\s{_CJK}]+\s*|\s+")
_NOT_ONE_COLUMN = re.compile(r"[^\x00-\u02ff\u2010-\u2027]")


def columns(text: str) -> int:
    """Return how many columns ``text`` takes on a fixed-width display."""
    if text.isascii():
        return len(text)
    odd = _NOT_ONE_COLUMN.findall(text)
    return len(text) - len(odd) + sum(map(_char_columns, odd))


def _char_columns(char: str) -> int:
    if char < "\u0300":
        return 1
    if unicodedata.category(char) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def cut(text: str, limit: int) -> str:
    """Shorten to at most ``limit`` columns, at a word where one ends near, and mark the cut.

    Marks that take no column are bounded too: three characters for a column, no more.
    """
    bounded = text[: CHARS_PER_COLUMN * limit]
    if columns(bounded) <= limit:
        return bounded
    return _cut(bounded, limit)


def _cut(text: str, limit: int) -> str:
    kept = hard_cut(text, limit - columns(ELLIPSIS))
    at_word = kept if text[len(kept)].isspace() else _drop_half_word(kept)
    return at_word.rstrip(" ,;:.·–—-([，。；：、") + ELLIPSIS


def _drop_half_word(kept: str) -> str:
    blank = kept.rfind(" ")
    tail = kept[blank + 1 :]
    return kept[:blank] if blank > len(kept) // 2 and tail.isascii() else kept


def hard_cut(text: str, limit: int) -> str:
    """Return the longest beginning of ``text`` that takes at most ``limit`` columns."""
    if _NOT_ONE_COLUMN.search(text, 0, limit + 1) is None:
        return text[:limit]
    used = 0
    for position, char in enumerate(text):
        used += _char_columns(char)
        if used > limit:
            return text[:position]
    return text


def wrap(text: str, limit: int) -> tuple[str, ...]:
    """Break into lines of at most ``limit`` columns: at blanks, and between CJK characters."""
    if columns(text) <= limit:
        return (text,) if text else ()
    return wrap_pieces([(piece, columns(piece)) for piece in _PIECE.findall(text)], limit)


def wrap_pieces(pieces: Sequence[tuple[str, int]], limit: int) -> tuple[str, ...]:
    """Fill lines of at most ``limit`` columns with (piece, columns); a longer one is split.

    A blank at the end of a piece does not count at the end of a line.
    """
    if sum([width for _, width in pieces]) <= limit:
        return ("".join([piece for piece, _ in pieces]).rstrip(),)
    lines: list[str] = []
    line, used = "", 0
    for piece, width in chain.from_iterable(_parts(*pair, limit) for pair in pieces):
        if used + width - (piece[-1] == " ") > limit:
            lines.append(line.rstrip())
            line, used = "", 0
        line += piece
        used += width
    lines.append(line.rstrip())
    return tuple(filter(None, lines))


def _parts(piece: str, width: int, limit: int) -> Iterator[tuple[str, int]]:
    while width - piece.endswith(" ") > limit:
        head = hard_cut(piece, limit) or piece[0]
        yield head, limit
        piece = piece.removeprefix(head)
        width = columns(piece)
    if piece:
        yield piece, width
