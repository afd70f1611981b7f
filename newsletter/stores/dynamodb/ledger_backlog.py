"""Find what can be claimed where nobody says which: an issue's places, one after the other.

Where the last search ended is kept in memory only: it saves time, and decides nothing.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from newsletter.model import DeliveryState
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.ledger_keys import shard_pks
from newsletter.stores.dynamodb.tables import LEDGER_SHARDS, delivery_key

_PAGE: Final = 200
Row = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class _Search:
    """Where a search through an issue stands.

    Attributes:
        shard: the place that is looked at.
        after: the key in it that was looked at last.
        fresh: ids that were found and not handed out, never tried.
    """

    shard: int = 0
    after: Item | None = None
    fresh: list[str] = field(default_factory=list)


class Backlog:
    """What is PLANNED in some issues. May be used from several threads."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table
        self._lock = threading.Lock()
        self._searches: dict[str, _Search] = {}

    def take(self, issue_id: str, *, limit: int, planned: int) -> list[Row]:
        """Return rows that are PLANNED, ``limit`` at most, the least tried first.

        Args:
            issue_id: which.
            limit: how many are wanted.
            planned: how many there are; the search ends when so many were found.
        """
        with self._lock:
            search = self._searches.setdefault(issue_id, _Search())
            found = self._found_before(issue_id, search, limit)
            if len(found) < min(limit, planned):
                self._look(issue_id, search, found, limit=limit, planned=planned)
            rows = sorted(found.values(), key=lambda row: (row["attempt"], row["sk"]))
            search.fresh = [row["sk"] for row in rows[limit:] if row["attempt"] == 0]
            return rows[:limit]

    def _found_before(self, issue_id: str, search: _Search, limit: int) -> dict[str, Row]:
        known, search.fresh = search.fresh[:limit], search.fresh[limit:]
        rows = self._dynamo.get_all(self._table, (delivery_key(issue_id, each) for each in known))
        return {row["sk"]: row for row in rows.values() if _is_planned(row)}

    def _look(
        self, issue_id: str, search: _Search, found: dict[str, Row], *, limit: int, planned: int
    ) -> None:
        """Look from where the last search ended, once around at most."""
        pks = shard_pks(issue_id)
        fresh = sum(1 for row in found.values() if row["attempt"] == 0)
        turns = 0
        while turns <= LEDGER_SHARDS and fresh < limit and len(found) < planned:
            page = self._dynamo.query(
                self._table,
                "pk = :pk",
                values={"pk": pks[search.shard], "planned": DeliveryState.PLANNED.value},
                keep="#state = :planned",
                names={"state": "state"},
                limit=_PAGE,
                after=search.after,
            )
            new = {row["sk"]: row for row in page.items if row["sk"] not in found}
            found |= new
            fresh += sum(1 for row in new.values() if row["attempt"] == 0)
            search.after = page.after
            if page.after is None:
                search.shard = (search.shard + 1) % LEDGER_SHARDS
                turns += 1


class Parcel:
    """What was PLANNED of the mails that were asked for last; read again when it is used up.

    That a row is still as it was read is looked at when it is claimed.
    """

    def __init__(self, read: Callable[[Iterable[tuple[str, str]]], Mapping[str, Row]]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._of: tuple[str, frozenset[str]] = ("", frozenset())
        self._left: list[Row] = []

    def take(self, issue_id: str, only: frozenset[str], *, limit: int) -> list[Row]:
        """Return rows that were PLANNED, ``limit`` at most, the least tried first."""
        with self._lock:
            if self._of != (issue_id, only) or not self._left:
                self._of = (issue_id, only)
                rows = self._read((issue_id, each) for each in only).values()
                planned = filter(_is_planned, rows)
                self._left = sorted(planned, key=lambda row: (row["attempt"], row["sk"]))
            taken, self._left = self._left[:limit], self._left[limit:]
            return taken


def _is_planned(row: Mapping[str, Any]) -> bool:
    return bool(row["state"] == DeliveryState.PLANNED.value)
