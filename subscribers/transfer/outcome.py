"""A row of a file, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from subscribers.model import Subscriber


class FileFormat(StrEnum):
    """How a file of subscribers is written."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, as text.

    Attributes:
        line: where it begins in the file; the first line is 1.
        cells: column → text, or texts for columns that take several; what is empty is left out.
    """

    line: int
    cells: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableRow:
    """A row that could not be read; the rest of the file stands."""

    line: int
    reason: str


class OutcomeKind(StrEnum):
    """What became of a row."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one row.

    Attributes:
        subscriber: the record to store, for ADDED and UPDATED; None otherwise.
        reason: why it was refused, or what of it was not taken; may be empty.
    """

    kind: OutcomeKind
    line: int
    subscriber: Subscriber | None = None
    reason: str = ""
