"""One end of a copy: a SQLite file."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sqlite_utils import Database

from newsletter.stores.codec import from_instant, to_instant, to_json
from newsletter.stores.copy_parts import KeptIssue, Mail, in_portions
from newsletter.stores.sqlite.connection import PAGE_ROWS, SqliteFile
from newsletter.stores.sqlite.event_deliveries import SHOWN
from newsletter.stores.sqlite.ledger_rows import issue_from_row, issue_to_row
from subscribers.consent import ConsentAct, ConsentEntry, Evidence
from subscribers.suppression import SuppressedAddress

_COLUMNS: Final = (
    "id", "issue_id", "subscriber_id", "picks", "matched", "state", "attempt", "lease_until",
    "provider_id", "accepted_at", "reason", "body_sha256", "planned_at", "settled_at",
)  # fmt: skip


class SqliteRows:
    """``CopyRows`` on SQLite."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def suppress(self, addresses: Iterable[SuppressedAddress]) -> None:
        """Write suppressions of hashes."""
        rows = [
            (
                each.address_hash,
                each.suppression.reason.value,
                to_instant(each.suppression.since),
                each.suppression.state_before.value if each.suppression.state_before else None,
            )
            for each in addresses
        ]
        with self._file.write() as database:
            database.conn.executemany(
                "INSERT INTO suppressions (address_hash, reason, since, state_before)"
                " VALUES (?, ?, ?, ?)",
                rows,
            )

    def consents(self) -> Iterator[ConsentEntry]:
        """Yield the whole log of consents."""
        for row in self._pages("consents", "number"):
            yield ConsentEntry(
                subscriber_id=row["subscriber_id"],
                act=ConsentAct(row["act"]),
                at=from_instant(row["at"]),
                evidence=Evidence(page=row["page"], wording=row["wording"], network=row["network"]),
            )

    def log(self, entries: Iterable[ConsentEntry]) -> None:
        """Write lines of the log."""
        for portion in in_portions(entries):
            rows = [
                (
                    each.subscriber_id,
                    each.act.value,
                    to_instant(each.at),
                    each.evidence.page,
                    each.evidence.wording,
                    each.evidence.network,
                )
                for each in portion
            ]
            with self._file.write() as database:
                database.conn.executemany(
                    "INSERT INTO consents (subscriber_id, act, at, page, wording, network)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    rows,
                )

    def issues(self) -> Iterator[KeptIssue]:
        """Yield all issues."""
        for row in self._file.rows("SELECT * FROM issues ORDER BY last_on, created_at, id"):
            yield KeptIssue(
                issue=issue_from_row(row, self._file),
                planned=row["planned"],
                parked_until=row["parked_until"],
                reason=row["reason"],
            )

    def mails(self, issue_id: str) -> Iterator[Mail]:
        """Yield the deliveries of an issue."""
        last = ""
        while rows := self._file.rows(
            "SELECT * FROM deliveries WHERE issue_id = :issue AND id > :last ORDER BY id"
            " LIMIT :size",
            {"issue": issue_id, "last": last, "size": PAGE_ROWS},
        ):
            resends = self._resends([row["id"] for row in rows])
            for row in rows:
                mail = {name: row[name] for name in _COLUMNS}
                yield {**mail, "resends": resends.get(row["id"], [])}
            last = rows[-1]["id"]

    def write_issue(self, kept: KeptIssue, mails: Iterable[Mail]) -> None:
        """Write an issue and its deliveries; of those who got theirs, the papers are shown."""
        more = {
            "planned": kept.planned,
            "parked_until": kept.parked_until,
            "reason": kept.reason,
        }
        with self._file.write() as database:
            _insert(database, "issues", [{**issue_to_row(kept.issue), **more}])
        for portion in in_portions(mails):
            with self._file.write() as database:
                _insert(
                    database, "deliveries", [{n: each[n] for n in _COLUMNS} for each in portion]
                )
                _insert(database, "resends", [row for each in portion for row in _resent(each)])
                _insert(database, "shown", [row for each in portion for row in _shown(each)])

    def show(self, papers_of: Mapping[str, Iterable[str]]) -> None:
        """Note papers as shown to readers, by their ids; nobody knows by which delivery."""
        rows = [
            {"subscriber_id": reader_id, "paper_id": paper_id, "delivery_id": ""}
            for reader_id, paper_ids in papers_of.items()
            for paper_id in paper_ids
        ]
        with self._file.write() as database:
            _insert(database, "shown", rows)

    def _resends(self, ids: list[str]) -> dict[str, list[list[Any]]]:
        rows = self._file.rows(
            "SELECT * FROM resends WHERE delivery_id IN (SELECT value FROM json_each(:ids))"
            " ORDER BY attempt",
            {"ids": to_json(ids)},
        )
        found: dict[str, list[list[Any]]] = {}
        for row in rows:
            again = [row["attempt"], row["at"], row["reason"]]
            found.setdefault(row["delivery_id"], []).append(again)
        return found

    def _pages(self, table: str, number: str) -> Iterator[Any]:
        last = 0
        sql = f"SELECT * FROM {table} WHERE {number} > :last ORDER BY {number} LIMIT :size"  # noqa: S608 - ours
        while rows := self._file.rows(sql, {"last": last, "size": PAGE_ROWS}):
            yield from rows
            last = rows[-1][number]


def _insert(database: Database, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        names = list(rows[0])
        values = ", ".join(f":{name}" for name in names)
        sql = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({values})"  # noqa: S608 - ours
        database.conn.executemany(sql, rows)


def _resent(mail: Mail) -> Iterator[dict[str, Any]]:
    for attempt, at, reason in mail["resends"]:
        yield {"delivery_id": mail["id"], "attempt": attempt, "at": at, "reason": reason}


def _shown(mail: Mail) -> Iterator[dict[str, Any]]:
    if mail["state"] in {state.value for state in SHOWN}:
        for pick in json.loads(mail["picks"]):
            yield {
                "subscriber_id": mail["subscriber_id"],
                "paper_id": pick[0],
                "delivery_id": mail["id"],
            }
