"""Files of events: JSON Lines, or one JSON document; a line at a time, in bounded memory."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import typer

from newsletter.errors import UsageError

MAX_PAYLOAD_BYTES = 2_000_001
"""One more than is read of a payload: what is cut here is set aside as too long."""
MAX_DOCUMENT_BYTES = 50_000_000
UNREADABLE = (ValueError, RecursionError)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file, or standard input for ``-``.

    Raises:
        UsageError: it cannot be read.
    """
    if str(path) == "-":
        yield typer.get_binary_stream("stdin")
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    with file:
        yield file


def payloads_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield the payloads in their order.

    Each line is one when the first line is JSON; else the whole is one document. Lists, and what
    ``aws sqs receive-message`` prints, are taken apart. A line that is broken does not hide others.
    """
    lines = _lines(file)
    first = next(lines, b"")
    if _is_json(first):
        yield from chain.from_iterable(_parts(line) for line in chain([first], lines))
        return
    held, is_whole = _hold([first], lines)
    whole = b"\n".join(held)
    if is_whole and _is_json(whole):
        yield from _parts(whole)
    else:
        yield from (line for line in chain(held, lines) if line)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield lines that are not blank; of one that is too long only the beginning."""
    while line := file.readline(MAX_PAYLOAD_BYTES):
        rest = line
        while not rest.endswith(b"\n") and len(rest) == MAX_PAYLOAD_BYTES:
            rest = file.readline(MAX_PAYLOAD_BYTES)
        if line.strip():
            yield line.rstrip(b"\r\n")


def _hold(held: list[bytes], lines: Iterator[bytes]) -> tuple[list[bytes], bool]:
    """Gather lines of a document; tell whether it is whole."""
    size = sum(map(len, held))
    for line in lines:
        held.append(line)
        size += len(line)
        if size > MAX_DOCUMENT_BYTES:
            return held, False
    return held, True


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except UNREADABLE:
        return False
    return True


def _parts(text: bytes) -> Iterator[bytes]:
    if text.lstrip().startswith(b"{") and b'"Messages"' not in text:
        yield text
        return
    try:
        value = json.loads(text)
    except UNREADABLE:
        yield text
        return
    match value:
        case list() as parts:
            yield from (json.dumps(part).encode() for part in parts)
        case {"Messages": list() as parts}:
            yield from (json.dumps(part).encode() for part in parts)
        case _:
            yield text
