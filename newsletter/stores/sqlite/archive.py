"""The archive: days with papers, and papers by their words."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlite_utils import Database

from newsletter.model import Paper
from newsletter.ports import ArchiveDay, Found
from newsletter.stores.sqlite.connection import SqliteFile
from newsletter.stores.sqlite.papers import SqlitePapers

MAX_WORDS: Final = 12
MAX_FOUND: Final = 1_000
"""More than these are not counted, so that a search for a usual word stays quick."""

_REVISION: Final = "papers_revision"
_WORD: Final = re.compile(r"[^\W_]+")
_AUTHORS: Final = (
    "CASE WHEN json_valid({row}.authors)"
    " THEN (SELECT group_concat(value, ' ') FROM json_each({row}.authors)) END"
)
_TEXTS: Final = f"{{row}}.title, {_AUTHORS}, {{row}}.abstract"
_NUMBER: Final = "(SELECT number FROM paper_numbers WHERE id = {row}.id)"


def create_archive_tables(database: Database) -> None:
    """Make the index of words, which triggers keep in step with the papers.

    It holds no texts of its own: a row can only be taken out by saying again what was put in.
    Rows have numbers of their own, for those of ``papers`` change when the file is compacted.
    """
    database.execute("""
        CREATE TABLE paper_numbers (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT
    """)
    database.execute("""
        CREATE VIRTUAL TABLE paper_words USING fts5(
            title, authors, abstract, content='', tokenize='porter unicode61 remove_diacritics 2'
        )
    """)
    database.execute("INSERT INTO marks (name, value) VALUES (:name, '0')", {"name": _REVISION})
    database.execute("INSERT INTO paper_numbers (id) SELECT id FROM papers ORDER BY issue_on, id")
    database.execute(
        "INSERT INTO paper_words (rowid, title, authors, abstract)"  # noqa: S608 - ours
        f" SELECT {_NUMBER.format(row='papers')}, {_TEXTS.format(row='papers')} FROM papers"
    )
    _create_triggers(database)


def _create_triggers(database: Database) -> None:
    put_in = f"""
        INSERT INTO paper_numbers (id) SELECT new.id
            WHERE NOT EXISTS (SELECT 1 FROM paper_numbers WHERE id = new.id);
        INSERT INTO paper_words (rowid, title, authors, abstract)
            SELECT {_NUMBER.format(row="new")}, {_TEXTS.format(row="new")};
        UPDATE marks SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)
            WHERE name = '{_REVISION}';
    """  # noqa: S608 - ours
    take_out = f"""
        INSERT INTO paper_words (paper_words, rowid, title, authors, abstract)
            SELECT 'delete', {_NUMBER.format(row="old")}, {_TEXTS.format(row="old")};
    """
    # REPLACE does not fire the triggers of DELETE by itself.
    before = "DELETE FROM papers WHERE id = new.id;"
    for name, event, actions in (
        ("papers_replaced", "BEFORE INSERT ON papers", before),
        ("papers_added", "AFTER INSERT ON papers", put_in),
        ("papers_changed", "AFTER UPDATE ON papers", take_out + put_in),
        ("papers_removed", "AFTER DELETE ON papers", take_out),
    ):
        database.execute(f"CREATE TRIGGER {name} {event} BEGIN {actions} END")


class SqliteArchive:
    """``ports.Archive`` on one SQLite file."""

    def __init__(self, file: SqliteFile, papers: SqlitePapers) -> None:
        self._file = file
        self._papers = papers

    def revision(self) -> str:
        """Return a text that is another one after each change of a paper."""
        row = self._file.first("SELECT value FROM marks WHERE name = :name", {"name": _REVISION})
        return str(row["value"]) if row else ""

    def days(self, *, before: date | None = None, limit: int) -> tuple[ArchiveDay, ...]:
        """Return the days with papers, newest first, and how many each has."""
        rows = self._file.rows(
            "SELECT issue_on, count(*) AS papers FROM papers WHERE issue_on < :before"
            " GROUP BY issue_on ORDER BY issue_on DESC LIMIT :limit",
            {"before": before.isoformat() if before else "9", "limit": limit},
        )
        return tuple(
            ArchiveDay(on=date.fromisoformat(row["issue_on"]), papers=row["papers"]) for row in rows
        )

    def day_after(self, day: date) -> date | None:
        """Return the next day with papers."""
        row = self._file.first(
            "SELECT min(issue_on) AS day FROM papers WHERE issue_on > :day",
            {"day": day.isoformat()},
        )
        return date.fromisoformat(row["day"]) if row and row["day"] else None

    def search(self, text: str, *, offset: int = 0, limit: int) -> Found:
        """Find papers with all words of ``text`` in title, authors or abstract; newest first."""
        query = _query(_WORD.findall(text)[:MAX_WORDS])
        if not query:
            return Found(papers=(), total=0, is_more=False)
        rows = self._file.rows(
            "SELECT papers.id FROM paper_words JOIN paper_numbers ON number = paper_words.rowid"
            " JOIN papers USING (id) WHERE paper_words MATCH :query"
            " ORDER BY issue_on DESC, id DESC LIMIT :limit",
            {"query": query, "limit": MAX_FOUND + 1},
        )
        ids = [str(row["id"]) for row in rows[:MAX_FOUND]]
        page = ids[offset : offset + limit]
        known = self._papers.known_papers(page)
        papers: tuple[Paper, ...] = tuple(known[name] for name in page if name in known)
        return Found(papers=papers, total=len(ids), is_more=len(rows) > MAX_FOUND)


def _query(words: Sequence[str]) -> str:
    """Write a query of FTS5: every word in quotes, the last one as a beginning.

    Source: https://sqlite.org/fts5.html#full_text_query_syntax
    """
    quoted = [f'"{word}"' for word in words]
    return " ".join(quoted) + "*" if quoted else ""
