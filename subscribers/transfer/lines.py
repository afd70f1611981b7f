"""Bytes to lines of text, a chunk at a time."""

import codecs
from collections.abc import Iterable, Iterator

from subscribers.errors import UnreadableFileError

MAX_LINE_BYTES = 1_000_000

_OTHER_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SAVE_AS = 'save it as UTF-8 (in Excel: "CSV UTF-8")'


def decoded_lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines with their ends; bytes that are not UTF-8 become lone surrogates.

    Raises:
        UnreadableFileError: the file is UTF-16 or not text, or a line is longer than 1 MB.
    """
    for number, line in enumerate(_lines(chunks)):
        start = _without_mark(line) if number == 0 else line
        if b"\0" in start:
            raise UnreadableFileError(f"the file is not text: {SAVE_AS}")
        yield start.decode("utf-8", "surrogateescape")


def is_utf8(text: str) -> bool:
    """Tell whether a decoded text was UTF-8."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).splitlines(keepends=True) or [b""]
        if rest.endswith(b"\n"):
            whole, rest = [*whole, rest], b""
        yield from whole
        if len(rest) > MAX_LINE_BYTES:
            raise UnreadableFileError(
                f"a line is longer than {MAX_LINE_BYTES:,} bytes: this is no list of subscribers"
            )
    if rest:
        yield rest


def _without_mark(line: bytes) -> bytes:
    if line.startswith(_OTHER_MARKS) or b"\0" in line[:4]:
        raise UnreadableFileError(f"the file is UTF-16, not UTF-8: {SAVE_AS}")
    return line.removeprefix(codecs.BOM_UTF8)
