"""Write subscribers to a file, so that ``read_rows`` reads the same ones."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from subscribers.listing import join_list
from subscribers.model import Subscriber
from subscribers.preferences import written_preferences
from subscribers.transfer.columns import ADDRESS, COLUMNS, STATE, splits_at_commas
from subscribers.transfer.table import FORMULA_STARTS


def write_csv(subscribers: Iterable[Subscriber]) -> Iterator[str]:
    """Yield a head line and one line for each subscriber (RFC 4180, CRLF).

    Cells that a spreadsheet would take for a formula get a ``'`` in front.
    """
    written = csv.writer(_Line()).writerow
    yield str(written(COLUMNS))
    for subscriber in subscribers:
        cells = written_cells(subscriber)
        yield str(written([_guarded(_written(name, cells[name])) for name in COLUMNS]))


def write_jsonl(subscribers: Iterable[Subscriber]) -> Iterator[str]:
    """Yield one JSON object in a line for each subscriber."""
    for subscriber in subscribers:
        yield json.dumps(written_cells(subscriber), ensure_ascii=False) + "\n"


def written_cells(subscriber: Subscriber) -> dict[str, str | tuple[str, ...]]:
    """Return every column of a subscriber as text."""
    return {
        ADDRESS: subscriber.address,
        STATE: subscriber.state.value,
        **written_preferences(subscriber),
        "created_at": _instant(subscriber.created_at),
        "confirmed_at": _instant(subscriber.confirmed_at),
    }


class _Line:
    """A file for ``csv.writer`` that gives each line back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def _written(name: str, cell: str | tuple[str, ...]) -> str:
    return cell if isinstance(cell, str) else join_list(cell, at_commas=splits_at_commas(name))


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _instant(at: datetime | None) -> str:
    return at.isoformat() if at else ""
