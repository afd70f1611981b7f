"""Subscribers out of files and into files, a row at a time, in bounded memory.

Pure: chunks of bytes in, lines of text out, records to a port; opening files is the caller's.
"""

from subscribers.transfer.outcome import FileFormat, Outcome, OutcomeKind, Row, UnreadableRow
from subscribers.transfer.reading import read_rows
from subscribers.transfer.storing import store_rows
from subscribers.transfer.taking import take_rows
from subscribers.transfer.writing import write_csv, write_jsonl

__all__ = [
    "FileFormat",
    "Outcome",
    "OutcomeKind",
    "Row",
    "UnreadableRow",
    "read_rows",
    "store_rows",
    "take_rows",
    "write_csv",
    "write_jsonl",
]
