"""Summaries, and what the runs came to, in SQLite."""

import sqlite3
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from sqlite_utils import Database

from newsletter.model import Summary, SummaryKey, SummaryRun, Usage
from newsletter.stores.sqlite.codec import DECODE_ERRORS, to_json
from newsletter.stores.sqlite.connection import PAGE_ROWS, SqliteFile
from newsletter.stores.sqlite.faults import damaged
from newsletter.stores.summary_rows import (
    run_from_row,
    run_to_row,
    summary_from_row,
    summary_to_row,
    usage_from_row,
)

KEPT_RUNS: Final = 1_000
_KEY_COLUMNS: Final = ("paper_id", "version", "language", "model", "prompt_hash")


def create_summary_tables(database: Database) -> None:
    """Make the tables of summaries and of the runs that made them."""
    database.execute("""
        CREATE TABLE summaries (
            paper_id TEXT NOT NULL, version INTEGER NOT NULL, language TEXT NOT NULL,
            model TEXT NOT NULL, prompt_hash TEXT NOT NULL,
            content TEXT NOT NULL, -- JSON
            origin TEXT NOT NULL, fault TEXT, why TEXT NOT NULL, made_at TEXT NOT NULL,
            calls INTEGER NOT NULL, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL,
            cost_usd REAL,
            PRIMARY KEY (paper_id, version, language, model, prompt_hash)
        ) STRICT, WITHOUT ROWID
    """)
    database.execute("CREATE INDEX summaries_by_time ON summaries (made_at)")
    database.execute("""
        CREATE TABLE summary_runs (
            id INTEGER PRIMARY KEY, began_at TEXT NOT NULL, seconds REAL NOT NULL,
            model TEXT NOT NULL, wanted INTEGER NOT NULL, known INTEGER NOT NULL,
            kept INTEGER NOT NULL, extracted INTEGER NOT NULL,
            faults TEXT NOT NULL, outage TEXT NOT NULL, -- faults: JSON
            calls INTEGER NOT NULL, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL,
            cost_usd REAL
        ) STRICT
    """)


class SqliteSummaries:
    """``ports.SummaryStore`` on one SQLite file."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def save(self, summaries: Iterable[Summary]) -> None:
        """Write them in one transaction; others of the same key are replaced."""
        rows = [summary_to_row(summary) for summary in summaries]
        if not rows:
            return
        names = ", ".join(rows[0])
        values = ", ".join(f":{name}" for name in rows[0])
        sql = f"INSERT OR REPLACE INTO summaries ({names}) VALUES ({values})"  # noqa: S608 - ours
        with self._file.write() as database:
            database.conn.executemany(sql, rows)

    def known(self, keys: Iterable[SummaryKey]) -> Mapping[SummaryKey, Summary]:
        """Return the stored ones among these keys."""
        wanted, found = iter(keys), {}
        while page := list(islice(wanted, PAGE_ROWS)):
            asked = to_json([[getattr(key, name) for name in _KEY_COLUMNS] for key in page])
            for row in self._file.rows(_KNOWN, {"keys": asked}):
                summary = self._summary(row)
                found[summary.key] = summary
        return found

    def best(self, papers: Iterable[tuple[str, int]], language: str) -> Mapping[str, Summary]:
        """Return the best summary of each (paper id, version), by paper id."""
        wanted, found = iter(papers), {}
        while page := list(islice(wanted, PAGE_ROWS)):
            rows = self._file.rows(_BEST, {"papers": to_json(page), "language": language})
            found.update({row["paper_id"]: self._summary(row) for row in rows})
        return found

    def newest(self, *, limit: int, paper_id: str | None = None) -> tuple[Summary, ...]:
        """Return the newest ones, of one paper only if it is named, newest first."""
        rows = self._file.rows(
            "SELECT * FROM summaries WHERE :paper_id IS NULL OR paper_id = :paper_id"
            " ORDER BY made_at DESC, paper_id, language, model LIMIT :limit",
            {"paper_id": paper_id, "limit": limit},
        )
        return tuple(map(self._summary, rows))

    def forget(self, paper_id: str, *, language: str | None = None) -> int:
        """Delete a paper's summaries, so that they are made again; return how many."""
        with self._file.write() as database:
            done = database.execute(
                "DELETE FROM summaries WHERE paper_id = :paper_id"
                " AND (:language IS NULL OR language = :language)",
                {"paper_id": paper_id, "language": language},
            )
            return done.rowcount

    def count(self) -> Mapping[tuple[str, str, str], tuple[int, Usage]]:
        """Count all by (language, model, origin or fault), and what they consumed."""
        return {
            (row["language"], row["model"], row["outcome"]): (row["number"], usage_from_row(row))
            for row in self._file.rows(_COUNT)
        }

    def add_run(self, run: SummaryRun) -> None:
        """Write what a run came to; the oldest of a thousand are forgotten."""
        row = run_to_row(run)
        values = ", ".join(f":{name}" for name in row)
        with self._file.write() as database:
            database.execute(
                f"INSERT INTO summary_runs ({', '.join(row)}) VALUES ({values})",  # noqa: S608
                row,
            )
            database.execute(
                "DELETE FROM summary_runs WHERE id <= (SELECT max(id) FROM summary_runs) - :kept",
                {"kept": KEPT_RUNS},
            )

    def runs(self, *, limit: int) -> tuple[SummaryRun, ...]:
        """Return the newest runs, newest first."""
        rows = self._file.rows(
            "SELECT * FROM summary_runs ORDER BY id DESC LIMIT :limit", {"limit": limit}
        )
        return tuple(map(self._run, rows))

    def _summary(self, row: sqlite3.Row) -> Summary:
        try:
            return summary_from_row(row)
        except DECODE_ERRORS as error:
            what = f"the summary of {row['paper_id']}"
            raise damaged(self._file.path, what, error) from error

    def _run(self, row: sqlite3.Row) -> SummaryRun:
        try:
            return run_from_row(row)
        except DECODE_ERRORS as error:
            what = f"the run of summaries {row['id']}"
            raise damaged(self._file.path, what, error) from error


_KNOWN: Final = """
    SELECT summaries.* FROM json_each(:keys) AS asked JOIN summaries ON
        paper_id = asked.value ->> 0 AND version = asked.value ->> 1
        AND language = asked.value ->> 2 AND model = asked.value ->> 3
        AND prompt_hash = asked.value ->> 4
"""
_BEST: Final = """
    SELECT summaries.* FROM json_each(:papers) AS asked JOIN summaries ON
        paper_id = asked.value ->> 0 AND version = asked.value ->> 1 AND language = :language
    ORDER BY origin = 'llm', made_at
"""
"""The best one comes last, and so stands in the end."""
_COUNT: Final = """
    SELECT language, model, coalesce(fault, origin) AS outcome, count(*) AS number,
        sum(calls) AS calls, sum(tokens_in) AS tokens_in, sum(tokens_out) AS tokens_out,
        sum(cost_usd) AS cost_usd
    FROM summaries GROUP BY language, model, outcome ORDER BY language, model, outcome
"""
