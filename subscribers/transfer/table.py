"""Rows of a CSV file, in the dialects of Excel, Google Sheets and plain lists."""

import csv
import re
from collections.abc import Iterator, Sequence

from subscribers.address import parse
from subscribers.errors import InvalidAddressError, UnreadableFileError
from subscribers.listing import split_list
from subscribers.transfer.columns import (
    ADDRESS,
    column,
    columns,
    splits_at_commas,
    takes_several,
)
from subscribers.transfer.lines import SAVE_AS, is_utf8
from subscribers.transfer.outcome import Row, UnreadableRow

DELIMITERS = (",", ";", "\t")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
"""What a spreadsheet takes for a formula, and our own guard against it."""
MAX_HEAD_CHARS = 10_000

_SEPARATOR_LINE = re.compile(r'"?sep=(?P<delimiter>[,;\t|])"?\s*', re.IGNORECASE)
_WORDS = frozenset({"categories", "announce_types"})


def table_rows(lines: Iterator[str]) -> Iterator[Row | UnreadableRow]:
    """Yield the rows below the head line; a file without one may have only addresses.

    Raises:
        UnreadableFileError: the head line is not understood.
    """
    counted, head, delimiter = _head(lines)
    if head is None:
        return
    cells = next(csv.reader([head], delimiter=delimiter))
    if _is_plain_list(cells):
        names: tuple[str, ...] = (ADDRESS,)
        yield _row(counted, names, cells)
    else:
        names = columns(_without_blank_end(cells))
    yield from _body(lines, names, delimiter=delimiter, above=counted)


def _head(lines: Iterator[str]) -> tuple[int, str | None, str]:
    """Return the head line's number, the line, and the delimiter; skip what stands above it."""
    stated = None
    for number, line in enumerate(lines, start=1):
        match = _SEPARATOR_LINE.fullmatch(line)
        if match:
            stated = match["delimiter"]
        elif line.strip():
            if len(line) > MAX_HEAD_CHARS:
                raise UnreadableFileError("the first line is too long to name columns")
            if not is_utf8(line):
                raise UnreadableFileError(f"the first line is not UTF-8: {SAVE_AS}")
            return number, line, stated or _delimiter(line)
    return 0, None, ","


def _delimiter(head: str) -> str:
    return max(DELIMITERS, key=lambda each: len(next(csv.reader([head], delimiter=each))))


def _without_blank_end(cells: Sequence[str]) -> Sequence[str]:
    filled = [place for place, cell in enumerate(cells, start=1) if cell.strip()]
    return cells[: filled[-1]] if filled else ()


def _is_plain_list(cells: Sequence[str]) -> bool:
    if len(cells) != 1 or column(cells[0]) is not None:
        return False
    try:
        parse(cells[0])
    except InvalidAddressError:
        return False
    return True


def _body(
    lines: Iterator[str], names: tuple[str, ...], *, delimiter: str, above: int
) -> Iterator[Row | UnreadableRow]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = above + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield UnreadableRow(line=line, reason=f"the row is not CSV: {error}")
            continue
        if any(cell.strip() for cell in cells):
            yield _row(line, names, cells)


def _row(line: int, names: tuple[str, ...], cells: Sequence[str]) -> Row | UnreadableRow:
    if not all(map(is_utf8, cells)):
        return UnreadableRow(line=line, reason=f"the row is not UTF-8: {SAVE_AS}")
    if any(cell.strip() for cell in cells[len(names) :]):
        return UnreadableRow(
            line=line,
            reason=f"the row has more cells than the {len(names)} columns: "
            'put "quotes" around cells that have the separator in them',
        )
    filled = {
        name: _cell(name, text) for name, text in zip(names, cells, strict=False) if text.strip()
    }
    return Row(line=line, cells=filled)


def _cell(name: str, text: str) -> str | tuple[str, ...]:
    if text.startswith("'") and text[1:].startswith(FORMULA_STARTS):
        text = text[1:]
    if name in _WORDS:
        return tuple(re.split(r"[;|,\s]+", text.strip(" ;|,\t\r\n")))
    if not takes_several(name):
        return text
    return split_list(text, at_commas=splits_at_commas(name))
