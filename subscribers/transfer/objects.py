"""Rows of a JSON Lines file: one object in each line."""

import json
from collections.abc import Iterator

from subscribers.errors import InvalidInterestsError, UnreadableFileError
from subscribers.interests import Keyword
from subscribers.keywords import format_keyword
from subscribers.transfer.columns import columns, takes_several
from subscribers.transfer.lines import SAVE_AS, is_utf8
from subscribers.transfer.outcome import Row, UnreadableRow


def object_rows(lines: Iterator[str]) -> Iterator[Row | UnreadableRow]:
    """Yield the objects; blank lines are left out."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _row(number, line)


def _row(number: int, line: str) -> Row | UnreadableRow:
    if not is_utf8(line):
        return UnreadableRow(line=number, reason=f"the line is not UTF-8: {SAVE_AS}")
    try:
        value = json.loads(line)
        if not isinstance(value, dict):
            return UnreadableRow(line=number, reason="the line is not a JSON object: {…}")
        given = {name: cell for name, cell in value.items() if cell is not None}
        named = zip(columns(list(given)), given.values(), strict=True)
        return Row(line=number, cells={name: _cell(name, cell) for name, cell in named})
    except (ValueError, RecursionError) as error:
        return UnreadableRow(line=number, reason=f"the line is not JSON: {error}")
    except (UnreadableFileError, InvalidInterestsError) as error:
        return UnreadableRow(line=number, reason=str(error))


def _cell(name: str, cell: object) -> str | tuple[str, ...]:
    match cell:
        case list() if takes_several(name):
            return tuple(_entry(name, each) for each in cell)
        case str() if takes_several(name):
            return (cell,)
        case bool() | dict() | list():
            raise InvalidInterestsError(f"{name}: one value is wanted", field=name)
    return str(cell)


def _entry(name: str, entry: object) -> str:
    match entry:
        case str():
            return entry
        case {"phrase": str(phrase), **rest} if name == "keywords" and set(rest) <= {"weight"}:
            return format_keyword(Keyword(phrase=phrase, weight=_weight(rest.get("weight", 1.0))))
    raise InvalidInterestsError(f"{name}: every entry must be a text", field=name)


def _weight(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInterestsError("keywords: a weight must be a number", field="keywords")
    return float(value)
