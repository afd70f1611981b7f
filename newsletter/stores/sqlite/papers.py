"""Papers and the completeness ledger in SQLite."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from sqlite_utils import Database

from newsletter.model import Batch, Paper, SourceName
from newsletter.stores.paper_rows import paper_from_row, paper_to_row
from newsletter.stores.sqlite.codec import (
    DECODE_ERRORS,
    batch_from_row,
    batch_to_row,
    to_json,
)
from newsletter.stores.sqlite.connection import PAGE_ROWS, SqliteFile
from newsletter.stores.sqlite.faults import damaged


class SqlitePapers:
    """``ports.PaperStore`` on one SQLite file."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def save_announcement(self, papers: Iterable[Paper], batches: Iterable[Batch]) -> None:
        """Write both in one transaction; a known id or (category, day) is replaced.

        Once anything real is written, what the sample invented is taken out.
        """
        paper_rows = [paper_to_row(paper) for paper in papers]
        batch_rows = [batch_to_row(batch) for batch in batches]
        is_real = any(row["source"] not in {None, SourceName.SAMPLE} for row in batch_rows)
        with self._file.write() as database:
            if is_real:
                _take_out_sample(database)
            if paper_rows:
                database.conn.executemany(_replace_into("papers", paper_rows[0]), paper_rows)
            if batch_rows:
                database.conn.executemany(_replace_into("batches", batch_rows[0]), batch_rows)

    def known_papers(self, paper_ids: Iterable[str]) -> Mapping[str, Paper]:
        """Return the stored papers among these ids."""
        wanted, found = iter(paper_ids), {}
        while ids := list(islice(wanted, PAGE_ROWS)):
            rows = self._file.rows(
                "SELECT * FROM papers WHERE id IN (SELECT value FROM json_each(:ids))",
                {"ids": to_json(ids)},
            )
            found.update({row["id"]: self._paper(row) for row in rows})
        return found

    def papers_between(self, first_on: date, last_on: date) -> tuple[Paper, ...]:
        """Return papers by ``issue_on``, both days included, ordered by id."""
        rows = self._file.rows(
            "SELECT * FROM papers WHERE issue_on BETWEEN :first_on AND :last_on ORDER BY id",
            {"first_on": first_on.isoformat(), "last_on": last_on.isoformat()},
        )
        return tuple(self._paper(row) for row in rows)

    def papers_before(self, day: date, *, limit: int) -> Iterator[Paper]:
        """Yield the newest ``limit`` papers with ``issue_on`` before ``day``, newest first."""
        after, left = (day.isoformat(), ""), limit
        while left > 0 and (rows := self._page_before(after, min(left, PAGE_ROWS))):
            yield from map(self._paper, rows)
            after, left = (rows[-1]["issue_on"], rows[-1]["id"]), left - len(rows)

    def batches_between(self, first_on: date, last_on: date) -> tuple[Batch, ...]:
        """Return the ledger's rows, both days included, ordered by day and category."""
        rows = self._file.rows(
            "SELECT * FROM batches WHERE announced_on BETWEEN :first_on AND :last_on"
            " ORDER BY announced_on, category",
            {"first_on": first_on.isoformat(), "last_on": last_on.isoformat()},
        )
        return tuple(self._batch(row) for row in rows)

    def last_issue_day(self) -> date | None:
        """Return the newest ``issue_on`` in the store."""
        row = self._file.first("SELECT max(issue_on) AS day FROM papers")
        return date.fromisoformat(row["day"]) if row and row["day"] else None

    def _page_before(self, after: tuple[str, str], size: int) -> list[sqlite3.Row]:
        return self._file.rows(
            "SELECT * FROM papers WHERE (issue_on, id) < (:day, :id)"
            " ORDER BY issue_on DESC, id DESC LIMIT :size",
            {"day": after[0], "id": after[1], "size": size},
        )

    def _paper(self, row: sqlite3.Row) -> Paper:
        try:
            return paper_from_row(row)
        except DECODE_ERRORS as error:
            raise damaged(self._file.path, f"the paper {row['id']}", error) from error

    def _batch(self, row: sqlite3.Row) -> Batch:
        try:
            return batch_from_row(row)
        except DECODE_ERRORS as error:
            raise damaged(self._file.path, f"the batch {tuple(row)[:2]}", error) from error


def _take_out_sample(database: Database) -> None:
    sample = {"source": SourceName.SAMPLE.value}
    database.execute(
        "DELETE FROM papers WHERE issue_on IN"
        " (SELECT announced_on FROM batches WHERE source = :source)",
        sample,
    )
    database.execute("DELETE FROM batches WHERE source = :source", sample)


def _replace_into(table: str, row: Mapping[str, Any]) -> str:
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    return f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({values})"  # noqa: S608 - our names
