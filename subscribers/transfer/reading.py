"""Read the rows of a file, whichever way it is written."""

from collections.abc import Iterable, Iterator

from subscribers.transfer.lines import decoded_lines
from subscribers.transfer.objects import object_rows
from subscribers.transfer.outcome import FileFormat, Row, UnreadableRow
from subscribers.transfer.table import table_rows


def read_rows(chunks: Iterable[bytes], file_format: FileFormat) -> Iterator[Row | UnreadableRow]:
    """Yield the rows of a file in its order; rows that cannot be read are yielded as such.

    Args:
        chunks: the file's bytes, cut anywhere.
        file_format: CSV with commas, semicolons or tabs, or JSON Lines.

    Raises:
        UnreadableFileError: the file as a whole is not what it should be.
    """
    lines = decoded_lines(chunks)
    return object_rows(lines) if file_format is FileFormat.JSONL else table_rows(lines)
