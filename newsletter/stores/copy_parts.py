"""What a copy of a store consists of: records that are alike in every store."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Protocol

from newsletter.model import Issue
from newsletter.ports import Archive
from newsletter.stores.codec import to_instant, to_json
from subscribers.consent import ConsentEntry
from subscribers.suppression import SuppressedAddress

EVERYTHING: Final = 10_000
"""How many summaries of one paper, or votes of one reader, are asked for."""
AT_ONCE: Final = 500

Mail = dict[str, Any]
"""A delivery with all that is kept about it: texts, numbers, and lists of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptIssue:
    """An issue with where its sending stands.

    Attributes:
        planned: how many deliveries were ever planned.
        parked_until, reason: as written in the store.
    """

    issue: Issue
    planned: int
    parked_until: str | None
    reason: str | None


class CopyRows(Protocol):
    """What no port gives or takes: rows as they are, with their states and instants."""

    def suppress(self, addresses: Iterable[SuppressedAddress]) -> None:
        """Write suppressions of hashes, before there are subscribers."""

    def consents(self) -> Iterator[ConsentEntry]:
        """Yield the whole log of consents, of those who were erased too."""

    def log(self, entries: Iterable[ConsentEntry]) -> None:
        """Write lines of the log."""

    def issues(self) -> Iterator[KeptIssue]:
        """Yield all issues."""

    def mails(self, issue_id: str) -> Iterator[Mail]:
        """Yield the deliveries of an issue."""

    def write_issue(self, kept: KeptIssue, mails: Iterable[Mail]) -> None:
        """Write an issue and its deliveries."""


@dataclass(slots=True)
class Tally:
    """How many records there are, and a hash of them all that does not depend on their order."""

    number: int = 0
    total: int = 0

    def add(self, record: object) -> None:
        """Count one."""
        digest = hashlib.sha256(to_json(_plain(record)).encode()).digest()
        self.number += 1
        self.total = (self.total + int.from_bytes(digest, "big")) % 2**256

    @property
    def sha256(self) -> str:
        """Return the hash, hexadecimal."""
        return f"{self.total:064x}"


def in_portions(records: Iterable[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    """Yield records, ``size`` at a time."""
    portion: list[Any] = []
    for record in records:
        portion.append(record)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion


def all_days(archive: Archive) -> Iterator[date]:
    """Yield all days with papers, the newest first."""
    before: date | None = None
    while days := archive.days(before=before, limit=AT_ONCE):
        yield from (day.on for day in days)
        before = days[-1].on


def _plain(value: object) -> object:
    """Return a record as JSON can say it."""
    if hasattr(value, "__dataclass_fields__"):
        return _plain(asdict(value))  # type: ignore[call-overload] # it is one
    if isinstance(value, Mapping):
        items = {str(_plain(name)): _plain(each) for name, each in value.items()}
        return dict(sorted(items.items()))
    if isinstance(value, frozenset | set):
        return sorted(str(_plain(each)) for each in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    if hasattr(value, "tzinfo") and hasattr(value, "astimezone"):
        return to_instant(value)  # type: ignore[arg-type] # an instant
    return value if isinstance(value, bool | int | float | str | None) else str(value)
