"""Files of readers, in and out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import typer
from ulid import ULID

from newsletter.cli.files import write_whole
from newsletter.cli.output import PARTIAL, note, print_json, print_table
from newsletter.errors import UsageError
from subscribers.interests import Interests
from subscribers.model import Subscriber
from subscribers.ports import SubscriberStore
from subscribers.transfer import (
    FileFormat,
    Outcome,
    OutcomeKind,
    read_rows,
    store_rows,
    write_csv,
    write_jsonl,
)

CHUNK_BYTES = 65_536
MAX_NOTED = 1_000
"""So many rows with a reason are listed; beyond them only the counts go on."""

_JSONL_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})


def import_file(
    path: Path,
    subscribers: SubscriberStore,
    *,
    template: Interests,
    file_format: FileFormat | None,
    as_json: bool,
) -> int:
    """Take all rows of a file into the store, print what became of them, return the exit code."""
    counts: Counter[OutcomeKind] = Counter()
    noted: list[dict[str, object]] = []
    with _opened(path) as file:
        outcomes = store_rows(
            read_rows(_chunks(file), file_format or _format_of(path)),
            subscribers,
            template=template,
            new_id=lambda: str(ULID()),
            now=datetime.now(UTC),
        )
        for outcome in outcomes:
            counts[outcome.kind] += 1
            if outcome.reason and len(noted) < MAX_NOTED:
                noted.append(_noted(outcome))
    _print(counts, noted, as_json=as_json)
    return PARTIAL if counts[OutcomeKind.REFUSED] else 0


def export_file(
    subscribers: Iterable[Subscriber], path: Path | None, *, file_format: FileFormat
) -> None:
    """Write all readers to a file only we can read, or to standard output."""
    write = write_csv if file_format is FileFormat.CSV else write_jsonl
    lines = (line.encode() for line in write(subscribers))
    if path is not None:
        write_whole(path, lines)
        note(f"{path} is written.")
        return
    out = typer.get_binary_stream("stdout")
    for line in lines:
        out.write(line)
    out.flush()


def _noted(outcome: Outcome) -> dict[str, object]:
    return {"line": outcome.line, "outcome": outcome.kind.value, "reason": outcome.reason}


def _print(counts: Counter[OutcomeKind], noted: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        print_json({kind.value: counts[kind] for kind in OutcomeKind} | {"rows": noted})
        return
    if noted:
        print_table(("line", "outcome", "reason"), (tuple(each.values()) for each in noted))
    note(", ".join(f"{counts[kind]} {kind.value}" for kind in OutcomeKind))


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    if str(path) == "-":
        yield typer.get_binary_stream("stdin")
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    with file:
        yield file


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _format_of(path: Path) -> FileFormat:
    return FileFormat.JSONL if path.suffix.lower() in _JSONL_SUFFIXES else FileFormat.CSV
